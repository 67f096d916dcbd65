-- The figures of every group that municipalities are compared with, per indicator and year, each kind in a column of its own: weighted
-- (the sum of the numerators over the sum of the denominators), the median of the members, and what CBS publishes of the country.
with jaren as (
    select distinct
        indicator_id,
        jaar
    from {{ ref('int_benchmark_cijfer') }}
),

-- A denominator that follows from a percentage is not whole: the sums have a fixed order, so that they are equal in every build.
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
        count(cijfer.telling_noemer) filter (cijfer.reden_geen_vergelijking is null) as leden_met_noemer,
        sum(cijfer.telling order by cijfer.gm_code) filter (cijfer.reden_geen_vergelijking is null) as teller,
        sum(cijfer.telling_noemer order by cijfer.gm_code) filter (cijfer.reden_geen_vergelijking is null) as noemer,
        median(cijfer.waarde) filter (cijfer.reden_geen_vergelijking is null) as mediaan
    from jaren
    inner join {{ ref('int_benchmark_indicator') }} as indicator on jaren.indicator_id = indicator.indicator_id
    inner join {{ ref('int_benchmark_lid') }} as lid on jaren.jaar = lid.jaar and indicator.variant = lid.variant
    left join {{ ref('int_benchmark_cijfer') }} as cijfer
        on jaren.indicator_id = cijfer.indicator_id and jaren.jaar = cijfer.jaar and lid.gm_code = cijfer.gm_code
    group by jaren.indicator_id, jaren.jaar, lid.groep_soort, lid.groep_code
),

-- Of a figure of the country: whether CBS publishes what is divided, and whether all its parts are sums of municipalities.
landcijfers as (
    select
        indicator.indicator_id,
        leider.jaar,
        bool_or(onderdeel.deel = coalesce(indicator.teller, indicator.indicator_id) and leider.wijze <> 'som_gemeenten') as is_gepubliceerd,
        bool_and(leider.wijze = 'som_gemeenten') as is_som
    from {{ ref('indicator') }} as indicator
    inner join {{ ref('int_onderdeel') }} as onderdeel on indicator.indicator_id = onderdeel.indicator_id
    inner join {{ ref('int_leider') }} as leider on onderdeel.deel = leider.indicator_id and leider.niveau = 'land'
    group by indicator.indicator_id, leider.jaar
),

gekozen as (
    select
        sommen.*,
        indicator.factor,
        regio.waarde as regiocijfer,
        case when sommen.groep_soort = 'land' and landcijfers.is_gepubliceerd then regio.waarde end as gepubliceerd,
        case
            when sommen.leden_met_noemer < {{ parameter('benchmark_minimum_leden') }} then null
            when sommen.leden_met_noemer = sommen.leden then 'alle_leden'
            -- A split inside a region leaves its receivers without a figure of their own, but not the region.
            when
                regio.waarde is not null and not regio.twijfel and indicator.soort = 'verhouding'
                and (sommen.groep_soort <> 'land' or landcijfers.is_som)
                then 'regiocijfer'
            else 'meldende_leden'
        end as gewogen_wijze
    from sommen
    inner join {{ ref('int_benchmark_indicator') }} as indicator on sommen.indicator_id = indicator.indicator_id
    left join landcijfers on sommen.indicator_id = landcijfers.indicator_id and sommen.jaar = landcijfers.jaar
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
        when gewogen_wijze = 'regiocijfer' then regiocijfer
        when gewogen_wijze is not null then teller / noemer * factor
    end as gewogen,
    gewogen_wijze,
    case when leden_met_cijfer >= {{ parameter('benchmark_minimum_leden') }} then mediaan end as mediaan,
    gepubliceerd,
    leden_met_cijfer,
    leden_met_noemer,
    leden_met_twijfel,
    leden,
    case
        when gewogen_wijze is not null then null
        when leden = 0 then 'geen_leden'
        when leden_met_cijfer = 0 then 'geen_cijfers'
        when leden_met_cijfer < {{ parameter('benchmark_minimum_leden') }} then 'te_weinig_leden'
        else 'noemer_onbekend'
    end as reden_ontbreekt
from gekozen
