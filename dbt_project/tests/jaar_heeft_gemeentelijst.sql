-- Every year of an indicator has an official list of municipalities; without it the year would have no rows at all.
select distinct basis.jaar
from {{ ref('int_basis_jaar') }} as basis
anti join {{ ref('int_gemeente_jaar') }} as gemeente on basis.jaar = gemeente.jaar
