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
        regio_code,
        jaar,
        max(waarde) filter (indicator_id = 'inwoners_15_25') / max(waarde) filter (indicator_id = 'jongeren_tot_25') as aandeel_15_25
    from {{ ref('int_cijfer') }}
    where regio_soort = 'gemeente' and indeling = 'actueel' and indicator_id in ('inwoners_15_25', 'jongeren_tot_25')
    group by regio_code, jaar
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
