-- Every base figure as it follows from published cells: one cell, or a sum of taakvelden.
with samen as (
    select * from {{ ref('int_cel') }}
    union all by name
    select * from {{ ref('int_bedrag') }}
)

select
    indicator_id,
    regio_soort,
    regio_code,
    jaar,
    waarde,
    reden_ontbreekt,
    status,
    tabel_id
from samen
