-- For how many municipalities of a region an indicator has a figure, by the regions of the year itself as far as known.
with regioleden as (
    select
        regio_soort,
        regio_code,
        jaar,
        gm_code,
        is_soort_volledig as indeling_volledig,
        false as gesplitst
    from {{ ref('int_regio_lid') }}
),

{{ dekking() }}
