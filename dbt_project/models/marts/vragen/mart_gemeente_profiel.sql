{%- set groepen = ['vergelijkbare_gemeenten', 'provincie', 'grootteklasse', 'land'] -%}
{%- set codes = {'vergelijkbare_gemeenten': 'benchmark.gm_code', 'land': "'NL'"} -%}
-- A municipality beside its peers, its province, its class of size and the country, per indicator and year.
select
    benchmark.gm_code,
    benchmark.gemeente_naam,
    indicator.domein,
    benchmark.indicator_id,
    benchmark.indicator_naam,
    indicator.eenheid,
    benchmark.jaar,
    benchmark.jaar = indicator.laatste_jaar_met_cijfer as nieuwste_jaar,
    benchmark.waarde,
    cijfer.reden_ontbreekt,
    cijfer.status,
    cijfer.twijfel,
    cijfer.reeksbreuk,
    {%- for groep in groepen %}
        {{ groep }}.gewogen as gewogen_{{ groep }},
        {{ groep }}.gewogen_wijze as gewogen_{{ groep }}_wijze,
        {{ groep }}.mediaan as mediaan_{{ groep }},
        -- In a new division it may not be known yet in which class a municipality falls.
        case when {{ groep }}.groep_code is null then 'groep_onbekend' else {{ groep }}.reden_ontbreekt end as reden_{{ groep }},
    {%- endfor %}
    benchmark.gepubliceerd_land,
    benchmark.rang,
    benchmark.rang_van,
    benchmark.rang_richting,
    benchmark.percentiel,
    benchmark.kleine_aantallen,
    benchmark.vlag,
    benchmark.grens_reden
from {{ ref('mart_benchmark') }} as benchmark
inner join {{ ref('dim_indicator') }} as indicator on benchmark.indicator_id = indicator.indicator_id
inner join {{ ref('dim_gemeente') }} as gemeente on benchmark.gm_code = gemeente.gm_code
inner join {{ ref('fct_indicator') }} as cijfer
    on
        benchmark.indicator_id = cijfer.indicator_id
        and benchmark.gm_code = cijfer.regio_code
        and benchmark.jaar = cijfer.jaar
        and cijfer.indeling = 'actueel'
{%- for groep in groepen %}
    left join {{ ref('mart_benchmark_groep') }} as {{ groep }}
        on
            benchmark.indicator_id = {{ groep }}.indicator_id
            and benchmark.jaar = {{ groep }}.jaar
            and {{ groep }}.groep_soort = '{{ groep }}'
            and {{ codes.get(groep, 'gemeente.' ~ groep ~ '_code') }} = {{ groep }}.groep_code
{%- endfor %}
order by benchmark.gm_code, indicator.domein, benchmark.indicator_id, benchmark.jaar
