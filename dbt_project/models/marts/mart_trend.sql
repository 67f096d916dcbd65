-- The change of each figure to the previous and the third year back, and whether it is more than noise.
with drempels as (
    select
        *,
        case
            when reden_ontbreekt is not null then null
            when is_afwijking then {{ parameter('trend_minimum_procentpunt') }}
            else greatest({{ parameter('trend_minimum_pct') }}, 100 * {{ parameter('trend_z') }} * standaardfout, 100 * afronding)
        end as drempel,
        case when is_afwijking then mutatie else mutatie_pct end as vergeleken
    from {{ ref('int_mutatie') }}
)

select
    indicator_id,
    regio_soort,
    regio_code,
    jaar,
    stap,
    jaar_van,
    waarde_van,
    waarde,
    mutatie,
    mutatie_pct,
    drempel,
    case
        when reden_ontbreekt is not null then null
        when vergeleken > drempel then 'stijging'
        when vergeleken < -drempel then 'daling'
        else 'gelijk'
    end as richting,
    reden_ontbreekt,
    breuk_jaar,
    beleidsbreuk,
    status
from drempels
order by indicator_id, regio_soort, regio_code, jaar, stap
