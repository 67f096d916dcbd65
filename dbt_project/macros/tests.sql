{#- The few generic tests we need; dbt packages cannot be had offline. -#}

{% test sleutel(model, kolommen) %}
    
-- The columns together identify a row: no doubles, no NULL in the key.
select {{ kolommen | join(', ') }}, count(*) as aantal
from {{ model }}
group by all
having
    count(*) > 1
    {%- for kolom in kolommen %} or {{ kolom }} is null{% endfor %}
{% endtest %}

{% test voldoet(model, regel) %}
-- Every row satisfies the rule.
select * from {{ model }} where not coalesce({{ regel }}, false)
{% endtest %}
