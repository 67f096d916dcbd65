{#- Where the list of a region's members comes from: derived as soon as one of them is, CBS only where CBS names each of them. -#}
{% macro herkomst_van_leden(kolom) -%}
case
    when bool_or({{ kolom }} = 'afgeleid') then 'afgeleid'
    when bool_or({{ kolom }} = 'opgegeven') then 'opgegeven'
    else 'cbs'
end
{%- endmacro %}
