-- How far rounding by CBS can have moved a compared ratio. A true count lies within half a unit of the rounded one; of a municipality
-- that was put together from several, each part was rounded on its own.
with delen as (
    select
        cijfer.indicator_id,
        cijfer.jaar,
        cijfer.gm_code,
        cijfer.waarde,
        cijfer.teller,
        cijfer.noemer,
        indicator.factor,
        cijfer.delen * indicator.afronding_teller / 2 as speling_teller,
        cijfer.delen * indicator.afronding_noemer / 2 as speling_noemer
    from {{ ref('int_benchmark_cijfer') }} as cijfer
    inner join {{ ref('int_benchmark_indicator') }} as indicator on cijfer.indicator_id = indicator.indicator_id
    where cijfer.reden_geen_vergelijking is null and indicator.soort = 'verhouding'
)

select
    indicator_id,
    jaar,
    gm_code,
    waarde,
    -- Half the width of the interval that the true ratio lies in; a denominator that may be nothing gives none.
    case
        when speling_teller = 0 and speling_noemer = 0 then 0
        when noemer > speling_noemer
            then
                factor / 2 * (
                    (teller + speling_teller) / (noemer - speling_noemer)
                    - greatest(0, teller - speling_teller) / (noemer + speling_noemer)
                )
    end as marge,
    speling_teller > {{ parameter('benchmark_kleine_aantallen_aandeel') }} * teller and speling_teller > 0
    or speling_noemer > {{ parameter('benchmark_kleine_aantallen_aandeel') }} * noemer as kleine_aantallen
from delen
