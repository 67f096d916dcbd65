-- Measured cells of land and municipalities: one row per dataset, measure, region, year and part.
with cellen as (
    select
        dataset,
        maat,
        tabel_id,
        case when regio_soort = 'land' then 'NL' else regio end as regio_code,
        regio_soort,
        jaar,
        coalesce(uitsplitsing, '') as onderdeel,
        rij_id,
        voorkeur,
        waarde,
        reden_ontbreekt,
        status
    from {{ source('observaties', 'observaties') }}
    where maat is not null and regio_soort in ('land', 'gemeente') and tekst is null
),

-- "Second delivery, else the first": of one published row the first column with a value counts, else the preferred one.
voorkeurscellen as (
    select *
    from cellen
    qualify row_number() over (
        partition by dataset, maat, tabel_id, rij_id order by (waarde is null), voorkeur
    ) = 1
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
        voorkeurscellen.dataset,
        voorkeurscellen.maat,
        voorkeurscellen.tabel_id,
        voorkeurscellen.regio_code,
        voorkeurscellen.regio_soort,
        voorkeurscellen.jaar,
        voorkeurscellen.onderdeel,
        case when count(*) = count(voorkeurscellen.waarde) then sum(voorkeurscellen.waarde) end as waarde,
        min(voorkeurscellen.reden_ontbreekt) as reden_ontbreekt,
        {{ status_van_combinatie('voorkeurscellen.status') }} as status
    from voorkeurscellen
    inner join maten on voorkeurscellen.dataset = maten.dataset and voorkeurscellen.maat = maten.maat
    where maten.optellen
    group by all
)

select
    voorkeurscellen.dataset,
    voorkeurscellen.maat,
    voorkeurscellen.tabel_id,
    voorkeurscellen.regio_code,
    voorkeurscellen.regio_soort,
    voorkeurscellen.jaar,
    voorkeurscellen.onderdeel,
    voorkeurscellen.waarde,
    voorkeurscellen.reden_ontbreekt,
    voorkeurscellen.status
from voorkeurscellen
inner join maten on voorkeurscellen.dataset = maten.dataset and voorkeurscellen.maat = maten.maat
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
