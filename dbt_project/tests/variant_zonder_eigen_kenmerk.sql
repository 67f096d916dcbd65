-- The peers of an indicator are never chosen by the trait that it is itself.
select
    uitsluiting.indicator_id,
    uitsluiting.kenmerk_id,
    indicator.variant
from {{ ref('kenmerk_uitsluiting') }} as uitsluiting
inner join {{ ref('int_benchmark_indicator') }} as indicator on uitsluiting.indicator_id = indicator.indicator_id
inner join {{ ref('int_kenmerk_variant') }} as variant
    on indicator.variant = variant.variant and uitsluiting.kenmerk_id = variant.kenmerk_id
