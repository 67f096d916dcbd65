-- One row per indicator and year: how many municipalities are compared, the figure of the country that limits lie around, and why a
-- series has no limits. The figure is that of the compared municipalities together, so that centre and figures are of one kind: a
-- figure of CBS for the country may hold municipalities, or care, that theirs do not.
with tellingen as (
    select
        indicator_id,
        jaar,
        count(*) as gemeenten,
        count(*) filter (reden_geen_vergelijking is null) as vergeleken,
        count(*) filter (reden_geen_vergelijking is null and telling_noemer > 0) as met_noemer
    from {{ ref('int_benchmark_cijfer') }}
    group by indicator_id, jaar
),

reeksen as (
    select
        tellingen.indicator_id,
        tellingen.jaar,
        tellingen.gemeenten,
        tellingen.vergeleken,
        indicator.methode,
        indicator.factor,
        land.gewogen / indicator.factor as theta,
        case
            when tellingen.vergeleken = 0 then 'niet_vergeleken'
            when indicator.methode is null then 'geen_aantallen'
            -- Those that do not report are no draw from all: nobody knows what they differ in.
            when tellingen.met_noemer < {{ parameter('benchmark_minimum_dekking') }} * tellingen.gemeenten then 'te_weinig_dekking'
            -- Chance around none or all is no chance.
            when land.gewogen <= 0 or (indicator.methode = 'binomiaal' and land.gewogen >= indicator.factor) then 'landcijfer_ongeschikt'
        end as grens_reden
    from tellingen
    inner join {{ ref('int_benchmark_indicator') }} as indicator on tellingen.indicator_id = indicator.indicator_id
    inner join {{ ref('int_benchmark_groep') }} as land
        on tellingen.indicator_id = land.indicator_id and tellingen.jaar = land.jaar and land.groep_soort = 'land'
)

select
    indicator_id,
    jaar,
    gemeenten,
    vergeleken,
    methode,
    factor,
    theta,
    grens_reden
from reeksen
