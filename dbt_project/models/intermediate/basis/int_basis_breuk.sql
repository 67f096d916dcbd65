-- Breaks per base indicator: those of the seed, and one where the leading dataset changes and the seed has none that blocks.
with leiders as (
    select
        indicator_id,
        jaar,
        dataset,
        lag(jaar) over reeks as vorig_jaar,
        lag(dataset) over reeks as vorige_dataset
    from {{ ref('int_leider') }}
    where niveau = 'gemeente' and is_begrepen
    window reeks as (partition by indicator_id order by jaar)
),

wisselingen as (
    select
        leiders.indicator_id,
        leiders.jaar,
        'bron' as soort,
        true as blokkerend,
        'Vanaf ' || leiders.jaar || ' uit een andere tabel van CBS; of de cijfers daarvoor vergelijkbaar zijn, is niet vastgesteld.'
            as tekst,
        'Leidende dataset per jaar: ' || leiders.vorige_dataset || ', daarna ' || leiders.dataset as bron
    from leiders
    anti join {{ ref('reeksbreuk') }} as breuk
        on
            leiders.indicator_id = breuk.indicator_id
            and breuk.blokkerend
            and leiders.vorig_jaar < breuk.jaar
            and leiders.jaar >= breuk.jaar
    where leiders.dataset <> leiders.vorige_dataset
)

select
    indicator_id,
    jaar,
    soort,
    blokkerend,
    tekst,
    bron
from {{ ref('reeksbreuk') }}
union all
select
    indicator_id,
    jaar,
    soort,
    blokkerend,
    tekst,
    bron
from wisselingen
