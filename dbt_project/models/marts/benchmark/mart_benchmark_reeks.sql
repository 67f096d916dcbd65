-- What the benchmark can say of each indicator in each year: how many municipalities it rests on, how much they differ, and on which
-- sides a figure can show at all.
with vlaggen as (
    select
        indicator_id,
        jaar,
        count(*) as met_grenzen,
        count(*) filter (laag_kan_blijken) as laag,
        count(*) filter (hoog_kan_blijken) as hoog,
        count(*) filter (vlag = 'boven_buitengrens') as boven,
        count(*) filter (vlag = 'onder_buitengrens') as onder
    from {{ ref('int_benchmark_grens') }}
    group by indicator_id, jaar
),

toeval as (
    select
        toeval.indicator_id,
        toeval.jaar,
        100 * median(toeval.variantie / (toeval.variantie + spreiding.tau2)) as aandeel
    from {{ ref('int_benchmark_toeval') }} as toeval
    inner join {{ ref('int_benchmark_spreiding') }} as spreiding
        on toeval.indicator_id = spreiding.indicator_id and toeval.jaar = spreiding.jaar
    group by toeval.indicator_id, toeval.jaar
)

select
    reeks.indicator_id,
    dim_indicator.naam as indicator_naam,
    dim_indicator.eenheid,
    reeks.jaar,
    cast(reeks.gemeenten as smallint) as gemeenten,
    cast(reeks.vergeleken as smallint) as aantal_vergeleken,
    land.gewogen as gewogen_land,
    land.gewogen_wijze as gewogen_land_wijze,
    land.mediaan as mediaan_land,
    land.gepubliceerd as gepubliceerd_land,
    case when reeks.grens_reden is null then reeks.methode end as grens_methode,
    reeks.grens_reden,
    cast(coalesce(vlaggen.met_grenzen, 0) as smallint) as aantal_met_grenzen,
    sqrt(spreiding.tau2) as spreiding_tussen_gemeenten,
    toeval.aandeel as aandeel_toeval_pct,
    {% for kant in ['laag', 'hoog'] -%}
        case
            when vlaggen.met_grenzen is null then null
            when vlaggen.{{ kant }} = 0 then 'bij_geen'
            when vlaggen.{{ kant }} < vlaggen.met_grenzen then 'bij_een_deel'
            else 'bij_alle'
        end as {{ kant }}_kan_blijken,
    {% endfor -%}
    cast(vlaggen.boven as smallint) as boven_buitengrens,
    cast(vlaggen.onder as smallint) as onder_buitengrens
from {{ ref('int_benchmark_reeks') }} as reeks
inner join {{ ref('dim_indicator') }} as dim_indicator on reeks.indicator_id = dim_indicator.indicator_id
inner join {{ ref('int_benchmark_groep') }} as land
    on reeks.indicator_id = land.indicator_id and reeks.jaar = land.jaar and land.groep_soort = 'land'
left join {{ ref('int_benchmark_spreiding') }} as spreiding
    on reeks.indicator_id = spreiding.indicator_id and reeks.jaar = spreiding.jaar
left join toeval on reeks.indicator_id = toeval.indicator_id and reeks.jaar = toeval.jaar
left join vlaggen on reeks.indicator_id = vlaggen.indicator_id and reeks.jaar = vlaggen.jaar
order by reeks.indicator_id, reeks.jaar
