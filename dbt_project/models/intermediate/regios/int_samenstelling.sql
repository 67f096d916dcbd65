-- Of which municipalities of the year a municipality of the target division, or a region, is made up.
-- One row per division, region, year and part; `aandeel` is the share of the part's inhabitants (1 unless it was split).
with gemeenten as (
    select
        'actueel' as indeling,
        'gemeente' as regio_soort,
        nieuwe_code as regio_code,
        jaar,
        oude_code as gm_code,
        aandeel,
        gesplitst
    from {{ ref('int_opvolger') }}
),

regios_origineel as (
    select
        'origineel' as indeling,
        regio_soort,
        regio_code,
        jaar,
        gm_code,
        cast(1 as double) as aandeel,
        false as gesplitst
    from {{ ref('int_regio_lid') }}
    where is_volledig
),

opvolgers as (
    select
        *,
        count(*) over (partition by jaar, oude_code) as aantal
    from {{ ref('int_opvolger') }}
),

regios_actueel as (
    select
        'actueel' as indeling,
        regio.regio_soort,
        regio.regio_code,
        opvolgers.jaar,
        opvolgers.oude_code as gm_code,
        sum(opvolgers.aandeel order by opvolgers.nieuwe_code) as aandeel,
        -- A split inside one region does not touch that region: the whole part goes into it.
        count(*) < any_value(opvolgers.aantal) as gesplitst
    from opvolgers
    inner join {{ ref('int_regio_actueel') }} as regio on opvolgers.nieuwe_code = regio.gm_code
    group by regio.regio_soort, regio.regio_code, opvolgers.jaar, opvolgers.oude_code
),

samen as (
    select * from gemeenten
    union all by name
    select * from regios_origineel
    union all by name
    select * from regios_actueel
)

select
    indeling,
    regio_soort,
    regio_code,
    jaar,
    gm_code,
    aandeel,
    gesplitst
from samen
