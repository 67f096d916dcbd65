{#- The change in young people with youth care is the change of the population at the mean of both rates, and that of the rate at
    the mean of both populations: of numbers by the name of those of int_volume_gemeente. -#}

{% macro bevolkingseffect() -%}
    (bevolking_tot - bevolking_van) * (jongeren_van / bevolking_van + jongeren_tot / bevolking_tot) / 2
{%- endmacro %}

{% macro gebruikseffect() -%}
    (jongeren_tot / bevolking_tot - jongeren_van / bevolking_van) * (bevolking_van + bevolking_tot) / 2
{%- endmacro %}
