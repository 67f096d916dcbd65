-- Measures and years that a table was to give and that were not understood: a column or code that is not there, or a table
-- that never could be fetched or read.
select
    dataset,
    maat,
    jaar,
    min(tabel_id) as tabel_id
from {{ source('observaties', 'niet_begrepen') }}
group by dataset, maat, jaar
