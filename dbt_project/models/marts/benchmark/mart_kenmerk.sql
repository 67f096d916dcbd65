-- The traits that municipalities are alike by, for every year that figures are compared in.
select
    jaar,
    gm_code,
    kenmerk_id,
    waarde,
    z_score,
    kenmerk_jaar,
    geschat
from {{ ref('int_kenmerk_z') }}
order by jaar, gm_code, kenmerk_id
