{% test gevuld(model, kolommen) %}
-- None of the columns is empty; one test for all of them, for each test of a night costs the same whatever it looks at.
select *
from {{ model }}
where
    {% for kolom in kolommen -%}
        {{ 'or ' if not loop.first }}{{ kolom }} is null
    {% endfor %}
{% endtest %}
