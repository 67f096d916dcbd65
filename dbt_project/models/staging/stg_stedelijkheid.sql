-- Class of urbanity of each municipality per year, where CBS states it.
select
    regio as gm_code,
    jaar,
    cast(tekst as tinyint) as klasse,
    tabel_id
from {{ source('observaties', 'observaties') }}
where
    dataset = 'gebieden_in_nederland'
    and maat = 'stedelijkheid_code'
    and regio_soort = 'gemeente'
    and tekst is not null
