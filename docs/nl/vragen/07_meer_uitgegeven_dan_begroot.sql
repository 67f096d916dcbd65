-- Bij welke gemeenten lag in 2023 de rekening van het sociaal domein naar verhouding het verst boven de eerste begroting?
-- Netto (lasten min baten), waar beide bekend zijn; bruto lag de rekening van alle gemeenten 16,8 % boven de begroting, netto 4,3 %.
-- De primitieve begroting is die van voor het jaar: erboven is geen tekort. Zonder betwijfelde cijfers; bedragen x 1 000 euro.
select
    regio_code,
    regio_naam,
    netto_lasten,
    netto_begroot,
    rekening_tegen_begroting_pct,
    rekening_tegen_begroting_soort,
    begrotingsafwijking_pct
from mart_lasten_en_gebruik
where
    domein = 'sociaal_domein' and regio_soort = 'gemeente' and jaar = 2023
    and not twijfel_lasten and rekening_tegen_begroting_pct is not null
order by rekening_tegen_begroting_pct desc, regio_code asc
limit 10
