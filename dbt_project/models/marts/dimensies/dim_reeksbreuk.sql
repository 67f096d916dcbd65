-- Breaks in the series of each public indicator.
select
    breuk.indicator_id,
    breuk.jaar,
    breuk.soort,
    breuk.blokkerend,
    breuk.tekst,
    breuk.bron
from {{ ref('int_reeksbreuk') }} as breuk
semi join {{ ref('int_cijfer') }} as cijfer on breuk.indicator_id = cijfer.indicator_id
order by breuk.indicator_id, breuk.jaar, breuk.soort
