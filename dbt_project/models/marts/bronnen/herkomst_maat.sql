-- Where each measure comes from in a year: the column and the codes of the table, or that it was not understood.
with gevonden as (
    select
        dataset,
        maat,
        jaar,
        tabel_id,
        voorkeur,
        pad,
        eenheid,
        codes,
        true as is_begrepen
    from {{ ref('stg_maten') }}
),

niet_begrepen as (
    select
        dataset,
        maat,
        jaar,
        tabel_id,
        cast(1 as tinyint) as voorkeur,
        false as is_begrepen
    from {{ ref('stg_niet_begrepen') }}
    -- A sum of measures has no column of its own; its parts have.
    where (dataset, maat) not in (select som.dataset, som.maat from {{ ref('maat_som') }} as som)
),

samen as (
    select * from gevonden
    union all by name
    select * from niet_begrepen
)

select
    dataset,
    maat,
    jaar,
    tabel_id,
    voorkeur,
    pad,
    eenheid,
    codes,
    is_begrepen
from samen
order by dataset, maat, jaar, voorkeur
