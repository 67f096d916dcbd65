-- Structural traits of the municipalities of the target division, for every year in which CBS publishes them. Each trait is known
-- where its parts are, and goes without the others.
-- Inhabitants and bijstand are those of the indicators. Shares by age are taken of the inhabitants in the same table: of a few
-- municipalities a year it counts some inhabitants more or fewer.
{%- set delen = [
    'inwoners',
    'adressen_gewogen',
    'van_alle_leeftijden',
    'tot_15',
    'vanaf_65',
    'huishoudens',
    'eenpersoons',
    'met_kinderen',
    'bijstand',
] %}
with kwb as (
    select
        regio_code,
        jaar,
        max(waarde) filter (maat = 'inwoners_kwb') as van_alle_leeftijden,
        max(waarde) filter (maat = 'inwoners_0_15') as tot_15,
        max(waarde) filter (maat = 'inwoners_65_plus') as vanaf_65,
        max(waarde) filter (maat = 'huishoudens') as huishoudens,
        max(waarde) filter (maat = 'eenpersoonshuishoudens') as eenpersoons,
        max(waarde) filter (maat = 'huishoudens_met_kinderen') as met_kinderen,
        max(waarde) filter (maat = 'bijstand_personen') as bijstand
    from {{ ref('stg_metingen') }}
    where dataset = 'kerncijfers_wijken_en_buurten' and regio_soort = 'gemeente'
    group by regio_code, jaar
),

-- CBS gives the same density in both; the tables of Gebieden have it of more municipalities and years.
dichtheid as (
    select
        regio_code,
        jaar,
        coalesce(
            max(waarde) filter (dataset = 'gebieden_in_nederland'),
            max(waarde) filter (dataset = 'kerncijfers_wijken_en_buurten')
        ) as adressendichtheid
    from {{ ref('stg_metingen') }}
    where
        maat = 'omgevingsadressendichtheid'
        and dataset in ('gebieden_in_nederland', 'kerncijfers_wijken_en_buurten')
        and regio_soort = 'gemeente'
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

delen as (
    select
        opvolger.jaar,
        opvolger.nieuwe_code as gm_code,
        opvolger.oude_code,
        opvolger.gesplitst,
        opvolger.aandeel,
        inwoners.waarde as inwoners,
        -- CBS counts addresses within a kilometre of each address; of a merged municipality the mean of its parts, weighted by
        -- inhabitants, comes near that.
        dichtheid.adressendichtheid * inwoners.waarde as adressen_gewogen,
        kwb.* exclude (regio_code, jaar)
    from {{ ref('int_opvolger') }} as opvolger
    left join inwoners on opvolger.oude_code = inwoners.regio_code and opvolger.jaar = inwoners.jaar
    left join dichtheid on opvolger.oude_code = dichtheid.regio_code and opvolger.jaar = dichtheid.jaar
    left join kwb on opvolger.oude_code = kwb.regio_code and opvolger.jaar = kwb.jaar
),

sommen as (
    select
        jaar,
        gm_code,
        -- Shares are no whole numbers: only a fixed order of adding gives the same last digit in every build.
        {% for deel in delen %}
            case when count(*) = count({{ deel }}) then sum({{ deel }} * aandeel order by oude_code) end as {{ deel }},
        {% endfor %}
        -- Of a municipality that received a part of a split one these are estimates, by the inhabitants that moved.
        bool_or(gesplitst) as geschat
    from delen
    group by jaar, gm_code
),

berekend as (
    select
        jaar,
        gm_code,
        geschat,
        ln(nullif(inwoners, 0)) as log_inwoners,
        ln(1 + adressen_gewogen / nullif(inwoners, 0)) as log_omgevingsadressendichtheid,
        100 * tot_15 / nullif(van_alle_leeftijden, 0) as aandeel_tot_15_pct,
        100 * vanaf_65 / nullif(van_alle_leeftijden, 0) as aandeel_65_plus_pct,
        100 * eenpersoons / nullif(huishoudens, 0) as aandeel_eenpersoonshuishoudens_pct,
        100 * met_kinderen / nullif(huishoudens, 0) as aandeel_huishoudens_met_kinderen_pct,
        1000 * bijstand / nullif(inwoners, 0) as bijstand_per_1000_inwoners
    from sommen
),

kenmerken as (
    -- What is not known has no row.
    unpivot berekend on columns(* exclude (jaar, gm_code, geschat)) into name kenmerk_id value waarde
)

select
    kenmerken.kenmerk_id,
    kenmerken.gm_code,
    kenmerken.jaar,
    kenmerken.waarde,
    kenmerken.geschat
from kenmerken
-- A trait that is no longer in the seed counts nowhere.
semi join {{ ref('kenmerk') }} as kenmerk on kenmerken.kenmerk_id = kenmerk.kenmerk_id
