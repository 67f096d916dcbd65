-- What municipalities say themselves, in their own words.
select
    toelichting.gm_code,
    gemeente.gm_naam,
    toelichting.jaar,
    toelichting.onderwerp,
    toelichting.indicator_id,
    toelichting.tekst,
    toelichting.status,
    'eigen opgave' as bron,
    toelichting.eigenaar,
    toelichting.datum,
    toelichting.titel,
    toelichting.bestand,
    toelichting.regel,
    toelichting.sha256
from {{ ref('stg_eigen_toelichting') }} as toelichting
left join {{ ref('gemeenten_per_jaar') }} as gemeente on toelichting.gm_code = gemeente.gm_code and toelichting.jaar = gemeente.jaar
order by toelichting.gm_code, toelichting.jaar, toelichting.onderwerp
