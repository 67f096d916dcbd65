-- Published municipal figures of a year in which that municipality did not exist: dropped, and counted for the audit.
select
    cijfers.indicator_id,
    cijfers.regio_code,
    cijfers.jaar,
    cijfers.tabel_id,
    cijfers.waarde
from {{ ref('int_gemeten') }} as cijfers
anti join {{ ref('int_gemeente_jaar') }} as gemeente
    on cijfers.regio_code = gemeente.gm_code and cijfers.jaar = gemeente.jaar
where cijfers.regio_soort = 'gemeente'
