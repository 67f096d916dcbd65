-- Base figures that are a sum of Iv3 taakvelden: per municipality and year, with what is missing made plain.
with leiders as (
    select * from {{ ref('int_leider') }} where wijze = 'taakvelden'
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
        bool_or(waarde is not null) as heeft_opgave,
        bool_or(ontbrekend_is_nul) as ontbrekend_is_nul
    from {{ ref('int_taakveld') }}
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
        case
            when meting.waarde is not null then meting.waarde
            when opgaven.heeft_opgave and opgaven.ontbrekend_is_nul then 0
        end as waarde
    from leiders
    inner join opgaven
        on leiders.dataset = opgaven.dataset and leiders.maat = opgaven.maat and leiders.jaar = opgaven.jaar
    inner join {{ ref('taakveld_groep') }} as groep
        on leiders.groep = groep.groep and leiders.jaar = groep.jaar
    left join {{ ref('int_taakveld') }} as meting
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
    case when bool_and(waarde is not null) then sum(waarde) end as waarde,
    case
        when not bool_or(heeft_opgave) then min(reden_ontbreekt)
        when not bool_and(waarde is not null) then 'deel_ontbreekt'
    end as reden_ontbreekt,
    {{ status_van_combinatie('status') }} as status,
    min(tabel_id) as tabel_id
from onderdelen
group by indicator_id, regio_code, jaar
