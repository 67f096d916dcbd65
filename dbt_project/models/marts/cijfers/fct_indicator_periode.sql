-- Figures of a part of a year, such as a half-year, as CBS publishes them: only the regions and periods that a table has a row for.
select
    periode.indicator_id,
    meting.regio_soort,
    meting.regio_code,
    meting.jaar,
    periode.periode_soort,
    cast(periode.volgnummer as tinyint) as volgnummer,
    meting.jaar || ' ' || periode.periode as periode,
    meting.waarde,
    meting.reden_ontbreekt,
    meting.status,
    meting.tabel_id,
    tabel.gewijzigd as tabel_gewijzigd
from {{ ref('indicator_periode') }} as periode
inner join {{ ref('stg_metingen') }} as meting on periode.dataset = meting.dataset and periode.maat = meting.maat
inner join {{ ref('stg_tabellen') }} as tabel on meting.tabel_id = tabel.tabel_id
-- Half-years may go back further than the years of the monitor.
semi join {{ ref('dim_periode') }} as jaar on meting.jaar = jaar.jaar
-- The code of a municipality in the official list of that year.
left join {{ ref('int_gemeente_jaar') }} as gemeente on meting.regio_code = gemeente.gm_code and meting.jaar = gemeente.jaar
where meting.regio_soort = 'land' or gemeente.gm_code is not null
order by periode.indicator_id, meting.regio_soort, meting.regio_code, meting.jaar, periode.volgnummer
