-- Net lasten of the parts of a taakveld that belong to different parts of the social domain (6.791 and 6.792), from one place per
-- year and report: the table itself where it has them, else the reference list, which is there for recorded tables that added them up.
with gezocht as (
    select distinct
        taakveld,
        regexp_extract(taakveld, '^[0-9]+[.][0-9]{1,2}') as geheel
    from {{ ref('verdeling_taakveld') }}
    where taakveld <> regexp_extract(taakveld, '^[0-9]+[.][0-9]{1,2}')
),

gepubliceerd as (
    select
        meting.jaar,
        verslag.verslagsoort,
        replace(meting.maat, '_' || verslag.verslagsoort, '') as kant,
        meting.regio_code as gm_code,
        meting.onderdeel as taakveld,
        meting.waarde
    from {{ ref('stg_metingen') }} as meting
    inner join (values ('begroting'), ('jaarrekening')) as verslag (verslagsoort)
        on suffix(meting.maat, '_' || verslag.verslagsoort)
    where meting.dataset = 'iv3_gemeenten' and meting.onderdeel in (select taakveld from gezocht)
),

delen as (
    select
        jaar,
        verslagsoort,
        gm_code,
        taakveld,
        waarde as netto_lasten,
        'tabel' as herkomst
    from gepubliceerd
    where kant = 'netto_lasten'
    union all
    select
        lijst.jaar,
        lijst.verslagsoort,
        lijst.gm_code,
        lijst.taakveld,
        cast(lijst.lasten_x1000 - lijst.baten_x1000 as double) as netto_lasten,
        'lijst' as herkomst
    from {{ ref('iv3_taakveld_deel') }} as lijst
    anti join gepubliceerd on lijst.jaar = gepubliceerd.jaar and lijst.verslagsoort = gepubliceerd.verslagsoort
)

select
    delen.jaar,
    delen.verslagsoort,
    delen.gm_code,
    gezocht.geheel,
    delen.taakveld,
    delen.netto_lasten,
    delen.herkomst
from delen
inner join gezocht on delen.taakveld = gezocht.taakveld
