-- All strata of the choice for the benchmark, the empty ones too; and below them how many municipalities have no stratum.
with gekozen as (
    select
        stratum,
        count(*) filter (gekozen) as gekozen
    from {{ ref('mart_benchmarkselectie_kandidaat') }}
    where stratum is not null
    group by stratum
),

strata as (
    select
        stratum.stratum,
        stratum.volgorde,
        stratum.grootte,
        stratum.rekening_tegen_begroting,
        stratum.trend,
        stratum.kandidaten as gemeenten,
        stratum.plaatsen,
        coalesce(gekozen.gekozen, 0) as gekozen,
        stratum.kandidaten = 0 as leeg,
        cast(null as varchar) as reden_niet_in_aanmerking
    from {{ ref('int_selectie_stratum') }} as stratum
    left join gekozen on stratum.stratum = gekozen.stratum
),

-- Without a stratum, with the reason of each; also those of which there are none.
buiten as (
    select
        'geen_' || redenen.reden as stratum,
        (select max(volgorde) from strata) + redenen.volgorde as volgorde,
        count(kandidaat.gm_code) as gemeenten,
        0 as plaatsen,
        0 as gekozen,
        count(kandidaat.gm_code) = 0 as leeg,
        redenen.reden as reden_niet_in_aanmerking
    from (values (1, 'inwoners_onbekend'), (2, 'landsdeel_onbekend'), (3, 'trend_onbekend')) as redenen (volgorde, reden)
    left join {{ ref('mart_benchmarkselectie_kandidaat') }} as kandidaat
        on kandidaat.stratum is null and redenen.reden = kandidaat.reden_niet_gekozen
    group by redenen.volgorde, redenen.reden
),

regels as (
    select * from strata
    union all by name
    select * from buiten
)

select
    stratum,
    cast(volgorde as smallint) as volgorde,
    grootte,
    rekening_tegen_begroting,
    trend,
    cast(gemeenten as smallint) as aantal_gemeenten,
    cast(plaatsen as smallint) as plaatsen,
    cast(gekozen as smallint) as gekozen,
    leeg,
    -- How many municipalities of the stratum one that was chosen stands for.
    gemeenten / nullif(gekozen, 0) as insluitgewicht,
    reden_niet_in_aanmerking
from regels
order by volgorde
