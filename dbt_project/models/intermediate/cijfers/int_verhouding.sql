-- Computed ratios: from parts of the same year, region and division. Rounding is left to presentation.
with delen as (
    select
        indicator.indicator_id,
        indicator.formule,
        indicator.factor,
        teller.regio_soort,
        teller.regio_code,
        teller.jaar,
        teller.indeling,
        -- teller is what is divided: of a deviation the difference, so that waarde is always teller / noemer * factor.
        case when indicator.formule = 'afwijking' then teller.waarde - noemer.waarde else teller.waarde end as teller,
        noemer.waarde as noemer,
        teller.reden_ontbreekt as reden_teller,
        case when noemer.indicator_id is null then 'noemer_ontbreekt' else noemer.reden_ontbreekt end as reden_noemer,
        -- A group of lasten of 0 may be a missing delivery: no ratio is made of it, on either side.
        coalesce(noemer.waarde <= 0, false)
        or (teller_indicator.nul_is_twijfel and coalesce(teller.waarde = 0, false)) as is_nul,
        teller.twijfel or coalesce(noemer.twijfel, false) as twijfel,
        [teller.status, coalesce(noemer.status, 'onbekend')] as statussen,
        teller.tabel_id
    from {{ ref('indicator') }} as indicator
    inner join {{ ref('int_basis') }} as teller on indicator.teller = teller.indicator_id
    inner join {{ ref('indicator') }} as teller_indicator on teller.indicator_id = teller_indicator.indicator_id
    -- The span of a ratio: the years that lie in the span of both parts.
    semi join {{ ref('int_basis_jaar') }} as span on indicator.noemer = span.indicator_id and teller.jaar = span.jaar
    left join {{ ref('int_basis') }} as noemer
        on
            indicator.noemer = noemer.indicator_id
            and teller.regio_code = noemer.regio_code
            and teller.jaar = noemer.jaar
            and teller.indeling = noemer.indeling
    where
        indicator.soort = 'verhouding'
        -- Of a region whose members are not known CBS may have a count of its own, and nobody a denominator: no ratio, no row.
        and (noemer.indicator_id is not null or teller.regio_soort in ('gemeente', 'land'))
),

redenen as (
    select
        *,
        coalesce(reden_teller, reden_noemer, case when is_nul then 'noemer_nul' end) as reden_ontbreekt
    from delen
),

berekend as (
    select
        *,
        case when reden_ontbreekt is null then teller / noemer * factor end as waarde
    from redenen
)

select
    indicator_id,
    regio_soort,
    regio_code,
    jaar,
    indeling,
    waarde,
    teller,
    noemer,
    reden_ontbreekt,
    {{ status_van_lijst('statussen') }} as status,
    tabel_id,
    -- Of a NULL there is nothing to doubt; twice the budget, or less than half of it, is published but implausible.
    waarde is not null
    and (
        twijfel
        or (
            formule = 'afwijking'
            and (
                waarde > {{ afwijking_hoogste_pct() }}
                or waarde < {{ afwijking_laagste_pct() }}
            )
        )
    ) as twijfel
from berekend
