-- The base indicators that a figure rests on: itself, or the two parts of a ratio.
select
    indicator_id,
    unnest(case when soort = 'verhouding' then [teller, noemer] else [indicator_id] end) as deel
from {{ ref('indicator') }}
