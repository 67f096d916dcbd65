{#- Between which percentages a deviation from the budget is plausible: so many times the budget, or so small a part of it. -#}

{% macro afwijking_hoogste_pct() -%}
    100 * ({{ parameter('twijfel_afwijking_factor') }} - 1)
{%- endmacro %}

{% macro afwijking_laagste_pct() -%}
    100 * (1 / {{ parameter('twijfel_afwijking_factor') }} - 1)
{%- endmacro %}
