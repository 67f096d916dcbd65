-- What CBS states of the region of a municipality in a year: a region, that there is none, or nothing.
-- A blank cell and the region "Niet in te delen" say that the municipality lies in no region of this kind ("wit"); a dot
-- says nothing about it. West Betuwe and Vijfheerenlanden, made of municipalities of two regions, were so at first.
with teksten as (
    select
        regio as gm_code,
        jaar,
        regexp_replace(maat, '_(code|naam)$', '') as regio_soort,
        max(tekst) filter (where maat like '%\_code' escape '\') as regio_code,
        max(tekst) filter (where maat like '%\_naam' escape '\') as naam,
        max(reden_ontbreekt) filter (where maat like '%\_code' escape '\') as reden_ontbreekt,
        max(tabel_id) as tabel_id
    from {{ source('observaties', 'observaties') }}
    where
        dataset = 'gebieden_in_nederland'
        and regio_soort = 'gemeente'
        and maat in ('jeugdregio_code', 'jeugdregio_naam', 'arbeidsmarktregio_code', 'arbeidsmarktregio_naam')
    group by all
)

select
    gm_code,
    jaar,
    regio_soort,
    regio_code,
    case
        when lower(naam) = 'niet in te delen' then 'wit'
        when regio_code is not null then 'bekend'
        when reden_ontbreekt = 'kan_niet_voorkomen' then 'wit'
        else 'onbekend'
    end as status,
    tabel_id
from teksten
