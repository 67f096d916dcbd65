-- Breaks per base indicator: those of the seed, one where the leading dataset changes and the seed has none that blocks (with what
-- is known of those two datasets), and one where the figures are about another moment of the year than before.
with leiders as (
    select
        indicator_id,
        niveau,
        jaar,
        dataset,
        lag(jaar) over reeks as vorig_jaar,
        lag(dataset) over reeks as vorige_dataset
    from {{ ref('int_leider') }}
    -- A year without any figure, such as one that CBS has not filled yet, is no change.
    where is_gevuld
    window reeks as (partition by indicator_id, niveau order by jaar)
),

-- Of municipalities and country alike: a break is of the indicator, and no change may be drawn over it at either level.
per_niveau as (
    select leiders.*
    from leiders
    anti join {{ ref('reeksbreuk') }} as breuk
        on
            leiders.indicator_id = breuk.indicator_id
            and breuk.blokkerend
            and leiders.vorig_jaar < breuk.jaar
            and leiders.jaar >= breuk.jaar
    where leiders.dataset <> leiders.vorige_dataset
),

-- What somebody found by laying both datasets side by side; without it nothing is known but that they differ.
onderbouwd as (
    select
        per_niveau.*,
        coalesce(bewijs.soort, 'bron') as soort,
        coalesce(
            bewijs.tekst,
            case when per_niveau.niveau = 'gemeente' then 'Vanaf ' else 'Het landcijfer is vanaf ' end
            || per_niveau.jaar || ' uit een andere tabel van CBS; of de cijfers daarvoor vergelijkbaar zijn, is niet vastgesteld.'
        ) as tekst,
        coalesce(
            bewijs.bron, 'Leidende dataset per jaar: ' || per_niveau.vorige_dataset || ', daarna ' || per_niveau.dataset
        ) as bron
    from per_niveau
    left join {{ ref('leiderwissel') }} as bewijs
        on
            per_niveau.indicator_id = bewijs.indicator_id
            and per_niveau.vorige_dataset = bewijs.dataset_van
            and per_niveau.dataset = bewijs.dataset_tot
),

wisselingen as (
    select
        indicator_id,
        jaar,
        -- Where both change, what changes for municipalities.
        arg_min(soort, niveau) as soort,
        true as blokkerend,
        arg_min(tekst, niveau) as tekst,
        arg_min(bron, niveau) as bron
    from onderbouwd
    group by indicator_id, jaar
),

-- Between the end of March of one year and the end of December of the next lie 21 months, not 12.
momenten as (
    select
        indicator_id,
        jaar,
        peilmoment,
        bron,
        lag(peilmoment) over (partition by indicator_id, niveau order by jaar) as vorig_peilmoment
    from {{ ref('int_peilmoment') }}
    where is_gevuld
),

verschuivingen as (
    select
        indicator_id,
        jaar,
        'peilmoment' as soort,
        true as blokkerend,
        'Het cijfer is vanaf ' || jaar || ' van een ander moment in het jaar: ' || min(peilmoment) || ', daarvoor '
        || min(vorig_peilmoment) || '.' as tekst,
        min(bron) as bron
    from momenten
    where peilmoment <> vorig_peilmoment
    group by indicator_id, jaar
),

samen as (
    select * from {{ ref('reeksbreuk') }}
    union all by name
    select * from wisselingen
    union all by name
    select * from verschuivingen
)

select
    indicator_id,
    jaar,
    soort,
    blokkerend,
    tekst,
    bron
from samen
