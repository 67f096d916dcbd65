-- How the compared figures of an indicator and year are spread; quantiles by linear interpolation between ordered figures.
with kwantielen as (
    select
        indicator_id,
        jaar,
        count(*) filter (reden_geen_vergelijking is null) as aantal_vergeleken,
        count(*) filter (twijfel) as aantal_betwijfeld,
        quantile_cont(
            case when reden_geen_vergelijking is null then waarde end,
            [0.1, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.9]
        ) as q
    from {{ ref('int_benchmark_cijfer') }}
    group by indicator_id, jaar
)

select
    indicator_id,
    jaar,
    aantal_vergeleken,
    aantal_betwijfeld,
    q[6] as mediaan,
    q[3] as kwartiel_1,
    q[9] as kwartiel_3,
    q[1] as deciel_1,
    q[2] as deciel_2,
    q[4] as deciel_3,
    q[5] as deciel_4,
    q[6] as deciel_5,
    q[7] as deciel_6,
    q[8] as deciel_7,
    q[10] as deciel_8,
    q[11] as deciel_9
from kwantielen
