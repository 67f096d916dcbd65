-- The years of the monitor, with the number of municipalities of each.
with jaren as (
    select distinct jaar from {{ ref('int_cijfer') }}
),

aantallen as (
    select
        jaar,
        count(*) as gemeenten
    from {{ ref('int_gemeente_jaar') }}
    group by jaar
)

select
    jaren.jaar,
    make_date(jaren.jaar, 1, 1) as begin,
    make_date(jaren.jaar, 12, 31) as einde,
    cast(aantallen.gemeenten as smallint) as gemeenten
from jaren
left join aantallen on jaren.jaar = aantallen.jaar
order by jaren.jaar
