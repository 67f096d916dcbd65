-- The newest period of which an indicator has any figure, at each of the levels country and municipality: a year, or a part of one
-- that ends later. Of a year and its last part the year is the newest.
with perioden as (
    select
        indicator_id,
        regio_soort,
        jaar,
        12 as laatste_maand,
        0 as volgorde,
        cast(jaar as varchar) as periode
    from {{ ref('int_cijfer') }}
    where regio_soort in ('land', 'gemeente') and waarde is not null
    union all
    select
        indicator_id,
        regio_soort,
        jaar,
        laatste_maand,
        -- The longest of those that end together.
        case periode_soort when 'halfjaar' then 1 when 'kwartaal' then 2 else 3 end as volgorde,
        periode
    from {{ ref('int_deelcijfer') }}
    where waarde is not null
)

select
    indicator_id,
    regio_soort,
    arg_max(periode, (jaar, laatste_maand, -volgorde)) as periode
from perioden
group by indicator_id, regio_soort
