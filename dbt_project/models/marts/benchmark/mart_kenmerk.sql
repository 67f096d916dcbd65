-- The traits that municipalities are alike by, for every year that figures are compared in.
select
    jaren.jaar,
    kenmerk.gm_code,
    kenmerk.kenmerk_id,
    kenmerk.waarde,
    kenmerk.z_score,
    kenmerk.kenmerken_jaar
from {{ ref('int_kenmerk_z') }} as kenmerk
inner join {{ ref('int_kenmerk_jaar') }} as jaren on kenmerk.jaar = jaren.stand_jaar
order by jaren.jaar, kenmerk.gm_code, kenmerk.kenmerk_id
