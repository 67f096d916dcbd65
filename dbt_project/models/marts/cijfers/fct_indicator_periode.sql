-- Figures of a part of a year, such as a half-year, as CBS publishes them: only the regions and periods that a table has a row for.
select
    cijfer.indicator_id,
    cijfer.regio_soort,
    cijfer.regio_code,
    cijfer.jaar,
    cijfer.periode_soort,
    cijfer.volgnummer,
    cijfer.periode,
    cijfer.waarde,
    cijfer.reden_ontbreekt,
    cijfer.status,
    cijfer.tabel_id,
    tabel.gewijzigd as tabel_gewijzigd
from {{ ref('int_deelcijfer') }} as cijfer
inner join {{ ref('stg_tabellen') }} as tabel on cijfer.tabel_id = tabel.tabel_id
semi join {{ ref('indicator') }} as indicator on cijfer.indicator_id = indicator.indicator_id and indicator.publiek
order by cijfer.indicator_id, cijfer.regio_soort, cijfer.regio_code, cijfer.jaar, cijfer.periode_soort, cijfer.volgnummer
