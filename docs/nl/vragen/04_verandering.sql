-- Waar nam de bijstand tussen 2017 en 2020 het meest af?
-- Van eind maart tot eind maart; het cijfer van 2021 is van eind december.
-- Alleen dalingen die groter zijn dan toeval en afronding verklaren; wie niet daalt is daarmee niet gelijk gebleven.
select
    trend.regio_code,
    regio.naam as regio_naam,
    trend.jaar_van,
    trend.jaar as jaar_tot,
    trend.waarde_van,
    trend.waarde as waarde_tot,
    trend.mutatie_pct
from mart_trend as trend
inner join dim_regio as regio on trend.regio_code = regio.regio_code
where
    trend.indicator_id = 'bijstand_personen' and trend.jaar = 2020 and trend.stap = 3
    and trend.regio_soort = 'gemeente' and trend.richting = 'daling'
order by trend.mutatie_pct, trend.regio_code
limit 10
