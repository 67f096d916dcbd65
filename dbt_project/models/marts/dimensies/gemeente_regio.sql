-- In which regions a municipality lies, per year; only where that is known. Grootteklasse is derived from inhabitants.
with leden as (
    select
        gm_code,
        jaar,
        regio_soort,
        regio_code,
        herkomst,
        bron
    from {{ ref('int_regio_lid') }}
),

land as (
    select
        gm_code,
        jaar,
        'land' as regio_soort,
        'NL' as regio_code,
        'cbs' as herkomst,
        'CBS, gemeentelijke indeling per jaar' as bron
    from {{ ref('int_gemeente_jaar') }}
    where jaar >= (select min(jaar) from leden)
),

samen as (
    select * from leden
    union all by name
    select * from land
)

select
    gm_code,
    jaar,
    regio_soort,
    regio_code,
    herkomst,
    bron
from samen
order by gm_code, jaar, regio_soort
