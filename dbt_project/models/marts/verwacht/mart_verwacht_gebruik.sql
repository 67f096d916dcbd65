-- Young people with youth care beside the number that is expected by age, and what chance alone does to their ratio.
with grenzen as (
    select
        *,
        -- Where there is no index there are no limits of it either.
        case when index_verwacht is not null then 100 / verwacht end as per_jongere,
        {{ byar_ondergrens('waargenomen') }} as ondergrens_aantal,
        {{ byar_bovengrens('waargenomen') }} as bovengrens_aantal
    from {{ ref('int_verwacht_waargenomen') }}
)

select
    grenzen.gm_code,
    gemeente.naam as gemeente_naam,
    grenzen.jaar,
    grenzen.waargenomen,
    grenzen.verwacht,
    grenzen.index_verwacht,
    grenzen.ondergrens_aantal * grenzen.per_jongere as ondergrens,
    grenzen.bovengrens_aantal * grenzen.per_jongere as bovengrens,
    grenzen.reden_ontbreekt,
    grenzen.status,
    grenzen.tabel_id
from grenzen
inner join {{ ref('int_gemeente_jaar') }} as gemeente on grenzen.gm_code = gemeente.gm_code and grenzen.jaar = gemeente.jaar
order by grenzen.jaar, grenzen.gm_code
