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

{% test gevuld(model, kolommen) %}
-- None of the columns is empty; one test for all of them, for each test of a night costs the same whatever it looks at.
select *
from {{ model }}
where {% for kolom in kolommen %}{{ 'or ' if not loop.first }}{{ kolom }} is null {% endfor %}
{% endtest %}
