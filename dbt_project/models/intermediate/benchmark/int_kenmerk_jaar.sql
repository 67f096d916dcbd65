-- Which traits a year of the monitor compares by: its own, or those of the last year that CBS published them for.
with grenzen as (
    select
        min(jaar) as eerste_jaar,
        max(jaar) as laatste_jaar
    from {{ ref('int_kenmerk') }}
),

jaren as (
    select distinct jaar from {{ ref('int_cijfer') }}
)

select
    jaren.jaar,
    least(jaren.jaar, grenzen.laatste_jaar) as stand_jaar
from jaren
inner join grenzen on jaren.jaar >= grenzen.eerste_jaar
