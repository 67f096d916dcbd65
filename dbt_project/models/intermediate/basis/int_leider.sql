-- The one leading measure of each base indicator per level and year: the seed, for the years in which it has rows.
with gemeten as (
    select distinct
        dataset,
        maat,
        regio_soort,
        jaar
    from {{ ref('stg_metingen') }}
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
        -- A sum of municipalities has the years of the municipalities.
        and gemeten.regio_soort = case when leider.wijze = 'som_gemeenten' then 'gemeente' else leider.niveau end
