-- Which column of which table gives a measure in a year.
select
    dataset,
    maat,
    jaar,
    tabel_id,
    onderwerp,
    pad,
    eenheid,
    codes,
    voorkeur,
    ontbrekend_onderdeel_is_nul
from {{ source('observaties', 'maten') }}
