-- For how many municipalities of the year an indicator has a figure, by the region in which they lie today.
{% set leden %}
    select
        samenstelling.regio_soort,
        samenstelling.regio_code,
        samenstelling.jaar,
        samenstelling.gm_code,
        soort.is_soort_volledig as indeling_volledig,
        samenstelling.gesplitst
    from {{ ref('int_samenstelling') }} as samenstelling
    inner join (select distinct regio_soort, is_soort_volledig from {{ ref('int_regio_actueel') }}) as soort
        on samenstelling.regio_soort = soort.regio_soort
    where samenstelling.indeling = 'actueel'
{%- endset %}
{{ dekking(leden) }}
