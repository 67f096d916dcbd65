-- Published percentages and the counts behind them that can't be of one and the same state of CBS's data: the count divided by the
-- percentage is the population that the percentage is of, and a larger one that holds it has hardly more people. Which of the
-- two is the right one can't be told.
with paren as (
    select
        percentage.indicator_id,
        telling.indicator_id as telling_id,
        percentage.regio_code,
        percentage.jaar,
        -- The least that the population can be, with both figures as rounded as they are.
        100 * (telling.waarde - afronding_telling.eenheid / 2) / (percentage.waarde + afronding_percentage.eenheid / 2) as noemer,
        bevolking.waarde as bevolking
    from {{ ref('percentage_telling') }} as paar
    inner join {{ ref('int_gemeten') }} as percentage on paar.indicator_id = percentage.indicator_id
    inner join {{ ref('int_gemeten') }} as telling
        on
            paar.telling = telling.indicator_id
            and percentage.regio_soort = telling.regio_soort
            and percentage.regio_code = telling.regio_code
            and percentage.jaar = telling.jaar
    inner join {{ ref('int_gemeten') }} as bevolking
        on
            paar.bevolking = bevolking.indicator_id
            and percentage.regio_soort = bevolking.regio_soort
            and percentage.regio_code = bevolking.regio_code
            and percentage.jaar = bevolking.jaar
    inner join {{ ref('afronding') }} as afronding_telling on telling.indicator_id = afronding_telling.indicator_id
    inner join {{ ref('afronding') }} as afronding_percentage on percentage.indicator_id = afronding_percentage.indicator_id
    where percentage.regio_soort = 'gemeente'
)

select
    unnest([indicator_id, telling_id]) as indicator_id,
    regio_code,
    jaar
from paren
where bevolking < {{ parameter('twijfel_stand_marge') }} * noemer
