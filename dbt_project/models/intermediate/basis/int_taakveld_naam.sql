-- What the Iv3 definitions call each taakveld in a year; one that they only name in parts (6.73a to 6.73c) by those parts.
with delen as (
    select
        jaar,
        regexp_extract(taakveld, '^[0-9]+[.][0-9]{1,2}') as taakveld,
        taakveld as deel,
        omschrijving
    from {{ ref('iv3_taakvelden_sociaal_domein') }}
    union all by name
    -- The list is about main field 6; this one is published beside it.
    select distinct
        jaar,
        '7.1' as taakveld,
        '7.1' as deel,
        'Volksgezondheid' as omschrijving
    from {{ ref('iv3_taakvelden_sociaal_domein') }}
)

select
    jaar,
    taakveld,
    coalesce(
        max(omschrijving) filter (deel = taakveld),
        string_agg(omschrijving, '; ' order by deel)
    ) as naam
from delen
group by jaar, taakveld
