-- Every municipality since 2010 with its newest name and the dates between which it exists.
with jaren as (
    select
        gm_code,
        min(jaar) as eerste_jaar,
        max(jaar) as laatste_jaar,
        max_by(naam, jaar) as naam
    from {{ ref('int_gemeente_jaar') }}
    group by gm_code
),

opheffingen as (
    select
        oude_code,
        min(datum) as datum
    from {{ ref('herindelingen') }}
    group by oude_code
),

-- A municipality that is new in a list began on the day of the change that made it, not always 1 January.
oprichtingen as (
    select
        jaren.gm_code,
        min(wijziging.datum) as datum
    from jaren
    inner join {{ ref('herindelingen') }} as wijziging
        on
            jaren.gm_code = wijziging.nieuwe_code
            and wijziging.datum > make_date(jaren.eerste_jaar - 1, 1, 1)
            and wijziging.datum <= make_date(jaren.eerste_jaar, 1, 1)
    group by jaren.gm_code
),

lijst as (
    select
        min(jaar) as eerste,
        max(jaar) as laatste
    from {{ ref('int_gemeente_jaar') }}
)

select
    jaren.gm_code,
    jaren.naam,
    -- The list starts in 2010: a municipality of that year may be older.
    case
        when jaren.eerste_jaar > lijst.eerste then coalesce(oprichtingen.datum, make_date(jaren.eerste_jaar, 1, 1))
    end as geldig_van,
    case
        when jaren.laatste_jaar < lijst.laatste then coalesce(opheffingen.datum, make_date(jaren.laatste_jaar + 1, 1, 1))
    end as geldig_tot
from jaren
cross join lijst
left join oprichtingen on jaren.gm_code = oprichtingen.gm_code
left join opheffingen on jaren.gm_code = opheffingen.oude_code
