-- What CBS publishes of regions themselves: one row per dataset, measure, region and year with a figure. Such a row is a count of
-- its own, not a sum of municipalities; it is read only where a region has one.
with cellen as (
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
        status
    from {{ source('observaties', 'observaties') }}
    where
        maat is not null
        and regio_soort in ('arbeidsmarktregio', 'corop', 'ggd_regio', 'jeugdregio', 'landsdeel', 'provincie', 'veiligheidsregio')
        and tekst is null
        and uitsplitsing is null
        and waarde is not null
)

select
    dataset,
    maat,
    tabel_id,
    regio_code,
    regio_soort,
    jaar,
    waarde,
    status
from cellen
qualify {{ telt_van_haar_rij() }}
