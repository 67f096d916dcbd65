-- What municipalities say in words.
select
    gm_code,
    jaar,
    onderwerp,
    indicator_id,
    tekst,
    status,
    eigenaar,
    datum,
    titel,
    bestand,
    regel,
    sha256
from {{ source('eigen', 'eigen_toelichtingen') }}
