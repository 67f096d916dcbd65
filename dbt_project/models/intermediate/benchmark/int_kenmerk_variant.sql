-- Which traits count in which variant of peers: all of them, or all but those of which the compared indicator is an outcome.
with varianten as (
    select distinct
        indicator.domein,
        vergeleken.variant
    from {{ ref('int_benchmark_indicator') }} as vergeleken
    inner join {{ ref('indicator') }} as indicator on vergeleken.indicator_id = indicator.indicator_id
)

select
    'alle_kenmerken' as variant,
    kenmerk_id,
    weging
from {{ ref('kenmerk') }}

union

select
    varianten.variant,
    kenmerk.kenmerk_id,
    kenmerk.weging
from varianten
cross join {{ ref('kenmerk') }} as kenmerk
anti join {{ ref('kenmerk_uitsluiting') }} as uitsluiting
    on varianten.domein = uitsluiting.domein and kenmerk.kenmerk_id = uitsluiting.kenmerk_id
