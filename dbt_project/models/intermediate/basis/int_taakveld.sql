-- Amounts of Iv3 per taakveld, municipality and year, of every measure that stays split by taakveld.
with gelezen as (
    select distinct
        dataset,
        maat,
        jaar,
        coalesce(ontbrekend_onderdeel_is_nul, false) as ontbrekend_is_nul
    from {{ ref('stg_maten') }}
),

-- Of a difference a taakveld that was left out is 0 where it is so of both its parts.
regels as (
    select * from gelezen
    union all by name
    select
        som.dataset,
        som.maat,
        gelezen.jaar,
        bool_and(gelezen.ontbrekend_is_nul) as ontbrekend_is_nul
    from {{ ref('maat_som') }} as som
    inner join gelezen on som.dataset = gelezen.dataset and som.deel = gelezen.maat
    group by som.dataset, som.maat, gelezen.jaar
),

metingen as (
    select
        *,
        -- What has a letter or a third figure behind it (6.71a, 6.711) is part of the taakveld 6.71, with what is booked on
        -- 6.71 itself.
        regexp_extract(onderdeel, '^[0-9]+[.][0-9]{1,2}') as taakveld
    from {{ ref('stg_metingen') }}
    where onderdeel <> ''
)

select
    meting.dataset,
    meting.maat,
    meting.tabel_id,
    meting.regio_code,
    meting.jaar,
    meting.taakveld,
    case when count(*) = count(meting.waarde) or any_value(regels.ontbrekend_is_nul) then sum(meting.waarde) end as waarde,
    min(meting.reden_ontbreekt) as reden_ontbreekt,
    {{ status_van_combinatie('meting.status') }} as status,
    any_value(regels.ontbrekend_is_nul) as ontbrekend_is_nul
from metingen as meting
inner join regels on meting.dataset = regels.dataset and meting.maat = regels.maat and meting.jaar = regels.jaar
group by meting.dataset, meting.maat, meting.tabel_id, meting.regio_code, meting.jaar, meting.taakveld
