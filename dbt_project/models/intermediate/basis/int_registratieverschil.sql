-- Counts of one type of help that a municipality most likely registers otherwise than others, or otherwise than a year before or
-- after, by the share of the type in all its clients. Marked by rule: what is behind a single one is not known here.
with paren as (
    select
        deel.indicator_id,
        deel.regio_code,
        deel.jaar,
        deel.waarde,
        deel.waarde / totaal.waarde as aandeel
    from {{ ref('registratie_type') }} as type
    inner join {{ ref('int_gemeten') }} as deel on type.indicator_id = deel.indicator_id
    -- Of one table: another one may count by another method.
    inner join {{ ref('int_gemeten') }} as totaal
        on
            type.totaal = totaal.indicator_id
            and deel.regio_soort = totaal.regio_soort
            and deel.regio_code = totaal.regio_code
            and deel.jaar = totaal.jaar
            and deel.tabel_id = totaal.tabel_id
    where deel.regio_soort = 'gemeente' and totaal.waarde > 0 and deel.waarde is not null
),

-- All clients of all municipalities that delivered, also those of which the type is secret: that is nearly nobody.
land as (
    select
        type.indicator_id,
        totaal.jaar,
        sum(deel.waarde) / sum(totaal.waarde) as aandeel
    from {{ ref('registratie_type') }} as type
    inner join {{ ref('int_gemeten') }} as totaal on type.totaal = totaal.indicator_id
    left join {{ ref('int_gemeten') }} as deel
        on
            type.indicator_id = deel.indicator_id
            and totaal.regio_soort = deel.regio_soort
            and totaal.regio_code = deel.regio_code
            and totaal.jaar = deel.jaar
            and totaal.tabel_id = deel.tabel_id
    where totaal.regio_soort = 'gemeente' and totaal.waarde is not null
    group by type.indicator_id, totaal.jaar
),

sprongen as (
    select
        nu.indicator_id,
        nu.regio_code,
        nu.jaar
    from paren as nu
    inner join paren as ervoor
        on nu.indicator_id = ervoor.indicator_id and nu.regio_code = ervoor.regio_code and nu.jaar = ervoor.jaar + 1
    -- Figures on both sides of a blocking break say nothing about each other.
    anti join {{ ref('int_basis_breuk') }} as breuk
        on nu.indicator_id = breuk.indicator_id and nu.jaar = breuk.jaar and breuk.blokkerend
    where
        greatest(nu.waarde, ervoor.waarde) >= {{ parameter('registratie_minimum') }}
        and greatest(nu.aandeel, ervoor.aandeel)
        >= {{ parameter('registratie_sprong_factor') }} * least(nu.aandeel, ervoor.aandeel)
),

gemerkt as (
    select
        paren.indicator_id,
        paren.regio_code,
        paren.jaar,
        1 as voorrang,
        'registratie_laag' as grond
    from paren
    inner join land on paren.indicator_id = land.indicator_id and paren.jaar = land.jaar
    where paren.aandeel * {{ parameter('registratie_laag_factor') }} < land.aandeel

    union all

    -- Which of the two years is the odd one can't be told, so that neither is compared.
    select
        indicator_id,
        regio_code,
        unnest([jaar, jaar - 1]) as jaar,
        2 as voorrang,
        'registratie_sprong' as grond
    from sprongen
)

select
    indicator_id,
    regio_code,
    cast(jaar as smallint) as jaar,
    arg_min(grond, voorrang) as grond
from gemerkt
group by indicator_id, regio_code, jaar
