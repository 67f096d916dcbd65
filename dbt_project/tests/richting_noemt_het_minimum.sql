-- binnen_3_procent and binnen_3_procentpunt name the minimum: with another one these values must be renamed.
select
    naam,
    waarde
from {{ ref('parameter') }}
where naam in ('trend_minimum_pct', 'trend_minimum_procentpunt') and waarde <> 3
