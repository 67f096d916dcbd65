-- The one leading measure of each base indicator per year, of wijken and of buurten: the first of the seed that has a figure of any.
with gemeten as (
    select
        dataset,
        maat,
        regio_soort,
        jaar
    from {{ ref('stg_wijkcel') }}
    group by dataset, maat, regio_soort, jaar
    having count(waarde) > 0
)

select
    leider.indicator_id,
    leider.dataset,
    leider.maat,
    gemeten.regio_soort,
    gemeten.jaar
from {{ ref('indicator_leider') }} as leider
inner join gemeten
    on
        leider.dataset = gemeten.dataset
        and leider.maat = gemeten.maat
        and gemeten.jaar between leider.vanaf and coalesce(leider.tot, gemeten.jaar)
where leider.niveau = 'wijk'
qualify row_number() over (
    partition by leider.indicator_id, gemeten.regio_soort, gemeten.jaar order by leider.volgorde
) = 1
