-- Which regions there are figures of, per division and year, and whether their members are all known.
-- Where the membership of a kind is incomplete, every region that the kind is known to have gets its row and its reason.
with regios as (
    select
        regio_soort,
        regio_code
    from {{ ref('stg_gebieden') }}
    union
    select
        regio_soort,
        regio_code
    from {{ ref('regio_leden') }}
    union
    select
        'grootteklasse' as regio_soort,
        regio_code
    from {{ ref('grootteklasse') }}
),

jaren as (
    select distinct
        indelingen.indeling,
        gemeente.jaar
    from {{ ref('int_gemeente_jaar') }} as gemeente
    cross join (values ('origineel'), ('actueel')) as indelingen (indeling)
    where indelingen.indeling = 'origineel' or gemeente.jaar <= {{ var('doel_indeling_jaar') }}
),

volledige_regios as (
    select distinct
        indeling,
        regio_soort,
        regio_code,
        jaar
    from {{ ref('int_samenstelling') }}
    where regio_soort <> 'gemeente'
),

-- A kind of which every municipality has its region: a region that is not among them does not exist then.
volledige_soorten as (
    select distinct
        'origineel' as indeling,
        regio_soort,
        jaar
    from {{ ref('int_regio_lid') }}
    where is_soort_volledig
    union all
    select distinct
        'actueel' as indeling,
        regio.regio_soort,
        jaren.jaar
    from {{ ref('int_regio_actueel') }} as regio
    inner join jaren on jaren.indeling = 'actueel'
    where regio.is_soort_volledig
)

select
    jaren.indeling,
    regios.regio_soort,
    regios.regio_code,
    jaren.jaar,
    regio.regio_code is not null as is_volledig
from jaren
cross join regios
left join volledige_regios as regio
    on
        jaren.indeling = regio.indeling
        and jaren.jaar = regio.jaar
        and regios.regio_soort = regio.regio_soort
        and regios.regio_code = regio.regio_code
left join volledige_soorten as soort
    on
        jaren.indeling = soort.indeling
        and jaren.jaar = soort.jaar
        and regios.regio_soort = soort.regio_soort
where regio.regio_code is not null or soort.regio_soort is null
