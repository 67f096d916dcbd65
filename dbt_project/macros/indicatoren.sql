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

{#- Their names, for a list. -#}
{% macro namen_van_indicatoren() -%}
    {%- for indicator in indicatoren_publiek() -%}
        '{{ indicator.id }}'{{ ', ' if not loop.last }}
    {%- else -%}
        ''
    {%- endfor -%}
{%- endmacro %}

{#- Describe those columns with the texts of the indicators themselves. -#}
{% macro beschrijf_indicatorkolommen(relatie) %}
    {%- for indicator in indicatoren_publiek() %}
        comment on column {{ relatie }}.{{ indicator.id }} is '{{ indicator.tekst | replace("'", "''") }}';
    {%- endfor %}
{% endmacro %}
