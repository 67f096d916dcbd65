-- How far rounding by CBS can have moved a compared figure. A true count lies within half a unit of the rounded one; of a municipality
-- that was put together from several, each part was rounded on its own. A published percentage is never of several.
with delen as (
    select
        cijfer.indicator_id,
        cijfer.jaar,
        cijfer.gm_code,
        indicator.soort,
        cijfer.telling,
        cijfer.telling_noemer,
        indicator.factor,
        indicator.afronding_waarde,
        cijfer.delen * indicator.afronding_teller / 2 as speling_teller,
        cijfer.delen * indicator.afronding_noemer / 2 as speling_noemer
    from {{ ref('int_benchmark_cijfer') }} as cijfer
    inner join {{ ref('int_benchmark_indicator') }} as indicator on cijfer.indicator_id = indicator.indicator_id
    where cijfer.reden_geen_vergelijking is null
)

select
    indicator_id,
    jaar,
    gm_code,
    -- Half the width of the interval that the true figure lies in; a denominator that may be nothing gives none.
    case
        when soort = 'gepubliceerd' then afronding_waarde / 2
        when speling_teller = 0 and speling_noemer = 0 then 0
        when telling_noemer > speling_noemer
            then
                factor / 2 * (
                    (telling + speling_teller) / (telling_noemer - speling_noemer)
                    - greatest(0, telling - speling_teller) / (telling_noemer + speling_noemer)
                )
    end as marge,
    speling_teller > {{ parameter('benchmark_kleine_aantallen_aandeel') }} * telling and speling_teller > 0
    or speling_noemer > {{ parameter('benchmark_kleine_aantallen_aandeel') }} * telling_noemer as kleine_aantallen
from delen
