-- Welke gemeenten lijken het meest op een gemeente, en wat is daar het cijfer?
-- Hier Zaanstad (volgorde 0) en de bijstand.
select
    jaar,
    volgorde,
    vergelijkbare_gm_code,
    vergelijkbare_naam,
    afstand,
    waarde,
    reden_ontbreekt
from mart_gemeente_naast_gelijken
where gm_code = 'GM0479' and indicator_id = 'bijstand_per_1000_inwoners'
order by volgorde
