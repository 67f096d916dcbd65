{#- Status of a combination: the first present of voorlopig, nader_voorlopig, onbekend, definitief. -#}

{% macro status_van_lijst(lijst) -%}
case
    when list_contains({{ lijst }}, 'voorlopig') then 'voorlopig'
    when list_contains({{ lijst }}, 'nader_voorlopig') then 'nader_voorlopig'
    when list_contains({{ lijst }}, 'onbekend') then 'onbekend'
    else 'definitief'
end
{%- endmacro %}

{% macro status_van_combinatie(kolom) -%}
    {{ status_van_lijst('list(' ~ kolom ~ ')') }}
{%- endmacro %}
