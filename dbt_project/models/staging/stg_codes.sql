-- What CBS calls each code of a dimension along which a measure stays split, in the order of the table.
select
    dataset,
    tabel_id,
    dimensie,
    code,
    titel,
    volgnummer
from {{ source('observaties', 'codes') }}
