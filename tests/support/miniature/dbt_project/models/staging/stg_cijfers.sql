-- Measured cells of land and municipalities, of the measures that are indicators.
select
    maat as indicator_id,
    regio_soort,
    case when regio_soort = 'land' then 'NL' else regio end as regio_code,
    jaar,
    waarde,
    status,
    reden_ontbreekt,
    tabel_id
from {{ source('observaties', 'observaties') }}
where maat in (select indicator_id from {{ ref('indicator') }}) and regio_soort in ('land', 'gemeente')
