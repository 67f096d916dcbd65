-- Every public figure, base and computed, in both divisions.
with basis as (
    select
        basis.*,
        cast(null as double) as teller,
        cast(null as double) as noemer
    from {{ ref('int_basis') }} as basis
    inner join {{ ref('indicator') }} as indicator on basis.indicator_id = indicator.indicator_id
    where indicator.publiek
),

verhouding as (
    select
        *,
        cast(null as double) as schatting
    from {{ ref('int_verhouding') }}
),

samen as (
    select * from basis
    union all by name
    select * from verhouding
)

select
    indicator_id,
    regio_soort,
    regio_code,
    jaar,
    indeling,
    waarde,
    teller,
    noemer,
    reden_ontbreekt,
    schatting,
    status,
    tabel_id,
    twijfel
from samen
