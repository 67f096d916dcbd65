-- Published cells of wijken and buurten: one row per dataset, measure, code and year. As CBS has them: nothing is corrected,
-- added or converted here but the measures that are a sum, where every part has a value.
with gevraagd as (
    select
        dataset,
        maat
    from {{ ref('indicator_leider') }}
    where niveau = 'wijk'
),

-- Of what is asked for: itself, or the measures that it is the sum of.
gelezen as (
    select * from gevraagd
    union
    select
        som.dataset,
        som.deel as maat
    from {{ ref('maat_som') }} as som
    inner join gevraagd on som.dataset = gevraagd.dataset and som.maat = gevraagd.maat
),

cellen as (
    select
        dataset,
        maat,
        tabel_id,
        regio as regio_code,
        regio_soort,
        jaar,
        rij_id,
        voorkeur,
        waarde,
        reden_ontbreekt,
        status
    from {{ source('observaties', 'observaties') }}
    where maat is not null and regio_soort in ('wijk', 'buurt') and tekst is null and uitsplitsing is null
),

gekozen as (
    select
        dataset,
        maat,
        tabel_id,
        regio_code,
        regio_soort,
        jaar,
        waarde,
        reden_ontbreekt,
        status
    from cellen
    where (dataset, maat) in (select (dataset, maat) from gelezen)
    qualify {{ telt_van_haar_rij() }}
),

{{ met_sommen_van_maten('gekozen', ['jaar']) }}

select
    dataset,
    maat,
    tabel_id,
    regio_code,
    regio_soort,
    jaar,
    waarde,
    case when waarde is null then reden_ontbreekt end as reden_ontbreekt,
    status
from samen
