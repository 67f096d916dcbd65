-- The figures of the groups that municipalities are compared with.
select
    indicator_id,
    jaar,
    groep_soort,
    groep_code,
    groep_naam,
    gewogen,
    gewogen_wijze,
    mediaan,
    gepubliceerd,
    cast(leden_met_cijfer as smallint) as leden_met_cijfer,
    cast(leden_met_noemer as smallint) as leden_met_noemer,
    cast(leden_met_twijfel as smallint) as leden_met_twijfel,
    cast(leden as smallint) as leden,
    reden_ontbreekt
from {{ ref('int_benchmark_groep') }}
order by indicator_id, jaar, groep_soort, groep_code
