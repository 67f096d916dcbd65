-- What each public indicator means and which years and tables it has.
with cijfers as (
    select
        indicator_id,
        min(jaar) as eerste_jaar,
        max(jaar) as laatste_jaar,
        max(jaar) filter (regio_soort = 'gemeente' and indeling = 'actueel' and waarde is not null) as laatste_jaar_met_cijfer
    from {{ ref('int_cijfer') }}
    group by indicator_id
),

volledig as (
    select
        indicator_id,
        jaar
    from {{ ref('int_cijfer') }}
    where regio_soort = 'gemeente' and indeling = 'origineel'
    group by indicator_id, jaar
    having count(*) = count(waarde)
),

-- The tables that figures come from, and those that should have given them and were not understood.
bronnen as (
    select
        indicator_id,
        tabel_id
    from {{ ref('int_basis') }}
    union
    select
        indicator_id,
        tabel_id
    from {{ ref('int_deelcijfer') }}
    union
    select
        leider.indicator_id,
        beloofd.tabel_id
    from {{ ref('int_leider') }} as leider
    inner join {{ ref('stg_niet_begrepen') }} as beloofd
        on leider.dataset = beloofd.dataset and leider.maat = beloofd.maat and leider.jaar = beloofd.jaar
    where not leider.is_begrepen
),

-- A ratio draws on the tables of both its parts.
tabellen as (
    select
        onderdelen.indicator_id,
        string_agg(distinct bronnen.tabel_id, ', ' order by bronnen.tabel_id) as bron_tabellen
    from {{ ref('int_onderdeel') }} as onderdelen
    inner join bronnen on onderdelen.deel = bronnen.indicator_id
    group by onderdelen.indicator_id
)

select
    indicator.indicator_id,
    indicator.naam,
    indicator.domein,
    indicator.omschrijving,
    indicator.eenheid,
    indicator.soort,
    indicator.optelbaar,
    indicator.teller,
    indicator.noemer,
    case indicator.formule
        when 'quotient'
            then
                indicator.teller || ' / ' || indicator.noemer
                || case when indicator.factor = 1 then '' else ' * ' || indicator.factor::integer end
        when 'afwijking'
            then
                '(' || indicator.teller || ' - ' || indicator.noemer || ') / ' || indicator.noemer
                || ' * ' || indicator.factor::integer
    end as berekening,
    indicator.peilmoment,
    indicator.afronding,
    indicator.decimalen,
    tabellen.bron_tabellen,
    cijfers.eerste_jaar,
    cijfers.laatste_jaar,
    cijfers.laatste_jaar_met_cijfer,
    min(volledig.jaar) as eerste_volledig_jaar,
    max(volledig.jaar) as laatste_volledig_jaar,
    any_value(nieuwste.periode) filter (nieuwste.regio_soort = 'gemeente') as nieuwste_periode_gemeente,
    any_value(nieuwste.periode) filter (nieuwste.regio_soort = 'land') as nieuwste_periode_land,
    indicator.toelichting
from {{ ref('indicator') }} as indicator
inner join cijfers on indicator.indicator_id = cijfers.indicator_id
inner join tabellen on indicator.indicator_id = tabellen.indicator_id
left join volledig on indicator.indicator_id = volledig.indicator_id
left join {{ ref('int_nieuwste_periode') }} as nieuwste on indicator.indicator_id = nieuwste.indicator_id
where indicator.publiek
group by all
order by indicator.domein, indicator.indicator_id
