-- The one leading measure of each base indicator per level and year: the seed, for the years in which it has rows.
with gemeten as (
    select distinct
        dataset,
        maat,
        jaar
    from {{ ref('stg_metingen') }}
    where regio_soort = 'gemeente'
),

landelijk_gemeten as (
    select distinct
        dataset,
        maat,
        jaar
    from {{ ref('stg_metingen') }}
    where regio_soort = 'land'
)

select
    leider.indicator_id,
    leider.niveau,
    leider.wijze,
    leider.dataset,
    leider.maat,
    leider.groep,
    gemeten.jaar
from {{ ref('indicator_leider') }} as leider
inner join gemeten
    on
        leider.dataset = gemeten.dataset
        and leider.maat = gemeten.maat
        and gemeten.jaar between leider.vanaf and coalesce(leider.tot, gemeten.jaar)
where leider.niveau = 'gemeente' or leider.wijze = 'som_gemeenten'

union all

select
    leider.indicator_id,
    leider.niveau,
    leider.wijze,
    leider.dataset,
    leider.maat,
    leider.groep,
    landelijk_gemeten.jaar
from {{ ref('indicator_leider') }} as leider
inner join landelijk_gemeten
    on
        leider.dataset = landelijk_gemeten.dataset
        and leider.maat = landelijk_gemeten.maat
        and landelijk_gemeten.jaar between leider.vanaf and coalesce(leider.tot, landelijk_gemeten.jaar)
where leider.niveau = 'land' and leider.wijze = 'cel'
