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
    land.groepscijfer as landcijfer,
    land.wijze as landcijfer_wijze,
    cast(verdeling.aantal_vergeleken as smallint) as aantal_vergeleken,
    cast(verdeling.aantal_betwijfeld as smallint) as aantal_betwijfeld,
    verdeling.mediaan,
    verdeling.kwartiel_1,
    verdeling.kwartiel_3,
    {% for deciel in range(1, 10) -%}
        verdeling.deciel_{{ deciel }},
    {% endfor -%}
    cast(plaats.rang as smallint) as rang,
    plaats.percentiel,
    case when cijfer.reden_geen_vergelijking is null then cijfer.waarde - land.groepscijfer end as verschil_land,
    verschil.verschil_provincie,
    verschil.verschil_arbeidsmarktregio,
    verschil.verschil_corop,
    verschil.verschil_grootteklasse,
    verschil.verschil_stedelijkheid,
    verschil.verschil_vergelijkbare_gemeenten,
    indicator.variant,
    grens.methode as grens_methode,
    case
        when grens.methode is not null then null
        when indicator.methode is null then 'geen_aantallen'
        when cijfer.reden_geen_vergelijking is not null then 'niet_vergeleken'
        when afronding.marge is null then 'noemer_te_klein'
        else 'landcijfer_ongeschikt'
    end as grens_reden,
    grens.ondergrens_95,
    grens.bovengrens_95,
    grens.ondergrens_998,
    grens.bovengrens_998,
    grens.overdispersie,
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
