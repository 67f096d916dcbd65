-- Figures of wijken and buurten: what CBS publishes at that level, in the division of the year.
with basis as (
    select
        basis.*,
        cast(null as double) as teller,
        cast(null as double) as noemer
    from {{ ref('int_wijk_basis') }} as basis
    inner join {{ ref('indicator') }} as indicator on basis.indicator_id = indicator.indicator_id
    where indicator.publiek
),

samen as (
    select * exclude (dataset, maat) from basis
    union all by name
    select * from {{ ref('int_wijk_verhouding') }}
)

select
    indicator_id,
    regio_soort,
    regio_code,
    gm_code,
    jaar,
    waarde,
    teller,
    noemer,
    status,
    reden_ontbreekt,
    tabel_id
from samen
order by indicator_id, jaar, regio_soort, regio_code
