-- The pairs of years of each indicator that a trend compares (1 and 3 years apart), with the breaks that lie between them.
with jaren as (
    select distinct
        indicator_id,
        jaar
    from {{ ref('int_cijfer') }}
),

paren as (
    select
        jaren.indicator_id,
        jaren.jaar,
        cast(stappen.stap as tinyint) as stap,
        cast(jaren.jaar - stappen.stap as smallint) as jaar_van
    from jaren
    cross join (values (1), (3)) as stappen (stap)
    semi join jaren as begin on jaren.indicator_id = begin.indicator_id and jaren.jaar - stappen.stap = begin.jaar
)

select
    paren.indicator_id,
    paren.jaar,
    paren.stap,
    paren.jaar_van,
    min(breuk.jaar) filter (breuk.blokkerend) as breuk_jaar,
    coalesce(bool_or(not breuk.blokkerend), false) as beleidsbreuk
from paren
left join {{ ref('int_reeksbreuk') }} as breuk
    on paren.indicator_id = breuk.indicator_id and paren.jaar_van < breuk.jaar and paren.jaar >= breuk.jaar
group by paren.indicator_id, paren.jaar, paren.stap, paren.jaar_van
