-- Funnel limits around the national figure, in the unit of the indicator, and on which side of the outer ones a figure lies.
-- The limits of chance alone follow Wilson (shares) or Byar (counts per unit); their distance to the national figure is multiplied
-- by the root of the overdispersion, and widened by what rounding can have moved. (Multiplying z itself within these formulas would
-- move their middle away from the national figure: with the spread that municipalities show, far into the figures themselves.)
with kansgrenzen as (
    select
        residu.indicator_id,
        residu.jaar,
        residu.gm_code,
        residu.methode,
        residu.theta,
        residu.overdispersie,
        niveaus.niveau,
        niveaus.z,
        residu.noemer as n,
        residu.theta * residu.noemer as verwacht,
        -- Wilson (1927): middle and half width of the score interval; used of shares only, that lie between 0 and 1.
        (residu.theta + power(niveaus.z, 2) / (2 * residu.noemer)) / (1 + power(niveaus.z, 2) / residu.noemer) as midden,
        niveaus.z
        * sqrt(greatest(0, residu.theta * (1 - residu.theta)) / residu.noemer + power(niveaus.z / (2 * residu.noemer), 2))
        / (1 + power(niveaus.z, 2) / residu.noemer) as halve_breedte
    from {{ ref('int_benchmark_residu') }} as residu
    cross join (
        values ('95', {{ parameter('benchmark_z_95') }}), ('998', {{ parameter('benchmark_z_998') }})
    ) as niveaus (niveau, z)
),

rondom as (
    select
        *,
        -- Byar: Poisson limits of the expected count; for very small counts the base of the lower cube falls below 0.
        case
            when methode = 'wilson' then midden - halve_breedte
            else verwacht * power(greatest(0, 1 - 1 / (9 * verwacht) - z / (3 * sqrt(verwacht))), 3) / n
        end as onder,
        case
            when methode = 'wilson' then midden + halve_breedte
            else (verwacht + 1) * power(1 - 1 / (9 * (verwacht + 1)) + z / (3 * sqrt(verwacht + 1)), 3) / n
        end as boven
    from kansgrenzen
),

verbreed as (
    select
        indicator_id,
        jaar,
        gm_code,
        methode,
        overdispersie,
        max(theta + sqrt(overdispersie) * (onder - theta)) filter (niveau = '95') as onder_95,
        max(theta + sqrt(overdispersie) * (boven - theta)) filter (niveau = '95') as boven_95,
        max(theta + sqrt(overdispersie) * (onder - theta)) filter (niveau = '998') as onder_998,
        max(theta + sqrt(overdispersie) * (boven - theta)) filter (niveau = '998') as boven_998
    from rondom
    group by indicator_id, jaar, gm_code, methode, overdispersie
),

grenzen as (
    select
        verbreed.indicator_id,
        verbreed.jaar,
        verbreed.gm_code,
        verbreed.methode,
        verbreed.overdispersie,
        afronding.waarde,
        -- No figure lies below 0, and no share above all.
        greatest(0, verbreed.onder_95 * indicator.factor - afronding.marge) as ondergrens_95,
        verbreed.boven_95 * indicator.factor + afronding.marge as bovengrens_95,
        greatest(0, verbreed.onder_998 * indicator.factor - afronding.marge) as ondergrens_998,
        verbreed.boven_998 * indicator.factor + afronding.marge as bovengrens_998,
        case when verbreed.methode = 'wilson' then indicator.factor else 'infinity'::double end as hoogste
    from verbreed
    inner join {{ ref('int_benchmark_indicator') }} as indicator on verbreed.indicator_id = indicator.indicator_id
    inner join {{ ref('int_benchmark_afronding') }} as afronding
        on
            verbreed.indicator_id = afronding.indicator_id
            and verbreed.jaar = afronding.jaar
            and verbreed.gm_code = afronding.gm_code
    where afronding.marge is not null
)

select
    indicator_id,
    jaar,
    gm_code,
    methode,
    overdispersie,
    ondergrens_95,
    least(bovengrens_95, hoogste) as bovengrens_95,
    ondergrens_998,
    least(bovengrens_998, hoogste) as bovengrens_998,
    case
        when waarde > bovengrens_998 then 'boven_buitengrens'
        when waarde < ondergrens_998 then 'onder_buitengrens'
        else 'binnen_grenzen'
    end as vlag
from grenzen
