-- The place of each compared figure among the others of its indicator and year.
with rangen as (
    select
        indicator_id,
        jaar,
        gm_code,
        rank() over (partition by indicator_id, jaar order by waarde desc) as rang,
        rank() over (partition by indicator_id, jaar order by waarde) - 1 as lager,
        count(*) over (partition by indicator_id, jaar, waarde) - 1 as gelijk,
        count(*) over (partition by indicator_id, jaar) - 1 as anderen
    from {{ ref('int_benchmark_cijfer') }}
    where reden_geen_vergelijking is null
)

select
    indicator_id,
    jaar,
    gm_code,
    rang,
    -- The share of the other municipalities with a lower figure; an equal one counts for half.
    100 * (lager + gelijk / 2) / anderen as percentiel
from rangen
