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

-- A ratio draws on the tables of both its parts.
tabellen as (
    select
        onderdelen.indicator_id,
        string_agg(distinct basis.tabel_id, ', ' order by basis.tabel_id) as bron_tabellen
    from {{ ref('int_onderdeel') }} as onderdelen
    inner join {{ ref('int_basis') }} as basis on onderdelen.deel = basis.indicator_id
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
    indicator.toelichting
from {{ ref('indicator') }} as indicator
inner join cijfers on indicator.indicator_id = cijfers.indicator_id
inner join tabellen on indicator.indicator_id = tabellen.indicator_id
left join volledig on indicator.indicator_id = volledig.indicator_id
where indicator.publiek
group by all
order by indicator.domein, indicator.indicator_id
