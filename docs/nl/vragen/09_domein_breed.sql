-- Wat is er in een jaar over de Wmo bekend van alle gemeenten van een provincie, en waarom is een cel leeg?
-- Hier Zeeland, 2020; de lasten zonder opvang en beschermd wonen (6.81), die centrumgemeenten voor hun regio betalen.
select
    breed.gm_code,
    breed.naam,
    breed.wmo_clienten,
    breed.wmo_clienten_reden,
    breed.wmo_hulp_bij_het_huishouden,
    breed.wmo_hulp_bij_het_huishouden_reden,
    breed.lasten_wmo_zonder_opvang,
    breed.lasten_wmo_zonder_opvang_reden,
    breed.betwijfeld
from mart_gemeente_jaar_wmo as breed
inner join dim_gemeente as gemeente on breed.gm_code = gemeente.gm_code
where breed.jaar = 2020 and gemeente.provincie_naam = 'Zeeland'
order by breed.gm_code
