-- Structural traits of the municipalities of the target division, for every year in which CBS publishes them.
-- A municipality without complete traits in a year takes all of them from the first later year in which they are complete.
-- Inhabitants and bijstand are those of the indicators. Shares by age are taken of the inhabitants in the same table: of a few
-- municipalities a year it counts some inhabitants more or fewer.
with metingen as (
    select
        regio_code,
        jaar,
        max(waarde) filter (maat = 'inwoners_kwb') as van_alle_leeftijden,
        max(waarde) filter (maat = 'inwoners_0_15') as tot_15,
        max(waarde) filter (maat = 'inwoners_65_plus') as vanaf_65,
        max(waarde) filter (maat = 'bijstand_personen') as bijstand,
        max(waarde) filter (maat = 'omgevingsadressendichtheid') as adressendichtheid
    from {{ ref('stg_metingen') }}
    where dataset = 'kerncijfers_wijken_en_buurten' and regio_soort = 'gemeente'
    group by regio_code, jaar
),

inwoners as (
    select
        regio_code,
        jaar,
        waarde
    from {{ ref('int_basis_gemeente') }}
    where indicator_id = 'inwoners'
),

samengevoegd as (
    select
        opvolger.jaar,
        opvolger.nieuwe_code as gm_code,
        -- Counts are whole, so that their sum is exact in any order.
        sum(inwoners.waarde) as inwoners,
        sum(metingen.van_alle_leeftijden) as van_alle_leeftijden,
        sum(metingen.tot_15) as tot_15,
        sum(metingen.vanaf_65) as vanaf_65,
        sum(metingen.bijstand) as bijstand,
        -- CBS counts addresses within a kilometre of each address; of a merged municipality the mean of its parts, weighted by
        -- inhabitants, comes near that.
        sum(metingen.adressendichtheid * inwoners.waarde order by opvolger.oude_code)
        / sum(inwoners.waarde) as adressendichtheid
    from {{ ref('int_opvolger') }} as opvolger
    semi join metingen as jaren on opvolger.jaar = jaren.jaar
    left join metingen on opvolger.oude_code = metingen.regio_code and opvolger.jaar = metingen.jaar
    left join inwoners on opvolger.oude_code = inwoners.regio_code and opvolger.jaar = inwoners.jaar
    group by opvolger.jaar, opvolger.nieuwe_code
    having
        not bool_or(opvolger.gesplitst)
        and count(*) = count(inwoners.waarde)
        and count(*) = count(metingen.van_alle_leeftijden)
        and count(*) = count(metingen.tot_15)
        and count(*) = count(metingen.vanaf_65)
        and count(*) = count(metingen.bijstand)
        and count(*) = count(metingen.adressendichtheid)
        and sum(inwoners.waarde) > 0
        and sum(metingen.van_alle_leeftijden) > 0
),

berekend as (
    select
        jaar,
        gm_code,
        ln(inwoners) as log_inwoners,
        ln(1 + adressendichtheid) as log_omgevingsadressendichtheid,
        100 * tot_15 / van_alle_leeftijden as aandeel_tot_15_pct,
        100 * vanaf_65 / van_alle_leeftijden as aandeel_65_plus_pct,
        1000 * bijstand / inwoners as bijstand_per_1000_inwoners
    from samengevoegd
),

kenmerken as (
    unpivot berekend on columns(* exclude (jaar, gm_code)) into name kenmerk_id value waarde
),

jaren as (
    select distinct jaar from metingen
),

gekozen as (
    select
        jaren.jaar,
        samengevoegd.gm_code,
        min(samengevoegd.jaar) as kenmerken_jaar
    from jaren
    inner join samengevoegd on jaren.jaar <= samengevoegd.jaar
    group by jaren.jaar, samengevoegd.gm_code
)

select
    gekozen.jaar,
    gekozen.gm_code,
    kenmerken.kenmerk_id,
    kenmerken.waarde,
    gekozen.kenmerken_jaar
from gekozen
inner join kenmerken on gekozen.gm_code = kenmerken.gm_code and gekozen.kenmerken_jaar = kenmerken.jaar
-- A trait that is no longer in the seed counts nowhere.
semi join {{ ref('kenmerk') }} as kenmerk on kenmerken.kenmerk_id = kenmerk.kenmerk_id
