-- Measured cells of land and municipalities: one row per dataset, measure, region, year and part. The one place where
-- corrections are applied: what CBS published wrongly is replaced here, by a value or by the reason that there is none.
with {{ gecorrigeerde_cellen(ref('stg_cel'), 'jaar', ['jaar', 'onderdeel']) }},

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
),

gelezen as (
    select gecorrigeerd.*
    from gecorrigeerd
    inner join maten on gecorrigeerd.dataset = maten.dataset and gecorrigeerd.maat = maten.maat
    where not maten.optellen
    union all by name
    select * from opgeteld
),

delen as (
    select
        dataset,
        maat,
        count(*) as aantal
    from {{ ref('maat_som') }}
    group by dataset, maat
),

-- Who delivered something of every part, where a part of a delivery that was left out is 0: nothing of a taakveld on one side.
geleverd as (
    select
        som.dataset,
        som.maat,
        gelezen.tabel_id,
        gelezen.regio_code,
        gelezen.jaar
    from {{ ref('maat_som') }} as som
    inner join delen on som.dataset = delen.dataset and som.maat = delen.maat
    inner join gelezen on som.dataset = gelezen.dataset and som.deel = gelezen.maat
    inner join nul_jaren
        on som.dataset = nul_jaren.dataset and som.deel = nul_jaren.maat and gelezen.jaar = nul_jaren.jaar
    where gelezen.waarde is not null
    group by som.dataset, som.maat, gelezen.tabel_id, gelezen.regio_code, gelezen.jaar
    having count(distinct som.deel) = any_value(delen.aantal)
),

-- Measures that are a sum of measures, or a difference: where a table has a row of every part, and a value where it has one of
-- every part.
samengesteld as (
    select
        som.dataset,
        som.maat,
        gelezen.tabel_id,
        gelezen.regio_code,
        gelezen.regio_soort,
        gelezen.jaar,
        gelezen.onderdeel,
        case
            when count(gelezen.waarde) = any_value(delen.aantal) or count(geleverd.maat) > 0
                then sum(gelezen.waarde * som.factor)
        end as waarde,
        min(gelezen.reden_ontbreekt) as reden_ontbreekt,
        {{ status_van_combinatie('gelezen.status') }} as status
    from {{ ref('maat_som') }} as som
    inner join delen on som.dataset = delen.dataset and som.maat = delen.maat
    inner join gelezen on som.dataset = gelezen.dataset and som.deel = gelezen.maat
    left join geleverd
        on
            som.dataset = geleverd.dataset
            and som.maat = geleverd.maat
            and gelezen.tabel_id = geleverd.tabel_id
            and gelezen.regio_code = geleverd.regio_code
            and gelezen.jaar = geleverd.jaar
    group by
        som.dataset, som.maat, gelezen.tabel_id, gelezen.regio_code, gelezen.regio_soort, gelezen.jaar, gelezen.onderdeel
    having count(*) = any_value(delen.aantal) or count(geleverd.maat) > 0
),

samengevoegd as (
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
    from samengesteld
),

samen as (
    select * from gelezen
    union all by name
    select * from samengevoegd
)

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
from samen
