-- Whether what lacks of a base indicator, per level and year, would lack of a recorded table: of the leading one, and in a year
-- without any, of whatever recorded table the indicator is read from. That such a table has no row says nothing about CBS.
with tabellen as (
    select distinct
        maat.dataset,
        maat.jaar,
        tabel.soort = 'opname' as is_opname
    from {{ ref('stg_maten') }} as maat
    inner join {{ ref('stg_tabellen') }} as tabel on maat.tabel_id = tabel.tabel_id
),

per_jaar as (
    select
        leider.indicator_id,
        leider.niveau,
        leider.jaar,
        bool_or(tabellen.is_opname) as is_opname
    from {{ ref('int_leider') }} as leider
    inner join tabellen on leider.dataset = tabellen.dataset and leider.jaar = tabellen.jaar
    group by leider.indicator_id, leider.niveau, leider.jaar
),

altijd as (
    select
        leider.indicator_id,
        bool_or(tabellen.is_opname) as is_opname
    from {{ ref('indicator_leider') }} as leider
    inner join tabellen on leider.dataset = tabellen.dataset
    group by leider.indicator_id
)

select
    basis.indicator_id,
    niveaus.niveau,
    basis.jaar,
    coalesce(per_jaar.is_opname, altijd.is_opname, false) as is_opname
from {{ ref('int_basis_jaar') }} as basis
cross join (values ('gemeente'), ('land')) as niveaus (niveau)
left join altijd on basis.indicator_id = altijd.indicator_id
left join per_jaar
    on
        basis.indicator_id = per_jaar.indicator_id
        and niveaus.niveau = per_jaar.niveau
        and basis.jaar = per_jaar.jaar
