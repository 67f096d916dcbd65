-- Wat geeft een gemeente uit aan jeugd, en hoeveel jongeren krijgen er jeugdzorg?
-- Hier Utrecht; lasten en begroot zijn bruto, x 1 000 euro, en zonder wijkteams (taakveld 6.2), die in geen van beide domeinen zitten.
select
    jaar,
    lasten,
    begroot,
    gebruikers,
    reden_gebruikers,
    lasten_per_gebruiker,
    reden_lasten_per_gebruiker,
    koppeling
from mart_lasten_en_gebruik
where domein = 'jeugd' and regio_code = 'GM0344'
order by jaar
