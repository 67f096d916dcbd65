select
    cijfers.indicator_id,
    cijfers.regio_soort,
    cijfers.regio_code,
    cijfers.jaar,
    'origineel' as indeling,
    cijfers.waarde,
    null::double as teller,
    null::double as noemer,
    cijfers.status,
    cijfers.reden_ontbreekt,
    null::double as schatting,
    false as twijfel,
    false as reeksbreuk,
    cijfers.tabel_id,
    tabellen.gewijzigd as tabel_gewijzigd
from {{ ref('stg_cijfers') }} as cijfers
inner join {{ source('observaties', 'tabellen') }} as tabellen using (tabel_id)
order by all
