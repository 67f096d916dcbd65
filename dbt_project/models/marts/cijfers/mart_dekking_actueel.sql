-- For how many municipalities of the year an indicator has a figure, by the region in which they lie today.
with soorten as (
    select distinct
        regio_soort,
        is_soort_volledig
    from {{ ref('int_regio_actueel') }}
),

regioleden as (
    select
        samenstelling.regio_soort,
        samenstelling.regio_code,
        samenstelling.jaar,
        samenstelling.gm_code,
        soorten.is_soort_volledig as indeling_volledig,
        true as is_volledig,
        samenstelling.gesplitst
    from {{ ref('int_samenstelling') }} as samenstelling
    inner join soorten on samenstelling.regio_soort = soorten.regio_soort
    where samenstelling.indeling = 'actueel'
),

{{ dekking() }}
