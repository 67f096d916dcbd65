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

-- As of a year: of one published row the first column with a value counts, else the preferred one.
geldig as (
    select *
    from cellen
    qualify row_number() over (
        partition by tabel_id, rij_id, maat order by (waarde is null), voorkeur
    ) = 1
),

leeg as (
    -- A column without any figure of a period was not filled yet: its dots say nothing about this or that municipality.
    select
        dataset,
        maat,
        tabel_id,
        periode
    from geldig
    group by dataset, maat, tabel_id, periode
    having count(waarde) = 0
),

gecorrigeerd as (
    select
        geldig.dataset,
        geldig.maat,
        geldig.tabel_id,
        geldig.regio_code,
        geldig.regio_soort,
        geldig.jaar,
        geldig.periode,
        -- The month that stands for a year is one cell with it, so what was wrong there is wrong here.
        case when correctie.rij_id is null then geldig.waarde else correctie.juiste_waarde end as waarde,
        case
            when correctie.rij_id is not null then correctie.juiste_reden
            when leeg.maat is not null and geldig.symbool = '.' and geldig.reden_ontbreekt <> 'niet_opgenomen' then 'niet_gepubliceerd'
            else geldig.reden_ontbreekt
        end as reden_ontbreekt,
        geldig.status
    from geldig
    left join {{ ref('stg_correctie') }} as correctie
        on
            geldig.dataset = correctie.dataset
            and geldig.maat = correctie.maat
            and geldig.tabel_id = correctie.tabel_id
            and geldig.rij_id = correctie.rij_id
    left join leeg
        on
            geldig.dataset = leeg.dataset
            and geldig.maat = leeg.maat
            and geldig.tabel_id = leeg.tabel_id
            and geldig.periode = leeg.periode
),

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
