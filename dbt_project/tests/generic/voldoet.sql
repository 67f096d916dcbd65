{% test voldoet(model, regel) %}
-- Every row satisfies the rule; a rule that comes to NULL is not satisfied.
select *
from {{ model }}
where not coalesce({{ regel }}, false)
{% endtest %}
