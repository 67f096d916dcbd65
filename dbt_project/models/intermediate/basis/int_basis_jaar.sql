-- The span of each base indicator: every year from the first to the last in which its municipal leader has rows. Up to the
-- newest official list of municipalities: without it nobody knows which rows a year should have, so its figures wait.
with span as (
    select
        indicator_id,
        min(jaar) as eerste_jaar,
        max(jaar) as laatste_jaar
    from {{ ref('int_leider') }}
    where
        niveau = 'gemeente'
        and jaar between
        (select min(jaar) from {{ ref('int_gemeente_jaar') }}) and (select max(jaar) from {{ ref('int_gemeente_jaar') }})
    group by indicator_id
)

select
    span.indicator_id,
    cast(jaren.jaar as smallint) as jaar
from span
cross join unnest(generate_series(span.eerste_jaar, span.laatste_jaar)) as jaren (jaar)
