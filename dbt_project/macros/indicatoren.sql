{#- The public indicators as data, so that adding one to the seed adds its column and its description. -#}
{% macro indicatoren_publiek() %}
    {%- set resultaat = [] -%}
    {%- if execute -%}
        {%- set rijen = run_query("select indicator_id, naam, eenheid, omschrijving from " ~ ref('indicator') ~ " where publiek order by indicator_id") -%}
        {%- for rij in rijen -%}
            {%- do resultaat.append({'id': rij[0], 'tekst': rij[1] ~ ' (' ~ rij[2] ~ '). ' ~ rij[3]}) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(resultaat) }}
{% endmacro %}

{#- Describe the columns of the wide mart with the texts of the indicators themselves. -#}
{% macro beschrijf_indicatorkolommen(relatie) %}
    {%- for indicator in indicatoren_publiek() %}
        comment on column {{ relatie }}.{{ indicator.id }} is '{{ indicator.tekst | replace("'", "''") }}';
    {%- endfor %}
{% endmacro %}
