-- Van hoeveel gemeenten ontbreekt een cijfer, en waarom?
-- Hier het aantal Wmo-cliënten, per jaar zoals gepubliceerd; zonder reden is er een cijfer.
select
    jaar,
    reden_ontbreekt,
    count(*) as gemeenten
from mart_indicator_origineel
where indicator_id = 'wmo_clienten' and regio_soort = 'gemeente'
group by jaar, reden_ontbreekt
order by jaar, reden_ontbreekt nulls first
