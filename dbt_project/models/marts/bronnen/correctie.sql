-- Known errors in what CBS publishes, and what became of their correction.
select
    tabel_id,
    regio_code,
    jaar,
    maat,
    onderdeel as uitsplitsing,
    gepubliceerd,
    juist,
    nu_gepubliceerd,
    oordeel,
    verwijzing,
    datum,
    toelichting
from {{ ref('stg_correctie') }}
order by tabel_id, regio_code, jaar, maat, uitsplitsing, gepubliceerd
