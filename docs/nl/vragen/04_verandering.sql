-- Waar nam de bijstand sinds 2017 het meest af?
-- Alleen dalingen die groter zijn dan toeval en afronding verklaren.
select
    regio_code,
    regio_naam,
    jaar_van,
    jaar_tot,
    waarde_van,
    waarde_tot,
    mutatie_pct
from mart_verandering
where indicator_id = 'bijstand_personen' and jaar_van = 2017 and regio_soort = 'gemeente' and richting = 'daling'
order by mutatie_pct, regio_code
limit 10
