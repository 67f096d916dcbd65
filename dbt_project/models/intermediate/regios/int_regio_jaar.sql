-- Which regions are known per division and year, whether their members all are, and by whom and of when that membership is.
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

-- Of the year itself the membership of that year; in the newest division one membership for all years.
lidmaatschappen as (
    select
        'origineel' as indeling,
        regio_soort,
        regio_code,
        jaar,
        {{ herkomst_van_leden('herkomst') }} as herkomst,
        jaar as jaar_lidmaatschap,
        bool_and(is_soort_volledig) as is_soort_volledig
    from {{ ref('int_regio_lid') }}
    where is_volledig
    group by regio_soort, regio_code, jaar
    union all by name
    select
        jaren.indeling,
        lid.regio_soort,
        lid.regio_code,
        jaren.jaar,
        {{ herkomst_van_leden('lid.herkomst') }} as herkomst,
        max(lid.jaar_lidmaatschap) as jaar_lidmaatschap,
        bool_and(lid.is_soort_volledig) as is_soort_volledig
    from {{ ref('int_regio_actueel') }} as lid
    inner join jaren on jaren.indeling = 'actueel'
    group by jaren.indeling, lid.regio_soort, lid.regio_code, jaren.jaar
),

-- A kind of which every municipality has its region: a region that is not among them does not exist then.
volledige_soorten as (
    select distinct
        indeling,
        regio_soort,
        jaar
    from lidmaatschappen
    where is_soort_volledig
)

select
    jaren.indeling,
    regios.regio_soort,
    regios.regio_code,
    jaren.jaar,
    lid.regio_code is not null as is_volledig,
    lid.herkomst as lidmaatschap_bron,
    make_date(lid.jaar_lidmaatschap, 1, 1) as lidmaatschap_datum
from jaren
cross join regios
left join lidmaatschappen as lid
    on
        jaren.indeling = lid.indeling
        and jaren.jaar = lid.jaar
        and regios.regio_soort = lid.regio_soort
        and regios.regio_code = lid.regio_code
left join volledige_soorten as soort
    on
        jaren.indeling = soort.indeling
        and jaren.jaar = soort.jaar
        and regios.regio_soort = soort.regio_soort
where lid.regio_code is not null or soort.regio_soort is null
