-- Figures that municipalities state themselves, beside those of CBS and never among them.
select
    opgave.opgave_id,
    opgave.naam,
    opgave.gm_code,
    gemeente.gm_naam,
    opgave.jaar,
    opgave.waarde,
    opgave.tekst,
    opgave.eenheid,
    opgave.decimalen::tinyint as decimalen,
    opgave.soort,
    opgave.afgerond_op::double as afgerond_op,
    opgave.status,
    'eigen opgave' as bron,
    opgave.eigenaar,
    opgave.datum,
    opgave.titel,
    opgave.omschrijving,
    opgave.bestand,
    opgave.regel,
    opgave.sha256
from {{ ref('stg_eigen_opgave') }} as opgave
left join {{ ref('gemeenten_per_jaar') }} as gemeente on opgave.gm_code = gemeente.gm_code and opgave.jaar = gemeente.jaar
order by opgave.opgave_id, opgave.gm_code, opgave.jaar
