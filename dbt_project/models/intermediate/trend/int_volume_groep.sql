-- The same per group of municipalities: sums over the members that have figures in both years, with how many those are.
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
)

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
    count(volume.mutatie) as leden_met_cijfer,
    sum(volume.jongeren_van order by volume.gm_code) as jongeren_van,
    sum(volume.jongeren_tot order by volume.gm_code) as jongeren_tot,
    sum(volume.bevolking_van order by volume.gm_code) as bevolking_van,
    sum(volume.bevolking_tot order by volume.gm_code) as bevolking_tot,
    sum(volume.mutatie order by volume.gm_code) as mutatie,
    sum(volume.bevolkingseffect order by volume.gm_code) as bevolkingseffect,
    sum(volume.gebruikseffect order by volume.gm_code) as gebruikseffect,
    {{ status_van_combinatie('volume.status') }} as status,
    bool_or(volume.twijfel and volume.mutatie is not null) as twijfel,
    -- Of a single municipality its own reason.
    min(volume.reden_ontbreekt) as reden_lid
from {{ ref('int_volume_gemeente') }} as volume
inner join leden on volume.gm_code = leden.gm_code
group by all
