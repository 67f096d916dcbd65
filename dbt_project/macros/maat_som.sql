{#- CTE `samen`: the rows of the CTE `cellen`, and of each measure that is a sum of measures (`maat_som`) a row where there is one of
every part, with a figure where every part has one. `tijd` names the columns of the time that a row is about. -#}
{% macro met_sommen_van_maten(cellen, tijd) -%}
delen as (
    select
        dataset,
        maat,
        count(*) as aantal
    from {{ ref('maat_som') }}
    group by dataset, maat
),

samengesteld as (
    select
        som.dataset,
        som.maat,
        cel.tabel_id,
        cel.regio_code,
        cel.regio_soort,
        cel.{{ tijd | join(', cel.') }},
        case when count(cel.waarde) = any_value(delen.aantal) then sum(cel.waarde * som.factor) end as waarde,
        min(cel.reden_ontbreekt) as reden_ontbreekt,
        {{ status_van_combinatie('cel.status') }} as status
    from {{ ref('maat_som') }} as som
    inner join delen on som.dataset = delen.dataset and som.maat = delen.maat
    inner join {{ cellen }} as cel on som.dataset = cel.dataset and som.deel = cel.maat
    group by all
    having count(*) = any_value(delen.aantal)
),

samen as (
    select * from {{ cellen }}
    union all by name
    select * from samengesteld
)
{%- endmacro %}
