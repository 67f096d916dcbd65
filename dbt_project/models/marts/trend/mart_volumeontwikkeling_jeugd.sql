-- The change in young people with youth care between consecutive years, split into a population and a use effect, per group.
-- A group of which a member is missing has percentages over the other members only, and no numbers of young people; over a blocking
-- break not even those, since those who moved to or from the missing member would count as fewer or more.
with land as (
    select
        indicator_id,
        bevolking_soort,
        jaar_van,
        jongeren_van
    from {{ ref('int_volume_groep') }}
    where groep_soort = 'land'
),

redenen as (
    select
        groep.*,
        groep.leden_met_cijfer = groep.leden as is_volledig,
        groep.leden_met_cijfer = groep.leden or not groep.over_breuk as is_vergelijkbaar,
        100 * groep.mutatie / land.jongeren_van as bijdrage_pct,
        case
            when groep.leden_met_cijfer = groep.leden then null
            when groep.groep_soort = 'gemeente' then groep.reden_lid
            else 'deel_ontbreekt'
        end as reden_ontbreekt,
        case
            when groep.leden_met_cijfer = groep.leden then null
            when groep.groep_soort = 'gemeente' then groep.reden_lid
            when groep.over_breuk then 'deel_ontbreekt'
            when groep.leden_met_cijfer < {{ parameter('volume_minimum_leden') }} then 'te_weinig_leden'
        end as reden_pct_ontbreekt
    from {{ ref('int_volume_groep') }} as groep
    inner join land
        on
            groep.indicator_id = land.indicator_id
            and groep.bevolking_soort = land.bevolking_soort
            and groep.jaar_van = land.jaar_van
)

select
    indicator_id,
    bevolking_soort,
    groep_soort,
    groep_code,
    groep_naam,
    jaar_van,
    jaar_tot,
    cast(leden_met_cijfer as smallint) as leden_met_cijfer,
    cast(leden as smallint) as leden,
    case when is_volledig then 'alle_leden' else 'meldende_leden' end as dekking,
    case when is_volledig then jongeren_van end as jongeren_van,
    case when is_volledig then jongeren_tot end as jongeren_tot,
    case when is_volledig then bevolking_van end as bevolking_van,
    case when is_volledig then bevolking_tot end as bevolking_tot,
    case when is_volledig then mutatie end as mutatie,
    case when is_volledig then bevolkingseffect end as bevolkingseffect,
    case when is_volledig then gebruikseffect end as gebruikseffect,
    case when reden_pct_ontbreekt is null then 100 * mutatie / jongeren_van end as mutatie_pct,
    case when reden_pct_ontbreekt is null then 100 * bevolkingseffect / jongeren_van end as bevolkingseffect_pct,
    case when reden_pct_ontbreekt is null then 100 * gebruikseffect / jongeren_van end as gebruikseffect_pct,
    case when is_vergelijkbaar then bijdrage_pct end as bijdrage_pct,
    reden_ontbreekt,
    reden_pct_ontbreekt,
    over_breuk,
    breuk_tekst,
    {{ status_van_lijst('[status_van, status_tot]') }} as status,
    status_van,
    status_tot,
    twijfel
from redenen
order by indicator_id, bevolking_soort, groep_soort, groep_code, jaar_van
