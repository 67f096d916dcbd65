-- The moment or period that the figures of each base indicator are about, per level and year: of the leading dataset of that year
-- where the seed says it, else what holds for the indicator in every year.
select
    leider.indicator_id,
    leider.niveau,
    leider.jaar,
    leider.dataset,
    coalesce(moment.peilmoment, indicator.peilmoment) as peilmoment,
    coalesce(moment.herkomst, 'omschrijving') as herkomst,
    coalesce(moment.bron, 'Omschrijving van het cijfer bij CBS') as bron,
    leider.is_gevuld
from {{ ref('int_leider') }} as leider
inner join {{ ref('indicator') }} as indicator on leider.indicator_id = indicator.indicator_id
left join {{ ref('peilmoment') }} as moment
    on
        leider.indicator_id = moment.indicator_id
        and leider.dataset = moment.dataset
        and leider.jaar between moment.vanaf and coalesce(moment.tot, leider.jaar)
