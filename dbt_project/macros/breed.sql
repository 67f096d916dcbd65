{#- One row per municipality of the newest division and year, with a column and its reason per indicator of the domain. -#}
{% macro gemeente_jaar_van_domein(domein) -%}
with van_domein as (
    select
        cijfer.*,
        indicator.domein
    from {{ ref('fct_indicator') }} as cijfer
    inner join {{ ref('indicator') }} as indicator on cijfer.indicator_id = indicator.indicator_id
    where
        cijfer.regio_soort = 'gemeente' and cijfer.indeling = 'actueel'
        and (indicator.domein = '{{ domein }}' or cijfer.indicator_id = 'inwoners')
)

select
    van_domein.regio_code as gm_code,
    gemeente.naam,
    van_domein.jaar,
    max(van_domein.waarde) filter (van_domein.indicator_id = 'inwoners') as inwoners
    {%- for indicator in indicatoren_publiek(domein) -%}
        ,
        max(van_domein.waarde) filter (van_domein.indicator_id = '{{ indicator.id }}') as {{ indicator.id }},
        case
            when count(*) filter (van_domein.indicator_id = '{{ indicator.id }}') = 0 then 'buiten_reeks'
            else max(van_domein.reden_ontbreekt) filter (van_domein.indicator_id = '{{ indicator.id }}')
        end as {{ indicator.id }}_reden
    {%- endfor -%}
    ,
    string_agg(van_domein.indicator_id, ', ' order by van_domein.indicator_id) filter (van_domein.twijfel) as betwijfeld,
    string_agg(van_domein.indicator_id, ', ' order by van_domein.indicator_id) filter (van_domein.reeksbreuk) as na_reeksbreuk,
    string_agg(van_domein.indicator_id, ', ' order by van_domein.indicator_id)
        filter (van_domein.waarde is not null and van_domein.status in ('voorlopig', 'nader_voorlopig')) as voorlopig
from van_domein
inner join {{ ref('dim_gemeente') }} as gemeente on van_domein.regio_code = gemeente.gm_code
group by van_domein.regio_code, gemeente.naam, van_domein.jaar
having count(*) filter (van_domein.domein = '{{ domein }}') > 0
order by van_domein.regio_code, van_domein.jaar
{%- endmacro %}

{#- Describe those columns with the texts of the indicators themselves. -#}
{% macro beschrijf_domeinkolommen(relatie, domein) %}
    {%- for indicator in indicatoren_publiek(domein) %}
        comment on column {{ relatie }}.{{ indicator.id }} is '{{ indicator.tekst | replace("'", "''") }}';
        comment on column {{ relatie }}.{{ indicator.id }}_reden is
        'Waarom {{ indicator.id }} leeg is: een reden_ontbreekt (mart_indicator_actueel), of buiten_reeks als de indicator dat jaar niet heeft. Leeg als er een cijfer is.';
    {%- endfor %}
{% endmacro %}
