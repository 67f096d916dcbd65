-- How far each compared figure lies from the national one, in standard errors of chance alone, and by what factor the real spread
-- exceeds that chance (Spiegelhalter 2005): phi is the mean square of those residuals after the most extreme ones on both sides
-- were drawn in, and counts only where it is more than chance.
with tellingen as (
    select
        cijfer.indicator_id,
        cijfer.jaar,
        cijfer.gm_code,
        indicator.methode,
        cijfer.teller,
        cijfer.noemer,
        land.groepscijfer / indicator.factor as theta
    from {{ ref('int_benchmark_cijfer') }} as cijfer
    inner join {{ ref('int_benchmark_indicator') }} as indicator on cijfer.indicator_id = indicator.indicator_id
    inner join {{ ref('int_benchmark_groep') }} as land
        on cijfer.indicator_id = land.indicator_id and cijfer.jaar = land.jaar and land.groep_soort = 'land'
    where cijfer.reden_geen_vergelijking is null and indicator.methode is not null
),

residuen as (
    select
        *,
        (teller / noemer - theta)
        / sqrt(case when methode = 'wilson' then theta * (1 - theta) else theta end / noemer) as residu
    from tellingen
    -- Chance around none or all is no chance.
    where theta > 0 and (methode = 'byar' or theta < 1)
),

randen as (
    select
        indicator_id,
        jaar,
        quantile_cont(residu, {{ parameter('benchmark_winsor_aandeel') }}) as onder,
        quantile_cont(residu, 1 - {{ parameter('benchmark_winsor_aandeel') }}) as boven
    from residuen
    group by indicator_id, jaar
),

spreiding as (
    select
        residuen.indicator_id,
        residuen.jaar,
        count(*) as aantal,
        avg(power(greatest(randen.onder, least(randen.boven, residuen.residu)), 2) order by residuen.gm_code) as phi
    from residuen
    inner join randen on residuen.indicator_id = randen.indicator_id and residuen.jaar = randen.jaar
    group by residuen.indicator_id, residuen.jaar
)

select
    residuen.indicator_id,
    residuen.jaar,
    residuen.gm_code,
    residuen.methode,
    residuen.noemer,
    residuen.theta,
    residuen.residu,
    case when spreiding.phi > 1 + 2 * sqrt(2 / spreiding.aantal) then spreiding.phi else 1 end as overdispersie
from residuen
inner join spreiding on residuen.indicator_id = spreiding.indicator_id and residuen.jaar = spreiding.jaar
