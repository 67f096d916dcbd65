-- Every municipality since 2010 with the dates between which it exists.
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
    case when jaren.eerste_jaar > lijst.eerste then make_date(jaren.eerste_jaar, 1, 1) end as geldig_van,
    case
        when jaren.laatste_jaar < lijst.laatste then coalesce(opheffingen.datum, make_date(jaren.laatste_jaar + 1, 1, 1))
    end as geldig_tot
from jaren
cross join lijst
left join opheffingen on jaren.gm_code = opheffingen.oude_code
order by jaren.gm_code
