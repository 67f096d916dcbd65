-- Region of each municipality per year as text: one row per municipality, year and kind of region with a code.
with teksten as (
    select
        regio as gm_code,
        jaar,
        tabel_id,
        regexp_replace(maat, '_(code|naam)$', '') as regio_soort,
        max(tekst) filter (where maat like '%\_code' escape '\') as regio_code,
        max(tekst) filter (where maat like '%\_naam' escape '\') as naam
    from {{ source('observaties', 'observaties') }}
    where dataset = 'gebieden_in_nederland' and maat is not null and regio_soort = 'gemeente' and tekst is not null
    group by all
)

select
    gm_code,
    jaar,
    regio_soort,
    regio_code,
    naam,
    tabel_id
from teksten
where
    regio_code is not null
    -- CBS's "Niet in te delen" is no region: the municipality lies in none of its kind (see stg_gebied_status).
    and lower(coalesce(naam, '')) <> 'niet in te delen'
    and regio_soort in ('arbeidsmarktregio', 'corop', 'ggd_regio', 'jeugdregio', 'landsdeel', 'provincie', 'veiligheidsregio')
