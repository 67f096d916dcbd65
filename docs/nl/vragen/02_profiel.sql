-- Hoe staat een gemeente ervoor naast vergelijkbare gemeenten, haar provincie en het land?
-- Hier Amersfoort, alle verhoudingen over jeugd in hun nieuwste jaar.
-- Vergelijk binnen een soort: gewogen met gewogen, mediaan met mediaan. Van de percentages van 2022 zijn geen aantallen bekend:
-- daarvan zijn er alleen medianen. Gelijken zijn nooit gekozen op een kenmerk waarvan het cijfer een uitkomst is.
select
    indicator_id,
    jaar,
    waarde,
    reden_ontbreekt,
    gewogen_vergelijkbare_gemeenten,
    gewogen_provincie,
    gewogen_land,
    mediaan_vergelijkbare_gemeenten,
    mediaan_provincie,
    mediaan_land,
    rang,
    rang_van,
    rang_richting,
    kleine_aantallen
from mart_gemeente_profiel
where gm_code = 'GM0307' and domein = 'jeugd' and nieuwste_jaar
order by indicator_id
