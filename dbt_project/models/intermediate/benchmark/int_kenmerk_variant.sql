-- Which traits count in which variant of peers: all of them, or all but those that the compared indicator is itself.
with vergeleken as (
    select
        indicator.indicator_id,
        indicator.variant
    from {{ ref('int_benchmark_indicator') }} as indicator
    semi join {{ ref('kenmerk_uitsluiting') }} as uitsluiting on indicator.indicator_id = uitsluiting.indicator_id
)

select
    'alle_kenmerken' as variant,
    kenmerk_id,
    weging
from {{ ref('kenmerk') }}

union

select
    vergeleken.variant,
    kenmerk.kenmerk_id,
    kenmerk.weging
from vergeleken
cross join {{ ref('kenmerk') }} as kenmerk
anti join {{ ref('kenmerk_uitsluiting') }} as uitsluiting
    on vergeleken.indicator_id = uitsluiting.indicator_id and kenmerk.kenmerk_id = uitsluiting.kenmerk_id
