-- Welke gemeenten hebben naar verhouding de meeste Wmo-cliënten?
-- Rang 1 is het hoogste cijfer; rang_van zegt van hoeveel gemeenten. Een vlag zegt dat het cijfer afwijkt van andere gemeenten,
-- niet dat het goed of slecht is; bij kleine aantallen is er geen vlag, en zegt een plaats weinig.
select
    jaar,
    rang,
    rang_van,
    rang_richting,
    gm_code,
    gemeente_naam,
    provincie_naam,
    waarde,
    kleine_aantallen,
    vlag
from mart_ranglijst
where indicator_id = 'wmo_clienten_per_1000_inwoners' and nieuwste_jaar and rang <= 10
order by rang, gm_code
