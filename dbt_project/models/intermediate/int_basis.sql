-- All base figures: municipalities in both divisions and the country, which is the same in both.
with origineel as (
    select
        'gemeente' as regio_soort,
        'origineel' as indeling,
        cast(null as double) as schatting,
        *
    from {{ ref('int_basis_gemeente') }}
),

actueel as (
    select
        'gemeente' as regio_soort,
        'actueel' as indeling,
        *
    from {{ ref('int_basis_actueel') }}
),

land as (
    select
        'land' as regio_soort,
        indelingen.indeling,
        cast(null as double) as schatting,
        land.*
    from {{ ref('int_basis_land') }} as land
    cross join (values ('origineel'), ('actueel')) as indelingen (indeling)
),

samen as (
    select * from origineel
    union all by name
    select * from actueel
    union all by name
    select * from land
)

select
    samen.indicator_id,
    samen.regio_soort,
    samen.regio_code,
    samen.jaar,
    samen.indeling,
    samen.waarde,
    samen.reden_ontbreekt,
    samen.schatting,
    samen.status,
    samen.tabel_id,
    -- An amount of 0 can mean that nothing was delivered, a negative amount is a correction of other years.
    indicator.nul_is_twijfel and coalesce(samen.waarde <= 0, false) as twijfel
from samen
inner join {{ ref('indicator') }} as indicator on samen.indicator_id = indicator.indicator_id
