-- The span of each base indicator: every year from the first to the last in which its municipal leader has rows.
with span as (
    select
        indicator_id,
        min(jaar) as eerste_jaar,
        max(jaar) as laatste_jaar
    from {{ ref('int_leider') }}
    where niveau = 'gemeente'
    group by indicator_id
)

select
    span.indicator_id,
    cast(jaren.jaar as smallint) as jaar
from span
cross join unnest(generate_series(span.eerste_jaar, span.laatste_jaar)) as jaren (jaar)
