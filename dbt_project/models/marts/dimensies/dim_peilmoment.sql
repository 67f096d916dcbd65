-- The moment or period that the figures of each public indicator are about, per level and year; of a ratio that of both its parts.
select
    delen.indicator_id,
    delen.deel,
    moment.niveau as regio_soort,
    moment.jaar,
    moment.dataset,
    moment.peilmoment,
    moment.herkomst,
    moment.bron
from {{ ref('int_onderdeel') }} as delen
inner join {{ ref('int_peilmoment') }} as moment on delen.deel = moment.indicator_id
semi join {{ ref('dim_indicator') }} as indicator on delen.indicator_id = indicator.indicator_id
-- The denominator of a ratio may have more years than the ratio.
semi join {{ ref('int_cijfer') }} as cijfer on delen.indicator_id = cijfer.indicator_id and moment.jaar = cijfer.jaar
where moment.is_gevuld
order by delen.indicator_id, delen.deel, moment.niveau, moment.jaar
