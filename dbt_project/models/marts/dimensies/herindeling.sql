-- The reference list of municipal mergers, splits and renamings.
select
    oude_code,
    oude_naam,
    nieuwe_code,
    nieuwe_naam,
    datum,
    soort,
    hectare,
    woningen,
    inwoners,
    bron
from {{ ref('herindelingen') }}
order by datum, oude_code, nieuwe_code
