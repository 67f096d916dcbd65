-- Every municipality of every year ends up wholly in the target division: shares add up to 1.
select
    gemeente.jaar,
    gemeente.gm_code,
    sum(opvolger.aandeel) as aandeel
from {{ ref('int_gemeente_jaar') }} as gemeente
left join {{ ref('int_opvolger') }} as opvolger
    on gemeente.gm_code = opvolger.oude_code and gemeente.jaar = opvolger.jaar
where gemeente.jaar <= {{ var('doel_indeling_jaar') }}
group by gemeente.jaar, gemeente.gm_code
having abs(coalesce(sum(opvolger.aandeel), 0) - 1) > 1e-9
