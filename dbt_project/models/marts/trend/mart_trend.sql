-- The change of each figure to the previous and the third year back, and whether it is more than noise.
select
    indicator_id,
    regio_soort,
    regio_code,
    jaar,
    stap,
    jaar_van,
    waarde_van,
    waarde,
    mutatie,
    mutatie_pct,
    drempel,
    richting,
    reden_geen_richting,
    breuk_jaar,
    beleidsbreuk,
    status
from {{ ref('int_mutatie') }}
where voor_trend
order by indicator_id, regio_soort, regio_code, jaar, stap
