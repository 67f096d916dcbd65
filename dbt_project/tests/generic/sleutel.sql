{% test sleutel(model, kolommen) %}
-- The columns together identify a row: no doubles, no NULL in the key.
select
    {{ kolommen | join(', ') }},
    count(*) as aantal
from {{ model }}
group by all
having
    count(*) > 1
    {% for kolom in kolommen -%}
        or {{ kolom }} is null
    {% endfor %}
{% endtest %}
