-- For how many municipalities of a region an indicator has a figure, by the regions of the year itself as far as known.
with bekende_leden as (
    select
        regio_soort,
        regio_code,
        jaar,
        gm_code,
        is_soort_volledig,
        is_volledig
    from {{ ref('int_regio_lid') }}
),

-- Of a region without any known member there is no figure either: here it is said.
zonder_leden as (
    select
        regio.regio_soort,
        regio.regio_code,
        regio.jaar,
        cast(null as varchar) as gm_code,
        false as is_soort_volledig,
        false as is_volledig
    from {{ ref('int_regio_jaar') }} as regio
    anti join bekende_leden as lid on regio.regio_code = lid.regio_code and regio.jaar = lid.jaar
    where regio.indeling = 'origineel' and not regio.is_volledig
),

regioleden as (
    select
        * exclude (is_soort_volledig),
        is_soort_volledig as indeling_volledig,
        false as gesplitst
    from bekende_leden
    union all by name
    select
        * exclude (is_soort_volledig),
        is_soort_volledig as indeling_volledig,
        false as gesplitst
    from zonder_leden
),

{{ dekking(met_reden=true) }}
