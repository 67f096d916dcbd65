{#- Coverage per region, from the CTE `regioleden`: which municipalities of the year itself lie in which region; a region without a
known member has one row without a municipality. -#}
{% macro dekking(met_reden=false) -%}
landsleden as (
    select
        'land' as regio_soort,
        'NL' as regio_code,
        jaar,
        gm_code,
        true as indeling_volledig,
        true as is_volledig,
        false as gesplitst
    from {{ ref('int_gemeente_jaar') }}
),

leden as (
    select * from regioleden
    union all by name
    select * from landsleden
),

cijfers as (
    select
        cijfer.indicator_id,
        cijfer.regio_code as gm_code,
        cijfer.jaar,
        cijfer.waarde,
        cijfer.indicator_id in (
            select leider.indicator_id from {{ ref('indicator_leider') }} as leider where leider.wijze = 'taakvelden'
        ) as is_iv3
    from {{ ref('int_cijfer') }} as cijfer
    where cijfer.regio_soort = 'gemeente' and cijfer.indeling = 'origineel'
),

jaren as (
    select distinct
        indicator_id,
        jaar
    from cijfers
)

select
    jaren.indicator_id,
    jaren.jaar,
    leden.regio_soort,
    leden.regio_code,
    cast(count(cijfers.waarde) filter (not leden.gesplitst) as smallint) as leden_met_cijfer,
    cast(count(leden.gm_code) as smallint) as leden,
    cast(count(leden.gm_code) - count(cijfers.waarde) filter (not leden.gesplitst) as smallint) as leden_zonder_cijfer,
    -- Only of Iv3, where a missing figure is no secret: elsewhere a sum of known parts could give a secret one away.
    sum(cijfers.waarde) filter (cijfers.is_iv3 and not leden.gesplitst) as som_bekende_leden,
    leden.indeling_volledig
    {%- if met_reden %},
    case when not leden.is_volledig then 'regio_onvolledig' end as reden_geen_som
    {%- endif %}
from jaren
inner join leden on jaren.jaar = leden.jaar
left join cijfers
    on jaren.indicator_id = cijfers.indicator_id and jaren.jaar = cijfers.jaar and leden.gm_code = cijfers.gm_code
group by jaren.indicator_id, jaren.jaar, leden.regio_soort, leden.regio_code, leden.indeling_volledig, leden.is_volledig
order by jaren.indicator_id, jaren.jaar, leden.regio_soort, leden.regio_code
{%- endmacro %}
