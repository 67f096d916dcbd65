-- Hoe ontwikkelt een cijfer zich door de jaren, en waar mag u er geen lijn door trekken?
-- Hier jongeren met jeugdzorg in Groningen.
select
    jaar,
    waarde,
    status,
    reden_ontbreekt,
    reeksbreuk,
    twijfel
from mart_indicator_actueel
where indicator_id = 'jeugdzorg_jongeren' and regio_code = 'GM0014'
order by jaar
