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
    from {{ ref('int_regio_naam') }}
    group by regio_code, regio_soort
),

grootteklassen as (
    select
        regio_code,
        'grootteklasse' as regio_soort,
        naam
    from {{ ref('grootteklasse') }}
),

land as (
    select
        'NL' as regio_code,
        'land' as regio_soort,
        'Nederland' as naam
),

samen as (
    select * from gemeenten
    union all by name
    select * from gebieden
    union all by name
    select * from grootteklassen
    union all by name
    select * from land
)

select
    regio_code,
    regio_soort,
    naam
from samen
