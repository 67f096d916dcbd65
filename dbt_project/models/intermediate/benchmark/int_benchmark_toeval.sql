-- How far chance and rounding alone would let each compared figure lie from that of the country: a variance, in the unit of the
-- indicator squared. Only of series that get limits. It depends on the denominator and never on the figure itself.
with tellingen as (
    select
        cijfer.indicator_id,
        cijfer.jaar,
        cijfer.gm_code,
        cijfer.waarde,
        reeks.theta,
        reeks.factor,
        cijfer.telling_noemer as n,
        case reeks.methode when 'binomiaal' then reeks.theta * (1 - reeks.theta) else reeks.theta end as spreiding,
        -- Rounding to a unit moves a number by anything up to half of it, each as likely: a variance of a twelfth of its square.
        cijfer.delen * power(indicator.afronding_teller, 2) / 12 as ruis_teller,
        cijfer.delen * power(indicator.afronding_noemer, 2) / 12 as ruis_noemer,
        power(indicator.afronding_waarde, 2) / 12 as ruis_waarde,
        indicator.soort
    from {{ ref('int_benchmark_cijfer') }} as cijfer
    inner join {{ ref('int_benchmark_reeks') }} as reeks on cijfer.indicator_id = reeks.indicator_id and cijfer.jaar = reeks.jaar
    inner join {{ ref('int_benchmark_indicator') }} as indicator on cijfer.indicator_id = indicator.indicator_id
    where cijfer.reden_geen_vergelijking is null and reeks.grens_reden is null and cijfer.telling_noemer > 0
)

select
    indicator_id,
    jaar,
    gm_code,
    waarde,
    theta * factor as midden,
    power(factor, 2) * spreiding / n
    + case
        when soort = 'gepubliceerd' then ruis_waarde
        else power(factor, 2) * (ruis_teller + power(theta, 2) * ruis_noemer) / power(n, 2)
    end as variantie
from tellingen
