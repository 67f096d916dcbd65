{#- Limits of 95 % around a count that chance alone moves (Poisson), by Byar's approximation: Breslow and Day, Statistical Methods in
Cancer Research II (IARC 1987), p. 69. Of a count of 0 the lower one is 0. -#}

{% macro byar_ondergrens(aantal) -%}
case
    when {{ aantal }} = 0 then 0
    when {{ aantal }} > 0
        then {{ aantal }} * power(1 - 1 / (9 * {{ aantal }}) - {{ parameter('verwacht_z') }} / (3 * sqrt({{ aantal }})), 3)
end
{%- endmacro %}

{% macro byar_bovengrens(aantal) -%}
    ({{ aantal }} + 1) * power(1 - 1 / (9 * ({{ aantal }} + 1)) + {{ parameter('verwacht_z') }} / (3 * sqrt({{ aantal }} + 1)), 3)
{%- endmacro %}
