-- The figure of every group that municipalities are compared with, per indicator and year. Ratios are never averaged: a group's
-- figure is the sum of the numerators over the sum of the denominators.
with jaren as (
    select distinct
        indicator_id,
        jaar
    from {{ ref('int_benchmark_cijfer') }}
),

-- The numbers of a municipality are whole, so that their sum is exact in any order.
sommen as (
    select
        jaren.indicator_id,
        jaren.jaar,
        lid.groep_soort,
        lid.groep_code,
        any_value(lid.groep_naam) as groep_naam,
        count(lid.gm_code) as leden,
        count(cijfer.gm_code) filter (cijfer.reden_geen_vergelijking is null) as leden_met_cijfer,
        count(cijfer.gm_code) filter (cijfer.twijfel) as leden_met_twijfel,
        sum(cijfer.teller) filter (cijfer.reden_geen_vergelijking is null) as teller,
        sum(cijfer.noemer) filter (cijfer.reden_geen_vergelijking is null) as noemer,
        median(cijfer.waarde) filter (cijfer.reden_geen_vergelijking is null) as mediaan
    from jaren
    inner join {{ ref('int_benchmark_indicator') }} as indicator on jaren.indicator_id = indicator.indicator_id
    inner join {{ ref('int_benchmark_lid') }} as lid on jaren.jaar = lid.jaar and indicator.variant = lid.variant
    left join {{ ref('int_benchmark_cijfer') }} as cijfer
        on jaren.indicator_id = cijfer.indicator_id and jaren.jaar = cijfer.jaar and lid.gm_code = cijfer.gm_code
    group by jaren.indicator_id, jaren.jaar, lid.groep_soort, lid.groep_code
),

gekozen as (
    select
        sommen.*,
        indicator.factor,
        regio.waarde as regiocijfer,
        case
            when sommen.groep_soort = 'land' and regio.waarde is not null then 'landcijfer'
            when sommen.leden_met_cijfer < {{ parameter('benchmark_minimum_leden') }} then null
            when indicator.soort = 'gepubliceerd' then 'mediaan'
            when sommen.leden_met_cijfer = sommen.leden then 'alle_leden'
            -- A split inside a region leaves its receivers without a figure of their own, but not the region.
            when regio.waarde is not null and not regio.twijfel then 'regiocijfer'
            else 'meldende_leden'
        end as wijze
    from sommen
    inner join {{ ref('int_benchmark_indicator') }} as indicator on sommen.indicator_id = indicator.indicator_id
    left join {{ ref('int_cijfer') }} as regio
        on
            sommen.indicator_id = regio.indicator_id
            and sommen.jaar = regio.jaar
            and sommen.groep_soort = regio.regio_soort
            and sommen.groep_code = regio.regio_code
            and regio.indeling = 'actueel'
)

select
    indicator_id,
    jaar,
    groep_soort,
    groep_code,
    groep_naam,
    case
        when wijze in ('landcijfer', 'regiocijfer') then regiocijfer
        when wijze = 'mediaan' then mediaan
        when wijze in ('alle_leden', 'meldende_leden') then teller / noemer * factor
    end as groepscijfer,
    wijze,
    leden_met_cijfer,
    leden_met_twijfel,
    leden,
    case
        when wijze is not null then null
        when leden = 0 then 'geen_leden'
        when leden_met_cijfer = 0 then 'geen_cijfers'
        else 'te_weinig_leden'
    end as reden_ontbreekt
from gekozen
