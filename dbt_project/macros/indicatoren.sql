{#- The public indicators (of one domain, or all) as data, so that adding one to the seed adds its column and its description. -#}
{% macro indicatoren_publiek(domein=none) %}
    {%- set resultaat = [] -%}
    {%- if execute -%}
        {%- set vraag -%}
            select indicator_id, naam || ' (' || eenheid || '). ' || omschrijving as tekst
            from {{ ref('indicator') }}
            where publiek {{ "and domein = '" ~ domein ~ "'" if domein }}
            order by indicator_id
        {%- endset -%}
        {%- for rij in run_query(vraag) -%}
            {%- do resultaat.append({'id': rij[0], 'tekst': rij[1]}) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(resultaat) }}
{% endmacro %}

{#- A column per public indicator, to follow other columns of a grouped select. -#}
{% macro indicatorkolommen(cijfer) -%}
    {%- for indicator in indicatoren_publiek() -%}
        ,
    max(case when {{ cijfer }}.indicator_id = '{{ indicator.id }}' then {{ cijfer }}.waarde end) as {{ indicator.id }}
    {%- endfor -%}
{%- endmacro %}

{#- Describe those columns with the texts of the indicators themselves. -#}
{% macro beschrijf_indicatorkolommen(relatie) %}
    {%- for indicator in indicatoren_publiek() %}
        comment on column {{ relatie }}.{{ indicator.id }} is '{{ indicator.tekst | replace("'", "''") }}';
    {%- endfor %}
{% endmacro %}
