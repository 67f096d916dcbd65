-- Every region that appears anywhere, with its newest name.
select
    regio_code,
    regio_soort,
    naam
from {{ ref('int_regio') }}
order by regio_soort, regio_code
