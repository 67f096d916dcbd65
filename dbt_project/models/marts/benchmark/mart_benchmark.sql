{%- set groepen = [
    'land', 'provincie', 'arbeidsmarktregio', 'corop', 'grootteklasse', 'stedelijkheid', 'vergelijkbare_gemeenten'
] -%}
-- Every municipality beside the others, per indicator and year.
with breuken as (
    select distinct
        indicator_id,
        jaar
    from {{ ref('int_reeksbreuk') }}
    where blokkerend
),

vlaggen as (
    select
        nu.indicator_id,
        nu.jaar,
        nu.gm_code,
        case when breuken.jaar is null then vorig.vlag end as vlag_vorig_jaar,
        case
            when breuken.jaar is not null then 'reeksbreuk'
            when vorig.vlag is null then 'geen_vlag_in_vorig_jaar'
        end as vlag_vorig_jaar_reden
    from {{ ref('int_benchmark_grens') }} as nu
    left join {{ ref('int_benchmark_grens') }} as vorig
        on nu.indicator_id = vorig.indicator_id and nu.gm_code = vorig.gm_code and nu.jaar = vorig.jaar + 1
    -- A break of a year lies between it and the year before.
    left join breuken on nu.indicator_id = breuken.indicator_id and nu.jaar = breuken.jaar
)

select
    cijfer.indicator_id,
    dim_indicator.naam as indicator_naam,
    cijfer.gm_code,
    gemeente.naam as gemeente_naam,
    cijfer.jaar,
    cijfer.waarde,
    cijfer.teller,
    cijfer.noemer,
    cijfer.reden_geen_vergelijking,
    land.gewogen as gewogen_land,
    land.gewogen_wijze as gewogen_land_wijze,
    land.gepubliceerd as gepubliceerd_land,
    cast(verdeling.aantal_vergeleken as smallint) as aantal_vergeleken,
    cast(verdeling.aantal_betwijfeld as smallint) as aantal_betwijfeld,
    verdeling.mediaan,
    verdeling.kwartiel_1,
    verdeling.kwartiel_3,
    {% for deciel in range(1, 10) -%}
        verdeling.deciel_{{ deciel }},
    {% endfor -%}
    cast(plaats.rang as smallint) as rang,
    case when plaats.rang is not null then cast(verdeling.aantal_vergeleken as smallint) end as rang_van,
    case when plaats.rang is not null then 'hoogste_eerst' end as rang_richting,
    plaats.percentiel,
    {% for soort in ['', 'mediaan_'] -%}
        {% for groep in groepen -%}
            verschil.verschil_{{ soort }}{{ groep }},
        {% endfor -%}
    {% endfor -%}
    indicator.variant,
    grens.methode as grens_methode,
    case
        when grens.methode is not null then null
        when indicator.methode is null then 'geen_aantallen'
        when cijfer.reden_geen_vergelijking is not null then 'niet_vergeleken'
        when reeks.grens_reden is not null then reeks.grens_reden
        when cijfer.telling_noemer is null then 'geen_aantallen'
        else 'kleine_aantallen'
    end as grens_reden,
    grens.ondergrens_95,
    grens.bovengrens_95,
    grens.ondergrens_99,
    grens.bovengrens_99,
    sqrt(grens.tau2) as spreiding_tussen_gemeenten,
    sqrt(grens.variantie) as toeval,
    afronding.marge as afronding_marge,
    grens.vlag,
    vlaggen.vlag_vorig_jaar,
    vlaggen.vlag_vorig_jaar_reden,
    case
        when vlaggen.vlag_vorig_jaar is not null
            then grens.vlag <> 'binnen_grenzen' and grens.vlag = vlaggen.vlag_vorig_jaar
    end as vlag_herhaald,
    afronding.kleine_aantallen
from {{ ref('int_benchmark_cijfer') }} as cijfer
inner join {{ ref('int_benchmark_indicator') }} as indicator on cijfer.indicator_id = indicator.indicator_id
inner join {{ ref('dim_indicator') }} as dim_indicator on cijfer.indicator_id = dim_indicator.indicator_id
inner join {{ ref('dim_gemeente') }} as gemeente on cijfer.gm_code = gemeente.gm_code
inner join {{ ref('int_benchmark_verdeling') }} as verdeling
    on cijfer.indicator_id = verdeling.indicator_id and cijfer.jaar = verdeling.jaar
inner join {{ ref('int_benchmark_groep') }} as land
    on cijfer.indicator_id = land.indicator_id and cijfer.jaar = land.jaar and land.groep_soort = 'land'
inner join {{ ref('int_benchmark_reeks') }} as reeks
    on cijfer.indicator_id = reeks.indicator_id and cijfer.jaar = reeks.jaar
left join {{ ref('int_benchmark_plaats') }} as plaats
    on cijfer.indicator_id = plaats.indicator_id and cijfer.jaar = plaats.jaar and cijfer.gm_code = plaats.gm_code
left join {{ ref('int_benchmark_verschil') }} as verschil
    on cijfer.indicator_id = verschil.indicator_id and cijfer.jaar = verschil.jaar and cijfer.gm_code = verschil.gm_code
left join {{ ref('int_benchmark_afronding') }} as afronding
    on cijfer.indicator_id = afronding.indicator_id and cijfer.jaar = afronding.jaar and cijfer.gm_code = afronding.gm_code
left join {{ ref('int_benchmark_grens') }} as grens
    on cijfer.indicator_id = grens.indicator_id and cijfer.jaar = grens.jaar and cijfer.gm_code = grens.gm_code
left join vlaggen
    on cijfer.indicator_id = vlaggen.indicator_id and cijfer.jaar = vlaggen.jaar and cijfer.gm_code = vlaggen.gm_code
order by cijfer.indicator_id, cijfer.gm_code, cijfer.jaar
