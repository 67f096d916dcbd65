-- The groups that municipalities of the target division are compared with.
select
    gm_code,
    groep_soort,
    groep_code,
    groep_naam,
    jaar
from {{ ref('int_gemeente_groep') }}
order by groep_soort, groep_code, gm_code
