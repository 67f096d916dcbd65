-- Municipalities, the country and regions of the newest division of which it is known who their members are.
select
    regio_soort,
    regio_code
from {{ ref('int_cijfer') }}
where indeling = 'actueel' and reden_ontbreekt is distinct from 'regio_onvolledig'
group by regio_soort, regio_code
