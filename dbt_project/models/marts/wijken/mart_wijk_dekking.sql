-- How much of a count of a municipality lies in its wijken, or buurten, with a figure. Where one or two of them lack a figure there is
-- no share: with the figure of the municipality it would give those away.
with delen as (
    select
        indicator_id,
        regio_soort,
        gm_code,
        jaar,
        dataset,
        maat,
        tabel_id,
        count(*) as gebieden,
        count(waarde) as gebieden_met_cijfer,
        sum(waarde) as som,
        {{ status_van_combinatie('status') }} as status
    from {{ ref('int_wijk_basis') }}
    group by all
),

naast as (
    select
        delen.*,
        -- From the same column of the same table: another table would count otherwise.
        meting.waarde as gemeente_waarde,
        case
            when meting.waarde is null then 'gemeente_ontbreekt'
            when delen.gebieden_met_cijfer = 0 then 'geen_enkel_cijfer'
            when
                delen.gebieden_met_cijfer < delen.gebieden
                and delen.gebieden - delen.gebieden_met_cijfer < {{ parameter('geheim_minimum_ontbrekend') }}
                then 'te_weinig_ontbrekend'
            when meting.waarde <= 0 then 'gemeente_nul'
        end as reden_geen_aandeel
    from delen
    inner join {{ ref('indicator') }} as indicator on delen.indicator_id = indicator.indicator_id
    left join {{ ref('stg_metingen') }} as meting
        on
            delen.dataset = meting.dataset
            and delen.maat = meting.maat
            and delen.tabel_id = meting.tabel_id
            and delen.gm_code = meting.regio_code
            and delen.jaar = meting.jaar
    where indicator.publiek and indicator.soort = 'telling'
)

select
    indicator_id,
    regio_soort,
    gm_code,
    jaar,
    cast(gebieden as integer) as gebieden,
    cast(gebieden_met_cijfer as integer) as gebieden_met_cijfer,
    -- A whole percentage: with decimals the sum could be worked out where parts are secret.
    case when reden_geen_aandeel is null then round(100 * som / gemeente_waarde) end as aandeel_pct,
    reden_geen_aandeel,
    status,
    tabel_id
from naast
order by indicator_id, jaar, regio_soort, gm_code
