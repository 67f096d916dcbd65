-- Published municipal figures of a year in which that municipality did not exist: dropped, and counted for the audit.
with cijfers as (
    select * from {{ ref('int_cel') }} where regio_soort = 'gemeente'
    union all by name
    select * from {{ ref('int_bedrag') }}
)

select
    cijfers.indicator_id,
    cijfers.regio_code,
    cijfers.jaar,
    cijfers.tabel_id,
    cijfers.waarde
from cijfers
anti join {{ ref('int_gemeente_jaar') }} as gemeente
    on cijfers.regio_code = gemeente.gm_code and cijfers.jaar = gemeente.jaar
