-- Every year of an indicator has an official list of municipalities; figures of a year without one wait for it.
{{ config(severity='warn') }}
select distinct leider.jaar
from {{ ref('int_leider') }} as leider
anti join {{ ref('int_gemeente_jaar') }} as gemeente on leider.jaar = gemeente.jaar
where leider.is_begrepen
