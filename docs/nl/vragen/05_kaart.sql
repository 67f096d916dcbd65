-- Welke waarde en welke van vijf klassen krijgt elke gemeente op een kaart?
-- Hier jeugdhulp; koppel op gm_code aan de grenzen in kaart/gemeenten.geojson.
select
    gm_code,
    gemeente_naam,
    jaar,
    waarde,
    klasse,
    klasse_laagste,
    klasse_hoogste,
    reden_geen_klasse
from mart_kaart
where indicator_id = 'jeugdhulp_pct_tot_18' and nieuwste_jaar
order by gm_code
