-- Measured cells of land and municipalities over a part of a year: one row per dataset, measure, region and period. They stand
-- apart from those of years, so that nobody takes half a year for a whole one.
with cellen as (
    select
        dataset,
        maat_binnen_jaar as maat,
        tabel_id,
        case when regio_soort = 'land' then 'NL' else regio end as regio_code,
        regio_soort,
        jaar,
        periode,
        rij_id,
        voorkeur,
        waarde,
        symbool,
        reden_ontbreekt,
        status
    from {{ source('observaties', 'observaties') }}
    where maat_binnen_jaar is not null and regio_soort in ('land', 'gemeente') and tekst is null
),

geldig as (
    select * from cellen
    qualify {{ telt_van_haar_rij() }}
),

-- The month that stands for a year is one cell with it, so what was wrong there is wrong here.
{{ gecorrigeerde_cellen('geldig', 'periode', ['jaar', 'periode']) }},

-- Only of a measure with `optellen` there are more rows of a region and period; it has no value as soon as one of them has none.
opgeteld as (
    select
        dataset,
        maat,
        tabel_id,
        regio_code,
        regio_soort,
        jaar,
        periode,
        case when count(*) = count(waarde) then sum(waarde) end as waarde,
        min(reden_ontbreekt) as reden_ontbreekt,
        {{ status_van_combinatie('status') }} as status
    from gecorrigeerd
    group by all
),

{{ met_sommen_van_maten('opgeteld', ['jaar', 'periode']) }}

select
    dataset,
    maat,
    tabel_id,
    regio_code,
    regio_soort,
    jaar,
    periode,
    waarde,
    case when waarde is null then reden_ontbreekt end as reden_ontbreekt,
    status
from samen
