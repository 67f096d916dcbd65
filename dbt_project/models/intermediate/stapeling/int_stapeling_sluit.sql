-- Whether the categories of a table add up to its total: how many municipalities could be looked at, and of how many they do not.
-- Only of rows in which nothing lacks: where a category does, its difference with the total would be what is secret. So what is told
-- is a number of municipalities, never a difference.
with sommen as (
    select
        jaar,
        tabel_id,
        telling,
        uitsplitsing,
        regio_code,
        any_value(totaal) as totaal,
        sum(waarde) as som,
        count(*) as categorieen,
        count(*) = count(waarde) and count(totaal) > 0 as is_volledig
    from {{ ref('int_stapeling_cel') }}
    where regio_soort = 'gemeente'
    group by jaar, tabel_id, telling, uitsplitsing, regio_code
)

select
    jaar,
    tabel_id,
    telling,
    uitsplitsing,
    count(*) filter (is_volledig) as gemeenten_bekeken,
    -- CBS rounds to 5 and does not say how: each category can be that far off.
    count(*) filter (is_volledig and abs(som - totaal) > 5 * categorieen) as gemeenten_ongelijk
from sommen
group by jaar, tabel_id, telling, uitsplitsing
