-- Which traits count in which variant of peers: all of them, or all but those that the compared indicator is itself.
with varianten as (
    select
        'alle_kenmerken' as variant,
        cast([] as varchar []) as uitgesloten
    union
    select
        indicator.variant,
        list(uitsluiting.kenmerk_id order by uitsluiting.kenmerk_id) as uitgesloten
    from {{ ref('kenmerk_uitsluiting') }} as uitsluiting
    inner join {{ ref('int_benchmark_indicator') }} as indicator on uitsluiting.indicator_id = indicator.indicator_id
    group by indicator.indicator_id, indicator.variant
)

select
    varianten.variant,
    kenmerk.kenmerk_id,
    kenmerk.weging
from varianten
cross join {{ ref('kenmerk') }} as kenmerk
where not list_contains(varianten.uitgesloten, kenmerk.kenmerk_id)
