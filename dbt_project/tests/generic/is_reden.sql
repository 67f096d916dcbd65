{% test is_reden(model, column_name, behalve=[], ook=[]) %}
-- What is filled in is a reason of the seed, but for those that cannot occur here (`behalve`), or one of this table alone (`ook`).
with toegestaan as (
    select reden
    from {{ ref('reden') }}
    where not list_contains({{ behalve }}, reden)
    union all
    select unnest({{ ook }}) as reden
)

select
    {{ column_name }},
    count(*) as aantal
from {{ model }}
where
    {{ column_name }} is not null
    and {{ column_name }} not in (select reden from toegestaan)
group by {{ column_name }}
{% endtest %}
