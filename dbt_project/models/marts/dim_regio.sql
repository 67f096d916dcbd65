-- Every region that appears anywhere, with its newest name.
with gemeenten as (
    select
        gm_code as regio_code,
        'gemeente' as regio_soort,
        naam
    from {{ ref('int_gemeente') }}
),

gebieden as (
    select
        regio_code,
        regio_soort,
        max_by(naam, jaar) as naam
    from {{ ref('stg_gebieden') }}
    group by regio_code, regio_soort
),

grootteklassen as (
    select
        regio_code,
        'grootteklasse' as regio_soort,
        naam
    from {{ ref('grootteklasse') }}
)

select
    regio_code,
    regio_soort,
    naam
from gemeenten
union all
select
    regio_code,
    regio_soort,
    naam
from gebieden
union all
select
    regio_code,
    regio_soort,
    naam
from grootteklassen
union all
select
    'NL',
    'land',
    'Nederland'
order by regio_soort, regio_code
