-- Wide: one row per municipality of the newest division and year, one column per indicator.
{%- set indicatoren = indicatoren_publiek() %}
select
    cijfer.regio_code as gm_code,
    gemeente.naam,
    cijfer.jaar
    {%- for indicator in indicatoren %},
    max(case when cijfer.indicator_id = '{{ indicator.id }}' then cijfer.waarde end) as {{ indicator.id }}
    {%- endfor %}
from {{ ref('int_cijfer') }} as cijfer
inner join {{ ref('dim_gemeente') }} as gemeente on cijfer.regio_code = gemeente.gm_code
where cijfer.regio_soort = 'gemeente' and cijfer.indeling = 'actueel'
group by cijfer.regio_code, gemeente.naam, cijfer.jaar
order by cijfer.regio_code, cijfer.jaar
-- depends_on: {{ ref('indicator') }}
