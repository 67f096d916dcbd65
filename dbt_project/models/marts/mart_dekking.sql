-- For how many members of a region an indicator has a figure, in the division of the year itself.
with leden as (
    select
        gm_code,
        jaar,
        regio_soort,
        regio_code
    from {{ ref('gemeente_regio') }}
),

-- A region kind is complete in a year when the membership of every municipality is known.
volledig as (
    select
        leden.jaar,
        leden.regio_soort,
        count(distinct leden.gm_code) = count(distinct gemeente.gm_code) as is_volledig
    from {{ ref('int_gemeente_jaar') }} as gemeente
    left join leden on gemeente.jaar = leden.jaar
    group by leden.jaar, leden.regio_soort
)

select
    cijfer.indicator_id,
    cijfer.jaar,
    leden.regio_soort,
    leden.regio_code,
    cast(count(cijfer.waarde) as smallint) as leden_met_cijfer,
    cast(count(*) as smallint) as leden,
    volledig.is_volledig as indeling_volledig
from {{ ref('int_cijfer') }} as cijfer
inner join leden on cijfer.regio_code = leden.gm_code and cijfer.jaar = leden.jaar
inner join volledig on leden.jaar = volledig.jaar and leden.regio_soort = volledig.regio_soort
where cijfer.regio_soort = 'gemeente' and cijfer.indeling = 'origineel'
group by cijfer.indicator_id, cijfer.jaar, leden.regio_soort, leden.regio_code, volledig.is_volledig
order by cijfer.indicator_id, cijfer.jaar, leden.regio_soort, leden.regio_code
