-- The official list: which municipalities there are in a year. Nothing else decides which rows exist.
select
    gm_code,
    jaar,
    gm_naam as naam
from {{ ref('gemeenten_per_jaar') }}
