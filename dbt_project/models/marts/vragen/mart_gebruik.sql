-- The use of each domain: per region and year of the newest division the rate that leads, the first that has a figure. Where none
-- has, the first that has that year, with its reason.
with plaatsen as (
    select
        gebruik.domein,
        gebruik.volgorde,
        cijfer.*
    from {{ ref('domein_gebruik') }} as gebruik
    inner join {{ ref('int_cijfer') }} as cijfer on gebruik.indicator_id = cijfer.indicator_id
    where cijfer.indeling = 'actueel'
),

leidend as (
    select *
    from plaatsen
    qualify row_number() over (partition by domein, regio_code, jaar order by (waarde is null), volgorde) = 1
),

leeftijden as (
    select
        opvolger.nieuwe_code as regio_code,
        opvolger.jaar,
        sum(meting.waarde) filter (meting.maat = 'inwoners_15_25') / sum(meting.waarde) as aandeel_15_25
    from {{ ref('int_opvolger') }} as opvolger
    inner join {{ ref('stg_metingen') }} as meting
        on
            opvolger.oude_code = meting.regio_code
            and opvolger.jaar = meting.jaar
            and meting.maat in ('inwoners_0_15', 'inwoners_15_25')
    group by opvolger.nieuwe_code, opvolger.jaar
)

select
    leidend.domein,
    leidend.regio_soort,
    leidend.regio_code,
    regio.naam as regio_naam,
    leidend.jaar,
    leidend.indicator_id,
    indicator.naam as indicator_naam,
    indicator.eenheid,
    cast(leidend.volgorde as smallint) as volgorde,
    leidend.waarde,
    leidend.reden_ontbreekt,
    leidend.status,
    leidend.twijfel,
    case
        when
            leidend.indicator_id = 'jeugdzorg_per_1000_jongeren_tot_25'
            and leeftijden.aandeel_15_25 > {{ parameter('jong_aandeel_15_25') }}
            then 'veel_15_tot_25_jarigen'
    end as kanttekening
from leidend
inner join {{ ref('dim_regio') }} as regio on leidend.regio_code = regio.regio_code
inner join {{ ref('dim_indicator') }} as indicator on leidend.indicator_id = indicator.indicator_id
left join leeftijden on leidend.regio_code = leeftijden.regio_code and leidend.jaar = leeftijden.jaar
order by leidend.domein, leidend.regio_soort, leidend.regio_code, leidend.jaar
