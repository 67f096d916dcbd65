-- The cell that counts of each published row and measure, as CBS published it.
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
        symbool,
        reden_ontbreekt,
        status
    from {{ source('observaties', 'observaties') }}
    where maat is not null and regio_soort in ('land', 'gemeente') and tekst is null
)

select
    dataset,
    maat,
    tabel_id,
    regio_code,
    regio_soort,
    jaar,
    onderdeel,
    rij_id,
    voorkeur,
    waarde,
    symbool,
    reden_ontbreekt,
    status
from cellen
qualify {{ telt_van_haar_rij() }}
