-- Hoe staat een gemeente ervoor naast vergelijkbare gemeenten, haar provincie en het land?
-- Hier Amersfoort, alle verhoudingen over jeugd in hun nieuwste jaar.
select
    indicator_id,
    jaar,
    waarde,
    reden_ontbreekt,
    cijfer_vergelijkbare_gemeenten,
    cijfer_provincie,
    cijfer_land,
    rang,
    aantal_vergeleken
from mart_gemeente_profiel
where gm_code = 'GM0307' and domein = 'jeugd' and nieuwste_jaar
order by indicator_id
