-- The count behind a percentage that CBS publishes without its parts, and the denominator that follows from both: the count divided
-- by the percentage. For what rests on counts: chance, limits and weighted means. It is no figure of CBS and is not published.
select
    percentage.indicator_id,
    percentage.regio_soort,
    percentage.regio_code,
    percentage.jaar,
    percentage.indeling,
    telling.indicator_id as telling_id,
    telling.waarde as telling,
    100 * telling.waarde / percentage.waarde as noemer
from {{ ref('int_cijfer') }} as percentage
inner join {{ ref('percentage_telling') }} as paar on percentage.indicator_id = paar.indicator_id
inner join {{ ref('int_cijfer') }} as telling
    on
        paar.telling = telling.indicator_id
        and percentage.regio_code = telling.regio_code
        and percentage.jaar = telling.jaar
        and percentage.indeling = telling.indeling
-- Nobody, or nobody of nobody, has no denominator.
where percentage.waarde > 0 and telling.waarde > 0
