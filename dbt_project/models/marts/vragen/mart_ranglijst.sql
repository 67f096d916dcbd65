-- Municipalities in the order of an indicator, per year; those that are not compared stand at the end with the reason.
select
    benchmark.indicator_id,
    benchmark.indicator_naam,
    indicator.domein,
    indicator.eenheid,
    benchmark.jaar,
    benchmark.jaar = indicator.laatste_jaar_met_cijfer as nieuwste_jaar,
    benchmark.rang,
    benchmark.rang_van,
    benchmark.rang_richting,
    benchmark.gm_code,
    benchmark.gemeente_naam,
    gemeente.provincie_naam,
    benchmark.waarde,
    benchmark.reden_geen_vergelijking,
    benchmark.percentiel,
    benchmark.kleine_aantallen,
    benchmark.vlag,
    benchmark.grens_reden
from {{ ref('mart_benchmark') }} as benchmark
inner join {{ ref('dim_indicator') }} as indicator on benchmark.indicator_id = indicator.indicator_id
inner join {{ ref('dim_gemeente') }} as gemeente on benchmark.gm_code = gemeente.gm_code
order by benchmark.indicator_id, benchmark.jaar, benchmark.rang nulls last, benchmark.gemeente_naam, benchmark.gm_code
