-- Breaks per indicator: those of the seed, and for a computed ratio those of both its parts.
with delen as (
    select
        indicator_id,
        indicator_id as deel
    from {{ ref('indicator') }}
    union all
    select
        indicator_id,
        teller
    from {{ ref('indicator') }} where soort = 'verhouding'
    union all
    select
        indicator_id,
        noemer
    from {{ ref('indicator') }} where soort = 'verhouding'
)

select
    delen.indicator_id,
    breuk.jaar,
    breuk.soort,
    bool_or(breuk.blokkerend) as blokkerend,
    string_agg(distinct breuk.tekst, ' ' order by breuk.tekst) as tekst,
    string_agg(distinct breuk.bron, '; ' order by breuk.bron) as bron
from delen
inner join {{ ref('reeksbreuk') }} as breuk on delen.deel = breuk.indicator_id
group by delen.indicator_id, breuk.jaar, breuk.soort
