-- The change of every figure of the newest division between the pairs of years of int_jaarpaar, and whether it is more than
-- chance and rounding, by the counts behind both figures. Over a blocking break nothing is computed at all.
with cijfers as (
    select
        cijfer.indicator_id,
        cijfer.regio_soort,
        cijfer.regio_code,
        cijfer.jaar,
        cijfer.waarde,
        cijfer.status,
        cijfer.twijfel,
        ruis.telling_uit,
        ruis.eenheid_waarde,
        ruis.is_afwijking,
        telling.variantie,
        case when ruis.telling_uit in ('geen', 'onbekend') then cijfer.waarde else telling.vergeleken end as vergeleken
    from {{ ref('int_cijfer') }} as cijfer
    inner join {{ ref('int_ruis') }} as ruis on cijfer.indicator_id = ruis.indicator_id
    left join {{ ref('int_telling') }} as telling
        on
            cijfer.indicator_id = telling.indicator_id
            and cijfer.regio_code = telling.regio_code
            and cijfer.jaar = telling.jaar
    where cijfer.indeling = 'actueel'
),

paren as (
    select
        cijfer.indicator_id,
        cijfer.regio_soort,
        cijfer.regio_code,
        cijfer.jaar,
        paar.stap,
        paar.jaar_van,
        paar.voor_trend,
        paar.tot_nieuwste_jaar,
        paar.breuk_jaar,
        paar.beleidsbreuk,
        vorig.waarde as waarde_van,
        cijfer.waarde,
        cijfer.telling_uit,
        cijfer.eenheid_waarde,
        cijfer.is_afwijking,
        [vorig.status, cijfer.status] as statussen,
        cijfer.twijfel or vorig.twijfel as twijfel,
        case when paar.breuk_jaar is null then cijfer.waarde - vorig.waarde end as mutatie,
        cijfer.variantie + vorig.variantie as variantie,
        vorig.vergeleken as vergeleken_van,
        cijfer.vergeleken
    from cijfers as cijfer
    -- A region of which it is never known who its members are has no trend to miss.
    semi join {{ ref('int_regio_bekend') }} as regio on cijfer.regio_code = regio.regio_code
    inner join {{ ref('int_jaarpaar') }} as paar on cijfer.indicator_id = paar.indicator_id and cijfer.jaar = paar.jaar
    inner join cijfers as vorig
        on
            cijfer.indicator_id = vorig.indicator_id
            and cijfer.regio_code = vorig.regio_code
            and paar.jaar_van = vorig.jaar
),

redenen as (
    select
        * exclude (statussen),
        {{ status_van_lijst('statussen') }} as status,
        case when not is_afwijking and waarde_van > 0 then 100 * mutatie / waarde_van end as mutatie_pct,
        case
            when breuk_jaar is not null then 'reeksbreuk'
            when waarde is null then 'cijfer_ontbreekt'
            when waarde_van is null then 'vergelijkcijfer_ontbreekt'
            when twijfel then 'twijfel'
            when telling_uit <> 'geen' and variantie is null then 'telling_onbekend'
            -- A count of 0 is compared as half a unit; an amount of 0 or less has no ratio.
            when not is_afwijking and telling_uit = 'geen' and waarde_van <= 0 then 'vergelijkcijfer_nul'
        end as reden_geen_richting
    from paren
),

verhoudingen as (
    select
        *,
        coalesce(vergeleken / vergeleken_van, waarde / waarde_van) as per_telling,
        (waarde - eenheid_waarde / 2) / (waarde_van + eenheid_waarde / 2) as laagste,
        (waarde + eenheid_waarde / 2) / (waarde_van - eenheid_waarde / 2) as hoogste,
        -- How many times the smaller of both the larger one may be before it is called more: by the minimum, and by chance.
        1 + {{ parameter('trend_minimum_pct') }} / 100 as minimum,
        exp({{ parameter('trend_z') }} * sqrt(coalesce(variantie, 0))) as toeval
    from redenen
),

-- The true percentages lie within half a decimal of the published ones. Within that range the count over the population says where:
-- so percentage and rate never differ in direction by the rounding of the percentage alone.
begrensd as (
    select
        *,
        case when telling_uit = 'percentage' then greatest(laagste, least(per_telling, hoogste)) else per_telling end as verhouding
    from verhoudingen
),

richtingen as (
    select
        *,
        case
            when reden_geen_richting is not null then null
            when is_afwijking and mutatie > {{ parameter('trend_minimum_procentpunt') }} then 'stijging'
            when is_afwijking and mutatie < -{{ parameter('trend_minimum_procentpunt') }} then 'daling'
            when is_afwijking then 'binnen_3_procentpunt'
            when verhouding > greatest(minimum, toeval) then 'stijging'
            when verhouding <= 0 or 1 / verhouding > greatest(minimum, toeval) then 'daling'
            when toeval > minimum then 'niet_aantoonbaar'
            else 'binnen_3_procent'
        end as richting
    from begrensd
)

select
    indicator_id,
    regio_soort,
    regio_code,
    jaar,
    stap,
    jaar_van,
    voor_trend,
    tot_nieuwste_jaar,
    breuk_jaar,
    beleidsbreuk,
    waarde_van,
    waarde,
    mutatie,
    mutatie_pct,
    case
        when richting is null then null
        when is_afwijking then {{ parameter('trend_minimum_procentpunt') }}
        when waarde_van <= 0 then null
        -- No fall can be shown from so small a count, not even to 0.
        when waarde = 0 and richting <> 'daling' then 100
        when mutatie < 0 then 100 * (1 - 1 / greatest(minimum, toeval))
        else greatest({{ parameter('trend_minimum_pct') }}, 100 * (toeval - 1))
    end as drempel,
    richting,
    reden_geen_richting,
    status
from richtingen
