-- Young people with youth care per municipality and pair of years beside the population that their use is measured by, and the
-- change split into what the population did and what its use did. Midpoint weights: the two effects are the change, without a
-- remainder. Over a blocking break young people may have moved between municipalities: then there is no change of one of them.
with cijfers as (
    select
        indicator_id,
        regio_code as gm_code,
        jaar,
        waarde,
        reden_ontbreekt,
        status,
        twijfel
    from {{ ref('int_cijfer') }}
    where regio_soort = 'gemeente' and indeling = 'actueel'
),

-- All inhabitants, and those under 25 in the years of which ages are recorded.
bevolkingen as (
    select *
    from cijfers
    where indicator_id in ('inwoners', 'jongeren_tot_25')
),

bevolking_jaren as (
    select distinct
        indicator_id as bevolking_soort,
        jaar
    from bevolkingen
    where waarde is not null
),

paren as (
    select
        paar.*,
        van.bevolking_soort
    from {{ ref('int_volume_paar') }} as paar
    inner join bevolking_jaren as van on paar.jaar_van = van.jaar
    inner join bevolking_jaren as tot on paar.jaar_tot = tot.jaar and van.bevolking_soort = tot.bevolking_soort
),

samen as (
    select
        paren.indicator_id,
        paren.bevolking_soort,
        paren.jaar_van,
        paren.jaar_tot,
        paren.over_breuk,
        paren.breuk_tekst,
        tot.gm_code,
        van.waarde as jongeren_van,
        tot.waarde as jongeren_tot,
        bevolking_van.waarde as bevolking_van,
        bevolking_tot.waarde as bevolking_tot,
        van.status as status_van,
        tot.status as status_tot,
        van.twijfel or tot.twijfel as twijfel,
        coalesce(
            van.reden_ontbreekt, tot.reden_ontbreekt, bevolking_van.reden_ontbreekt, bevolking_tot.reden_ontbreekt
        ) as reden_ontbreekt
    from paren
    inner join cijfers as tot on paren.indicator_id = tot.indicator_id and paren.jaar_tot = tot.jaar
    inner join cijfers as van
        on paren.indicator_id = van.indicator_id and paren.jaar_van = van.jaar and tot.gm_code = van.gm_code
    inner join bevolkingen as bevolking_tot
        on
            paren.bevolking_soort = bevolking_tot.indicator_id
            and paren.jaar_tot = bevolking_tot.jaar
            and tot.gm_code = bevolking_tot.gm_code
    inner join bevolkingen as bevolking_van
        on
            paren.bevolking_soort = bevolking_van.indicator_id
            and paren.jaar_van = bevolking_van.jaar
            and tot.gm_code = bevolking_van.gm_code
),

-- A municipality without all four numbers has no part in anything below.
volledig as (
    select
        * exclude (jongeren_van, jongeren_tot, bevolking_van, bevolking_tot),
        case when reden_ontbreekt is null then jongeren_van end as jongeren_van,
        case when reden_ontbreekt is null then jongeren_tot end as jongeren_tot,
        case when reden_ontbreekt is null then bevolking_van end as bevolking_van,
        case when reden_ontbreekt is null then bevolking_tot end as bevolking_tot
    from samen
)

select
    indicator_id,
    bevolking_soort,
    gm_code,
    jaar_van,
    jaar_tot,
    over_breuk,
    breuk_tekst,
    jongeren_van,
    jongeren_tot,
    bevolking_van,
    bevolking_tot,
    case when not over_breuk then {{ bevolkingseffect() }} end as bevolkingseffect,
    case when not over_breuk then {{ gebruikseffect() }} end as gebruikseffect,
    status_van,
    status_tot,
    twijfel,
    reden_ontbreekt
from volledig
