-- The municipalities that look most like each municipality, for every year that figures are compared in.
select
    vergelijkbaar.variant,
    jaren.jaar,
    vergelijkbaar.gm_code,
    vergelijkbaar.volgorde,
    vergelijkbaar.vergelijkbare_gm_code,
    gemeente.naam as vergelijkbare_naam,
    vergelijkbaar.afstand,
    vergelijkbaar.kenmerken_jaar
from {{ ref('int_vergelijkbaar') }} as vergelijkbaar
inner join {{ ref('int_kenmerk_jaar') }} as jaren on vergelijkbaar.jaar = jaren.stand_jaar
inner join {{ ref('dim_gemeente') }} as gemeente on vergelijkbaar.vergelijkbare_gm_code = gemeente.gm_code
order by vergelijkbaar.variant, jaren.jaar, vergelijkbaar.gm_code, vergelijkbaar.volgorde
