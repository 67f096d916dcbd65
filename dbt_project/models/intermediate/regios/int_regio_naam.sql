-- What a region is called in a year: by the table of CBS, else by the borders of that year (seed `regio_naam`).
with cbs as (
    select
        regio_soort,
        regio_code,
        jaar,
        max(naam) as naam
    from {{ ref('stg_gebieden') }}
    group by regio_soort, regio_code, jaar
),

grenzen as (
    select
        regio_soort,
        regio_code,
        cast(jaren.jaar as smallint) as jaar,
        naam
    from {{ ref('regio_naam') }}
    cross join unnest(generate_series(vanaf, tot)) as jaren (jaar)
)

select
    coalesce(cbs.regio_soort, grenzen.regio_soort) as regio_soort,
    coalesce(cbs.regio_code, grenzen.regio_code) as regio_code,
    coalesce(cbs.jaar, grenzen.jaar) as jaar,
    coalesce(cbs.naam, grenzen.naam) as naam
from cbs
full join grenzen on cbs.regio_soort = grenzen.regio_soort and cbs.regio_code = grenzen.regio_code and cbs.jaar = grenzen.jaar
