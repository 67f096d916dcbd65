-- The peers of an indicator are never chosen by a trait that its domain is an outcome of.
select
    indicator.domein,
    vergeleken.indicator_id,
    uitsluiting.kenmerk_id,
    vergeleken.variant
from {{ ref('kenmerk_uitsluiting') }} as uitsluiting
inner join {{ ref('indicator') }} as indicator on uitsluiting.domein = indicator.domein
inner join {{ ref('int_benchmark_indicator') }} as vergeleken on indicator.indicator_id = vergeleken.indicator_id
inner join {{ ref('int_kenmerk_variant') }} as variant
    on vergeleken.variant = variant.variant and uitsluiting.kenmerk_id = variant.kenmerk_id
