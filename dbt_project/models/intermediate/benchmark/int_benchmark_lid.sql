-- The members of every group that figures are compared with, per year and variant of peers. A municipality is a member of its own
-- region and class, but not one of its own peers.
with jaren as (
    select distinct jaar from {{ ref('int_benchmark_cijfer') }}
),

varianten as (
    select distinct variant from {{ ref('int_benchmark_indicator') }}
),

vaste_groepen as (
    select
        groep_soort,
        groep_code,
        groep_naam,
        gm_code
    from {{ ref('int_gemeente_groep') }}

    union all

    select
        'land' as groep_soort,
        'NL' as groep_code,
        'Nederland' as groep_naam,
        gm_code
    from {{ ref('int_gemeente_jaar') }}
    where jaar = {{ var('doel_indeling_jaar') }}
)

select
    varianten.variant,
    jaren.jaar,
    vaste_groepen.groep_soort,
    vaste_groepen.groep_code,
    vaste_groepen.groep_naam,
    vaste_groepen.gm_code
from vaste_groepen
cross join jaren
cross join varianten

union all

-- Also a municipality without peers has its group, with one row and no member: it must show, with its reason.
select
    varianten.variant,
    jaren.jaar,
    'vergelijkbare_gemeenten' as groep_soort,
    gemeente.gm_code as groep_code,
    'Vergelijkbaar met ' || gemeente.naam as groep_naam,
    vergelijkbaar.vergelijkbare_gm_code as gm_code
from {{ ref('int_gemeente_jaar') }} as gemeente
cross join jaren
cross join varianten
left join {{ ref('int_vergelijkbaar') }} as vergelijkbaar
    on
        varianten.variant = vergelijkbaar.variant
        and jaren.jaar = vergelijkbaar.jaar
        and gemeente.gm_code = vergelijkbaar.gm_code
where gemeente.jaar = {{ var('doel_indeling_jaar') }}
