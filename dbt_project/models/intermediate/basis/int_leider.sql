-- The one leading measure of each base indicator per level and year: of those in the seed that have rows that year, or should
-- have and were not understood (`is_begrepen`), the first that gives figures.
with gemeten as (
    select
        dataset,
        maat,
        regio_soort,
        jaar,
        count(waarde) > 0 as is_gevuld
    from {{ ref('stg_metingen') }}
    group by dataset, maat, regio_soort, jaar
),

-- Of what was not understood it is not known for which regions CBS has it, so for both levels.
beloofd as (
    select
        dataset,
        maat,
        unnest(['gemeente', 'land']) as regio_soort,
        jaar,
        false as is_begrepen,
        false as is_gevuld
    from {{ ref('stg_niet_begrepen') }}
),

samen as (
    select
        *,
        true as is_begrepen
    from gemeten
    union all by name
    select * from beloofd
    anti join gemeten
        on
            beloofd.dataset = gemeten.dataset
            and beloofd.maat = gemeten.maat
            and beloofd.regio_soort = gemeten.regio_soort
            and beloofd.jaar = gemeten.jaar
)

select
    leider.indicator_id,
    leider.niveau,
    leider.wijze,
    leider.dataset,
    leider.maat,
    leider.groep,
    samen.jaar,
    samen.is_gevuld,
    -- A year of which nobody wrote down yet which taakvelden make up a group cannot be read either.
    samen.is_begrepen
    and (leider.groep is null or exists (
        select 1 from {{ ref('taakveld_groep') }} as groep where leider.groep = groep.groep and samen.jaar = groep.jaar
    )) as is_begrepen
from {{ ref('indicator_leider') }} as leider
inner join samen
    on
        leider.dataset = samen.dataset
        and leider.maat = samen.maat
        and samen.jaar between leider.vanaf and coalesce(leider.tot, samen.jaar)
        -- A sum of municipalities has the years of the municipalities.
        and samen.regio_soort = case when leider.wijze = 'som_gemeenten' then 'gemeente' else leider.niveau end
-- A measure that only stands in for another one says nothing where it has no figures either.
where samen.is_gevuld or leider.volgorde = 1
qualify row_number() over (
    partition by leider.indicator_id, leider.niveau, samen.jaar
    order by samen.is_gevuld desc, samen.is_begrepen desc, leider.volgorde asc
) = 1
