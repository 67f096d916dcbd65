-- Wijken and buurten per year, with the name of that year; of two tables of a year Kerncijfers wijken en buurten goes first.
select
    wijk.regio_code,
    wijk.jaar,
    wijk.regio_soort,
    wijk.naam,
    'WK' || substr(wijk.regio_code, 3, 6) as wijk_code,
    gemeente.gm_code,
    first_value(wijk.indelingswijziging ignore nulls) over (
        partition by wijk.regio_code, wijk.jaar
        order by (wijk.dataset <> 'kerncijfers_wijken_en_buurten'), wijk.tabel_id
        rows between unbounded preceding and unbounded following
    ) as indelingswijziging
from {{ ref('stg_wijk') }} as wijk
inner join {{ ref('int_gemeente_jaar') }} as gemeente
    on 'GM' || substr(wijk.regio_code, 3, 4) = gemeente.gm_code and wijk.jaar = gemeente.jaar
qualify
    row_number() over (
        partition by wijk.regio_code, wijk.jaar order by (wijk.dataset <> 'kerncijfers_wijken_en_buurten'), wijk.tabel_id
    ) = 1
order by wijk.jaar, wijk.regio_code
