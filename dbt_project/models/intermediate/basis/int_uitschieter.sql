-- Published counts and amounts that stand out from both the year before and the year after: most likely booked elsewhere.
with reeks as (
    select
        cijfers.indicator_id,
        cijfers.regio_code,
        cijfers.jaar,
        cijfers.waarde,
        lag(cijfers.waarde) over reeks as vorige,
        lead(cijfers.waarde) over reeks as volgende,
        lag(cijfers.jaar) over reeks as vorig_jaar,
        lead(cijfers.jaar) over reeks as volgend_jaar
    from {{ ref('int_gemeten') }} as cijfers
    inner join {{ ref('indicator') }} as indicator on cijfers.indicator_id = indicator.indicator_id
    where cijfers.regio_soort = 'gemeente' and indicator.optelbaar
    window reeks as (partition by cijfers.indicator_id, cijfers.regio_code order by cijfers.jaar)
)

select
    reeks.indicator_id,
    reeks.regio_code,
    reeks.jaar
from reeks
-- Figures on both sides of a blocking break say nothing about each other.
anti join {{ ref('int_basis_breuk') }} as breuk
    on
        reeks.indicator_id = breuk.indicator_id
        and breuk.blokkerend
        and breuk.jaar between reeks.jaar and reeks.jaar + 1
where
    reeks.vorig_jaar = reeks.jaar - 1
    and reeks.volgend_jaar = reeks.jaar + 1
    -- Zero and negative neighbours are doubted themselves and are no measure for this year.
    and reeks.vorige > 0
    and reeks.volgende > 0
    and greatest(reeks.vorige, reeks.waarde, reeks.volgende) >= {{ parameter('twijfel_uitschieter_minimum') }}
    and (
        reeks.waarde * {{ parameter('twijfel_uitschieter_factor') }} < least(reeks.vorige, reeks.volgende)
        or reeks.waarde > {{ parameter('twijfel_uitschieter_factor') }} * greatest(reeks.vorige, reeks.volgende)
    )
