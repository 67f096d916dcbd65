-- Base figures that are a sum of Iv3 taakvelden: per municipality and year, with what is missing made plain.
with leiders as (
    select * from {{ ref('int_leider') }} where wijze = 'taakvelden'
),

nul_regels as (
    select distinct
        dataset,
        maat,
        jaar,
        ontbrekend_onderdeel_is_nul
    from {{ ref('stg_maten') }}
),

-- What has a letter or a third figure behind it (6.71a, 6.711) is part of the taakveld 6.71, with what is booked on 6.71 itself.
metingen as (
    select
        meting.dataset,
        meting.maat,
        meting.tabel_id,
        meting.regio_code,
        meting.jaar,
        regexp_extract(meting.onderdeel, '^[0-9]+[.][0-9]{1,2}') as taakveld,
        case
            when count(*) = count(meting.waarde) or coalesce(bool_or(nul_regels.ontbrekend_onderdeel_is_nul), false)
                then sum(meting.waarde)
        end as waarde,
        min(meting.reden_ontbreekt) as reden_ontbreekt,
        {{ status_van_combinatie('meting.status') }} as status
    from {{ ref('stg_metingen') }} as meting
    left join nul_regels
        on meting.dataset = nul_regels.dataset and meting.maat = nul_regels.maat and meting.jaar = nul_regels.jaar
    group by all
),

-- Whether a municipality delivered anything at all of the social domain that year.
opgaven as (
    select
        dataset,
        maat,
        regio_code,
        jaar,
        min(tabel_id) as tabel_id,
        {{ status_van_combinatie('status') }} as status,
        min(reden_ontbreekt) as reden_ontbreekt,
        bool_or(waarde is not null) as heeft_opgave
    from metingen
    where taakveld in (select taakveld from {{ ref('taakveld_groep') }} where groep = 'sociaal_domein')
    group by all
),

-- Every taakveld that the group has that year, with its amount where the municipality delivered one.
onderdelen as (
    select
        leiders.indicator_id,
        opgaven.regio_code,
        opgaven.jaar,
        opgaven.tabel_id,
        opgaven.status,
        opgaven.reden_ontbreekt,
        opgaven.heeft_opgave,
        groep.splitsbaar,
        case
            when meting.waarde is not null then meting.waarde
            when opgaven.heeft_opgave and nul_regels.ontbrekend_onderdeel_is_nul then 0
        end as waarde
    from leiders
    inner join opgaven
        on leiders.dataset = opgaven.dataset and leiders.maat = opgaven.maat and leiders.jaar = opgaven.jaar
    inner join {{ ref('taakveld_groep') }} as groep
        on leiders.groep = groep.groep and leiders.jaar = groep.jaar
    inner join nul_regels
        on leiders.dataset = nul_regels.dataset and leiders.maat = nul_regels.maat and leiders.jaar = nul_regels.jaar
    left join metingen as meting
        on
            leiders.dataset = meting.dataset
            and leiders.maat = meting.maat
            and leiders.jaar = meting.jaar
            and groep.taakveld = meting.taakveld
            and opgaven.regio_code = meting.regio_code
)

select
    indicator_id,
    'gemeente' as regio_soort,
    regio_code,
    jaar,
    case when bool_and(splitsbaar and waarde is not null) then sum(waarde) end as waarde,
    case
        -- From 2025 taakveld 6.79 mixes jeugd and Wmo: the group cannot be formed, whoever delivered.
        when not bool_and(splitsbaar) then 'deel_ontbreekt'
        when not bool_or(heeft_opgave) then min(reden_ontbreekt)
        when not bool_and(waarde is not null) then 'deel_ontbreekt'
    end as reden_ontbreekt,
    {{ status_van_combinatie('status') }} as status,
    min(tabel_id) as tabel_id
from onderdelen
group by indicator_id, regio_code, jaar
