-- Measured cells of land and municipalities: one row per dataset, measure, region, year and part. The one place where
-- corrections are applied: what CBS published wrongly is replaced here, by a value or by the reason that there is none.
with gecorrigeerd as (
    select
        cel.dataset,
        cel.maat,
        cel.tabel_id,
        cel.regio_code,
        cel.regio_soort,
        cel.jaar,
        cel.onderdeel,
        case when correctie.rij_id is null then cel.waarde else correctie.juiste_waarde end as waarde,
        case when correctie.rij_id is null then cel.reden_ontbreekt else correctie.juiste_reden end as reden_ontbreekt,
        cel.status
    from {{ ref('stg_cel') }} as cel
    left join {{ ref('stg_correctie') }} as correctie
        on
            cel.dataset = correctie.dataset
            and cel.maat = correctie.maat
            and cel.tabel_id = correctie.tabel_id
            and cel.rij_id = correctie.rij_id
),

maten as (
    select distinct
        dataset,
        maat,
        optellen
    from {{ source('observaties', 'maten') }}
),

-- A measure with `optellen` adds its selected rows, and has no value as soon as one of them has none.
opgeteld as (
    select
        gecorrigeerd.dataset,
        gecorrigeerd.maat,
        gecorrigeerd.tabel_id,
        gecorrigeerd.regio_code,
        gecorrigeerd.regio_soort,
        gecorrigeerd.jaar,
        gecorrigeerd.onderdeel,
        case when count(*) = count(gecorrigeerd.waarde) then sum(gecorrigeerd.waarde) end as waarde,
        min(gecorrigeerd.reden_ontbreekt) as reden_ontbreekt,
        {{ status_van_combinatie('gecorrigeerd.status') }} as status
    from gecorrigeerd
    inner join maten on gecorrigeerd.dataset = maten.dataset and gecorrigeerd.maat = maten.maat
    where maten.optellen
    group by all
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
