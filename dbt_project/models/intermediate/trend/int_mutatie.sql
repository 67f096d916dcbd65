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
        -- A count published as 0 may be as much as half the unit it is rounded to.
        greatest(
            case ruis.telling_uit
                when 'waarde' then cijfer.waarde
                when 'teller' then cijfer.teller
                when 'noemer' then cijfer.noemer
            end,
            ruis.eenheid / 2
        ) as telling,
        ruis.telling_uit = 'geen' as is_zonder_telling,
        ruis.eenheid,
        ruis.is_afwijking
    from {{ ref('int_cijfer') }} as cijfer
    inner join {{ ref('int_ruis') }} as ruis on cijfer.indicator_id = ruis.indicator_id
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
        cijfer.is_afwijking,
        [vorig.status, cijfer.status] as statussen,
        cijfer.twijfel or vorig.twijfel as twijfel,
        case when paar.breuk_jaar is null then cijfer.waarde - vorig.waarde end as mutatie,
        case when cijfer.is_zonder_telling then 0 else sqrt(1 / cijfer.telling + 1 / vorig.telling) end as standaardfout,
        -- Both figures may be half a unit off: together one unit, of the count or else of the figure itself.
        coalesce(cijfer.eenheid / case when cijfer.is_zonder_telling then vorig.waarde else vorig.telling end, 0) as afronding
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

mutaties as (
    select
        * exclude (statussen),
        {{ status_van_lijst('statussen') }} as status,
        case when not is_afwijking and waarde_van > 0 then 100 * mutatie / waarde_van end as mutatie_pct,
        case
            when breuk_jaar is not null then 'reeksbreuk'
            when waarde is null then 'cijfer_ontbreekt'
            when waarde_van is null then 'vergelijkcijfer_ontbreekt'
            when twijfel then 'twijfel'
            when not is_afwijking and waarde_van <= 0 then 'vergelijkcijfer_nul'
        end as reden_ontbreekt
    from paren
),

drempels as (
    select
        *,
        case
            when reden_ontbreekt is not null then null
            when is_afwijking then {{ parameter('trend_minimum_procentpunt') }}
            else greatest({{ parameter('trend_minimum_pct') }}, 100 * {{ parameter('trend_z') }} * standaardfout, 100 * afronding)
        end as drempel,
        case when is_afwijking then mutatie else mutatie_pct end as vergeleken
    from mutaties
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
    drempel,
    case
        when reden_ontbreekt is not null then null
        when vergeleken > drempel then 'stijging'
        when vergeleken < -drempel then 'daling'
        else 'gelijk'
    end as richting,
    reden_ontbreekt,
    status
from drempels
