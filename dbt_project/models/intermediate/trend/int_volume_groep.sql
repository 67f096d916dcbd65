-- The same per group of municipalities: sums over the members that have figures in both years, with how many those are. Over a
-- blocking break young people moved between municipalities and groups of them, but not out of the country: only the country is
-- there, and its effects are those of its own totals.
with leden as (
    select
        gm_code,
        groep_soort,
        groep_code,
        groep_naam
    from {{ ref('int_gemeente_groep') }}

    union all

    select
        gm_code,
        'gemeente' as groep_soort,
        gm_code as groep_code,
        naam as groep_naam
    from {{ ref('int_gemeente') }}

    union all

    select
        gm_code,
        'land' as groep_soort,
        'NL' as groep_code,
        'Nederland' as groep_naam
    from {{ ref('int_gemeente') }}
),

sommen as (
    select
        volume.indicator_id,
        volume.bevolking_soort,
        leden.groep_soort,
        leden.groep_code,
        leden.groep_naam,
        volume.jaar_van,
        volume.jaar_tot,
        volume.over_breuk,
        volume.breuk_tekst,
        count(*) as leden,
        count(volume.jongeren_tot) as leden_met_cijfer,
        sum(volume.jongeren_van order by volume.gm_code) as jongeren_van,
        sum(volume.jongeren_tot order by volume.gm_code) as jongeren_tot,
        sum(volume.bevolking_van order by volume.gm_code) as bevolking_van,
        sum(volume.bevolking_tot order by volume.gm_code) as bevolking_tot,
        sum(volume.bevolkingseffect order by volume.gm_code) as bevolkingseffect_leden,
        sum(volume.gebruikseffect order by volume.gm_code) as gebruikseffect_leden,
        {{ status_van_combinatie('volume.status_van') }} as status_van,
        {{ status_van_combinatie('volume.status_tot') }} as status_tot,
        bool_or(volume.twijfel and volume.reden_ontbreekt is null) as twijfel,
        -- Of a single municipality its own reason.
        min(volume.reden_ontbreekt) as reden_lid
    from {{ ref('int_volume_gemeente') }} as volume
    inner join leden on volume.gm_code = leden.gm_code
    where not volume.over_breuk or leden.groep_soort = 'land'
    group by all
)

select
    indicator_id,
    bevolking_soort,
    groep_soort,
    groep_code,
    groep_naam,
    jaar_van,
    jaar_tot,
    over_breuk,
    breuk_tekst,
    leden,
    leden_met_cijfer,
    jongeren_van,
    jongeren_tot,
    bevolking_van,
    bevolking_tot,
    jongeren_tot - jongeren_van as mutatie,
    case when over_breuk then {{ bevolkingseffect() }} else bevolkingseffect_leden end as bevolkingseffect,
    case when over_breuk then {{ gebruikseffect() }} else gebruikseffect_leden end as gebruikseffect,
    status_van,
    status_tot,
    twijfel,
    reden_lid
from sommen
