-- The municipalities that look most like each municipality, for every year that figures are compared in.
select
    vergelijkbaar.variant,
    vergelijkbaar.jaar,
    vergelijkbaar.gm_code,
    vergelijkbaar.volgorde,
    vergelijkbaar.vergelijkbare_gm_code,
    gemeente.naam as vergelijkbare_naam,
    vergelijkbaar.afstand,
    vergelijkbaar.kenmerken_jaren
from {{ ref('int_vergelijkbaar') }} as vergelijkbaar
inner join {{ ref('dim_gemeente') }} as gemeente on vergelijkbaar.vergelijkbare_gm_code = gemeente.gm_code
order by vergelijkbaar.variant, vergelijkbaar.jaar, vergelijkbaar.gm_code, vergelijkbaar.volgorde
