-- The pairs of years of each indicator between which a change is made, with the breaks that lie between them: 1 and 3 years
-- apart (a trend), and every year with the newest that has figures.
with jaren as (
    select
        indicator_id,
        jaar,
        max(jaar) filter (bool_or(regio_soort = 'gemeente' and indeling = 'actueel' and waarde is not null))
            over (partition by indicator_id) as nieuwste_jaar
    from {{ ref('int_cijfer') }}
    group by indicator_id, jaar
),

paren as (
    select
        tot.indicator_id,
        tot.jaar,
        cast(tot.jaar - van.jaar as tinyint) as stap,
        van.jaar as jaar_van,
        tot.jaar - van.jaar in (1, 3) as voor_trend,
        tot.jaar = tot.nieuwste_jaar as tot_nieuwste_jaar
    from jaren as tot
    inner join jaren as van on tot.indicator_id = van.indicator_id and tot.jaar > van.jaar
    where tot.jaar - van.jaar in (1, 3) or tot.jaar = tot.nieuwste_jaar
)

select
    paren.indicator_id,
    paren.jaar,
    paren.stap,
    paren.jaar_van,
    paren.voor_trend,
    coalesce(paren.tot_nieuwste_jaar, false) as tot_nieuwste_jaar,
    min(breuk.jaar) filter (breuk.blokkerend) as breuk_jaar,
    coalesce(bool_or(not breuk.blokkerend), false) as beleidsbreuk
from paren
left join {{ ref('int_reeksbreuk') }} as breuk
    on paren.indicator_id = breuk.indicator_id and paren.jaar_van < breuk.jaar and paren.jaar >= breuk.jaar
group by all
