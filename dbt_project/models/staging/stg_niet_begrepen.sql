-- Measures and years that a table was to give and that were not understood: a column or code that is not there, or a table
-- that never could be fetched or read. A sum of measures is not understood where any of its parts is not.
with gelezen as (
    select
        dataset,
        maat,
        jaar,
        tabel_id
    from {{ source('observaties', 'niet_begrepen') }}
),

samen as (
    select * from gelezen
    union all by name
    select
        som.dataset,
        som.maat,
        gelezen.jaar,
        gelezen.tabel_id
    from {{ ref('maat_som') }} as som
    inner join gelezen on som.dataset = gelezen.dataset and som.deel = gelezen.maat
)

select
    dataset,
    maat,
    jaar,
    min(tabel_id) as tabel_id
from samen
group by dataset, maat, jaar
