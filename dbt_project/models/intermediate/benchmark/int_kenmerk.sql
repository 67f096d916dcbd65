-- The traits that a year of the monitor compares by: of each its own year, or else the nearest in which the municipality has it,
-- of two as near the later one. An estimate is taken only where no year has more.
with jaren as (
    select distinct jaar from {{ ref('int_cijfer') }}
),

gekozen as (
    select
        jaren.jaar,
        gemeten.gm_code,
        gemeten.kenmerk_id,
        arg_min(
            gemeten,
            (gemeten.geschat, abs(gemeten.jaar - jaren.jaar), -gemeten.jaar)
        ) as meting
    from jaren
    cross join {{ ref('int_kenmerk_gemeten') }} as gemeten
    group by jaren.jaar, gemeten.gm_code, gemeten.kenmerk_id
)

select
    gekozen.jaar,
    gekozen.gm_code,
    gekozen.kenmerk_id,
    gekozen.meting.waarde,
    gekozen.meting.jaar as kenmerk_jaar,
    gekozen.meting.geschat
from gekozen
