-- All base figures: municipalities and regions in both divisions, and the country, which is the same in both.
with origineel as (
    select
        'gemeente' as regio_soort,
        'origineel' as indeling,
        cast(null as double) as schatting,
        *
    from {{ ref('int_basis_gemeente') }}
),

-- What CBS publishes of a region itself goes before the sum of its municipalities.
samengesteld as (
    select som.*
    from {{ ref('int_basis_som') }} as som
    anti join {{ ref('int_regiocijfer') }} as eigen
        on
            som.indicator_id = eigen.indicator_id
            and som.regio_code = eigen.regio_code
            and som.jaar = eigen.jaar
            and som.indeling = eigen.indeling
),

regios as (
    select
        eigen.*,
        cast(null as double) as schatting,
        cast(null as varchar) as reden_ontbreekt,
        false as twijfel
    from {{ ref('int_regiocijfer') }} as eigen
    -- Outside the span of an indicator there are no figures of anyone.
    semi join {{ ref('int_basis_jaar') }} as basis on eigen.indicator_id = basis.indicator_id and eigen.jaar = basis.jaar
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
    select * from samengesteld
    union all by name
    select * from regios
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
