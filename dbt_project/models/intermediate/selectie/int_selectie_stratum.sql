-- How many places each stratum of the choice for the benchmark gets. Whole numbers only, so that nothing depends on rounding.
-- A stratum with candidates gets one place, the larger ones first while places last; what is left is divided in proportion
-- to the candidates that remain, by largest remainder. A stratum can then never get more places than it has candidates.
with rekeningen (rekening_volgorde, rekening_tegen_begroting) as (
    values (1, 'niet_boven_begroting'), (2, 'boven_begroting'), (3, 'onbekend')
),

trends (trend_volgorde, trend) as (values (1, 'stijging'), (2, 'geen_van_beide'), (3, 'daling')),

strata as (
    select
        klasse.grootte,
        rekeningen.rekening_tegen_begroting,
        trends.trend,
        klasse.grootte || '_' || rekeningen.rekening_tegen_begroting || '_' || trends.trend as stratum,
        row_number() over (order by klasse.vanaf, rekeningen.rekening_volgorde, trends.trend_volgorde) as volgorde
    from {{ ref('selectie_grootte') }} as klasse
    cross join rekeningen
    cross join trends
),

kandidaten as (
    select
        grootte,
        rekening_tegen_begroting,
        trend,
        count(*) as aantal
    from {{ ref('int_selectie_kandidaat') }}
    where reden_niet_in_aanmerking is null
    group by grootte, rekening_tegen_begroting, trend
),

geteld as (
    select
        strata.*,
        coalesce(kandidaten.aantal, 0) as kandidaten,
        row_number() over (order by coalesce(kandidaten.aantal, 0) desc, strata.stratum asc) as rang
    from strata
    left join kandidaten
        on
            strata.grootte = kandidaten.grootte
            and strata.rekening_tegen_begroting = kandidaten.rekening_tegen_begroting
            and strata.trend = kandidaten.trend
),

eerste_plaats as (
    select
        *,
        case when kandidaten > 0 and rang <= {{ parameter('selectie_aantal') }} then 1 else 0 end as eerste
    from geteld
),

te_verdelen as (
    select
        *,
        kandidaten - eerste as over,
        cast(least(cast({{ parameter('selectie_aantal') }} as integer), sum(kandidaten) over ()) - sum(eerste) over () as bigint)
            as plaatsen_over,
        cast(greatest(sum(kandidaten - eerste) over (), 1) as bigint) as over_totaal
    from eerste_plaats
),

quota as (
    select
        *,
        plaatsen_over * over // over_totaal as heel,
        plaatsen_over * over % over_totaal as rest
    from te_verdelen
),

verdeeld as (
    select
        *,
        row_number() over (order by rest desc, stratum asc) <= plaatsen_over - sum(heel) over () as is_afgerond_omhoog
    from quota
),

plaatsen as (
    select
        *,
        eerste + heel + case when is_afgerond_omhoog then 1 else 0 end as plaatsen
    from verdeeld
)

select
    stratum,
    volgorde,
    grootte,
    rekening_tegen_begroting,
    trend,
    kandidaten,
    plaatsen,
    coalesce(sum(plaatsen) over (order by volgorde rows between unbounded preceding and 1 preceding), 0) as plaatsen_ervoor
from plaatsen
