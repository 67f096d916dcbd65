-- Base figures of wijken and buurten of the municipalities in the official list of that year.
select
    leider.indicator_id,
    cel.regio_soort,
    cel.regio_code,
    gemeente.gm_code,
    cel.jaar,
    cel.waarde,
    cel.reden_ontbreekt,
    cel.status,
    cel.tabel_id,
    leider.dataset,
    leider.maat
from {{ ref('int_wijk_leider') }} as leider
inner join {{ ref('stg_wijkcel') }} as cel
    on
        leider.dataset = cel.dataset
        and leider.maat = cel.maat
        and leider.regio_soort = cel.regio_soort
        and leider.jaar = cel.jaar
-- The code of a wijk or buurt begins with the number of its municipality.
inner join {{ ref('int_gemeente_jaar') }} as gemeente
    on 'GM' || substr(cel.regio_code, 3, 4) = gemeente.gm_code and cel.jaar = gemeente.jaar
