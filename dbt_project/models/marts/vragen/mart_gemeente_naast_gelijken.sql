-- A municipality (place 0) and the ten that are most like it, each with its figure, in the newest year of each indicator.
with gelijken as (
    select
        indicator.indicator_id,
        gelijke.gm_code,
        gelijke.volgorde,
        gelijke.vergelijkbare_gm_code as ander_gm_code,
        gelijke.afstand
    from {{ ref('int_benchmark_indicator') }} as indicator
    inner join {{ ref('dim_indicator') }} as dim_indicator on indicator.indicator_id = dim_indicator.indicator_id
    inner join {{ ref('mart_vergelijkbare_gemeenten') }} as gelijke
        on indicator.variant = gelijke.variant and dim_indicator.laatste_jaar_met_cijfer = gelijke.jaar

    union all

    select distinct
        indicator_id,
        gm_code,
        cast(0 as smallint) as volgorde,
        gm_code as ander_gm_code,
        cast(0 as double) as afstand
    from {{ ref('mart_benchmark') }}
)

select
    gelijken.gm_code,
    gemeente.naam as gemeente_naam,
    indicator.domein,
    gelijken.indicator_id,
    indicator.naam as indicator_naam,
    indicator.eenheid,
    cijfer.jaar,
    gelijken.volgorde,
    gelijken.ander_gm_code as vergelijkbare_gm_code,
    ander.naam as vergelijkbare_naam,
    gelijken.afstand,
    cijfer.waarde,
    cijfer.reden_ontbreekt,
    cijfer.status,
    cijfer.twijfel,
    benchmark.kleine_aantallen
from gelijken
inner join {{ ref('dim_indicator') }} as indicator on gelijken.indicator_id = indicator.indicator_id
inner join {{ ref('dim_gemeente') }} as gemeente on gelijken.gm_code = gemeente.gm_code
inner join {{ ref('dim_gemeente') }} as ander on gelijken.ander_gm_code = ander.gm_code
inner join {{ ref('fct_indicator') }} as cijfer
    on
        gelijken.indicator_id = cijfer.indicator_id
        and gelijken.ander_gm_code = cijfer.regio_code
        and indicator.laatste_jaar_met_cijfer = cijfer.jaar
        and cijfer.indeling = 'actueel'
inner join {{ ref('mart_benchmark') }} as benchmark
    on
        cijfer.indicator_id = benchmark.indicator_id
        and cijfer.regio_code = benchmark.gm_code
        and cijfer.jaar = benchmark.jaar
order by gelijken.gm_code, indicator.domein, gelijken.indicator_id, gelijken.volgorde
