-- The list of municipalities and the list of mergers tell the same story: who is in one year's list and not in the next
-- was abolished in between, and its successors are in the list after it.
with lijst as (
    select
        gm_code,
        jaar
    from {{ ref('int_gemeente_jaar') }}
),

verdwenen as (
    select
        lijst.gm_code,
        lijst.jaar + 1 as jaar
    from lijst
    anti join lijst as volgend on lijst.gm_code = volgend.gm_code and lijst.jaar + 1 = volgend.jaar
    where lijst.jaar < (select max(jaar) from lijst)
)

select
    verdwenen.gm_code,
    verdwenen.jaar,
    'in de lijst verdwenen, niet in herindelingen' as probleem
from verdwenen
anti join {{ ref('herindelingen') }} as wijziging
    on
        verdwenen.gm_code = wijziging.oude_code
        and wijziging.datum > make_date(verdwenen.jaar - 1, 1, 1)
        and wijziging.datum <= make_date(verdwenen.jaar, 1, 1)

union all

select
    wijziging.nieuwe_code,
    wijziging.lijstjaar,
    'opvolger staat niet in de lijst'
from (
    -- A change on 1 January is in the list of that very day, any other day in the list of the next year.
    select
        *,
        year(datum - interval 1 day) + 1 as lijstjaar
    from {{ ref('herindelingen') }}
) as wijziging
anti join lijst on wijziging.nieuwe_code = lijst.gm_code and wijziging.lijstjaar = lijst.jaar
where wijziging.lijstjaar between 2010 and (select max(jaar) from lijst)
