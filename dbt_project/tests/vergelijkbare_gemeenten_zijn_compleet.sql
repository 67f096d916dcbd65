-- Whoever has peers has the full number of different ones, and each next one is no nearer than the one before.
with op_volgorde as (
    select
        *,
        lag(afstand) over (partition by variant, jaar, gm_code order by volgorde) as vorige_afstand
    from {{ ref('mart_vergelijkbare_gemeenten') }}
)

select
    variant,
    jaar,
    gm_code,
    count(distinct vergelijkbare_gm_code) as aantal
from op_volgorde
group by variant, jaar, gm_code
having
    count(distinct vergelijkbare_gm_code) <> {{ parameter('vergelijkbare_gemeenten_aantal') }}
    or count(*) <> {{ parameter('vergelijkbare_gemeenten_aantal') }}
    or max(volgorde) <> {{ parameter('vergelijkbare_gemeenten_aantal') }}
    or bool_or(afstand < vorige_afstand)
