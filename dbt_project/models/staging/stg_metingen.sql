-- Measured cells of land and municipalities: one row per dataset, measure, region, year and part. The one place where
-- corrections are applied: what CBS published wrongly is replaced here, by a value or by the reason that there is none.
with leeg as (
    -- A column without any figure was not filled yet: its dots say nothing about this or that municipality.
    select
        dataset,
        maat,
        tabel_id,
        jaar
    from {{ ref('stg_cel') }}
    group by dataset, maat, tabel_id, jaar
    having count(waarde) = 0
),

gecorrigeerd as (
    select
        cel.dataset,
        cel.maat,
        cel.tabel_id,
        cel.regio_code,
        cel.regio_soort,
        cel.jaar,
        cel.onderdeel,
        case when correctie.rij_id is null then cel.waarde else correctie.juiste_waarde end as waarde,
        case
            when correctie.rij_id is not null then correctie.juiste_reden
            when leeg.maat is not null and cel.symbool = '.' then 'niet_gepubliceerd'
            else cel.reden_ontbreekt
        end as reden_ontbreekt,
        cel.status
    from {{ ref('stg_cel') }} as cel
    left join {{ ref('stg_correctie') }} as correctie
        on
            cel.dataset = correctie.dataset
            and cel.maat = correctie.maat
            and cel.tabel_id = correctie.tabel_id
            and cel.rij_id = correctie.rij_id
    left join leeg
        on
            cel.dataset = leeg.dataset
            and cel.maat = leeg.maat
            and cel.tabel_id = leeg.tabel_id
            and cel.jaar = leeg.jaar
),

maten as (
    select distinct
        dataset,
        maat,
        optellen
    from {{ source('observaties', 'maten') }}
),

-- Years in which a part that was left out of a delivery is 0, so that what was delivered is the whole.
nul_jaren as (
    select distinct
        dataset,
        maat,
        jaar
    from {{ source('observaties', 'maten') }}
    where ontbrekend_onderdeel_is_nul
),

-- A measure with `optellen` adds its selected rows, and has no value as soon as one of them has none.
som as (
    select
        gecorrigeerd.dataset,
        gecorrigeerd.maat,
        gecorrigeerd.tabel_id,
        gecorrigeerd.regio_code,
        gecorrigeerd.regio_soort,
        gecorrigeerd.jaar,
        gecorrigeerd.onderdeel,
        case
            when count(*) = count(gecorrigeerd.waarde) or count(nul_jaren.maat) > 0 then sum(gecorrigeerd.waarde)
        end as waarde,
        min(gecorrigeerd.reden_ontbreekt) as reden_ontbreekt,
        {{ status_van_combinatie('gecorrigeerd.status') }} as status
    from gecorrigeerd
    inner join maten on gecorrigeerd.dataset = maten.dataset and gecorrigeerd.maat = maten.maat
    left join nul_jaren
        on
            gecorrigeerd.dataset = nul_jaren.dataset
            and gecorrigeerd.maat = nul_jaren.maat
            and gecorrigeerd.jaar = nul_jaren.jaar
    where maten.optellen
    group by all
),

opgeteld as (
    select
        dataset,
        maat,
        tabel_id,
        regio_code,
        regio_soort,
        jaar,
        onderdeel,
        waarde,
        case when waarde is null then reden_ontbreekt end as reden_ontbreekt,
        status
    from som
)

select
    gecorrigeerd.dataset,
    gecorrigeerd.maat,
    gecorrigeerd.tabel_id,
    gecorrigeerd.regio_code,
    gecorrigeerd.regio_soort,
    gecorrigeerd.jaar,
    gecorrigeerd.onderdeel,
    gecorrigeerd.waarde,
    gecorrigeerd.reden_ontbreekt,
    gecorrigeerd.status
from gecorrigeerd
inner join maten on gecorrigeerd.dataset = maten.dataset and gecorrigeerd.maat = maten.maat
where not maten.optellen

union all

select
    dataset,
    maat,
    tabel_id,
    regio_code,
    regio_soort,
    jaar,
    onderdeel,
    waarde,
    reden_ontbreekt,
    status
from opgeteld
