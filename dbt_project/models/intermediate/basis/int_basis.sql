-- All base figures: municipalities and regions in both divisions, and the country, which is the same in both.
with origineel as (
    select
        'gemeente' as regio_soort,
        'origineel' as indeling,
        cast(null as double) as schatting,
        *
    from {{ ref('int_basis_gemeente') }}
),

-- One doubted municipality does not make the sum of all of them doubtful.
land as (
    select
        'land' as regio_soort,
        indelingen.indeling,
        cast(null as double) as schatting,
        false as twijfel,
        land.*
    from {{ ref('int_basis_land') }} as land
    cross join (values ('origineel'), ('actueel')) as indelingen (indeling)
),

samen as (
    select * from origineel
    union all by name
    select * from {{ ref('int_basis_som') }}
    union all by name
    select * from land
)

select
    indicator_id,
    regio_soort,
    regio_code,
    jaar,
    indeling,
    waarde,
    reden_ontbreekt,
    schatting,
    status,
    tabel_id,
    waarde is not null and twijfel as twijfel
from samen
