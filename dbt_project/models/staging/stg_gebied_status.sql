-- What CBS states of the region of a municipality in a year: a region, that there is none, or nothing.
-- A blank cell says that the municipality lies in no region of this kind ("wit"); a dot says nothing about it.
select
    regio as gm_code,
    jaar,
    regexp_replace(maat, '_code$', '') as regio_soort,
    case
        when tekst is not null then 'bekend'
        when reden_ontbreekt = 'kan_niet_voorkomen' then 'wit'
        else 'onbekend'
    end as status,
    tabel_id
from {{ source('observaties', 'observaties') }}
where
    dataset = 'gebieden_in_nederland'
    and regio_soort = 'gemeente'
    and maat in ('jeugdregio_code', 'arbeidsmarktregio_code')
