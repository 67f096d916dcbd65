-- Welke gemeenten gaven in 2023 aan het sociaal domein naar verhouding het meest uit boven hun begroting?
-- Zonder betwijfelde cijfers; lasten en begroot zijn x 1 000 euro.
select
    regio_code,
    regio_naam,
    lasten,
    begroot,
    begrotingsafwijking_pct
from mart_lasten_en_gebruik
where
    domein = 'sociaal_domein' and regio_soort = 'gemeente' and jaar = 2023
    and not twijfel_lasten and begrotingsafwijking_pct is not null
order by begrotingsafwijking_pct desc, regio_code asc
limit 10
