-- Breaks per indicator: those of the base indicator, and for a computed ratio those of both its parts.
select
    delen.indicator_id,
    breuk.jaar,
    breuk.soort,
    bool_or(breuk.blokkerend) as blokkerend,
    string_agg(distinct breuk.tekst, ' ' order by breuk.tekst) as tekst,
    string_agg(distinct breuk.bron, '; ' order by breuk.bron) as bron
from {{ ref('int_onderdeel') }} as delen
inner join {{ ref('int_basis_breuk') }} as breuk on delen.deel = breuk.indicator_id
group by delen.indicator_id, breuk.jaar, breuk.soort
