-- Municipalities, the country and regions of which there are figures in the newest division.
select
    regio_soort,
    regio_code
from {{ ref('int_cijfer') }}
where indeling = 'actueel'
group by regio_soort, regio_code
