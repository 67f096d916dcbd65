-- The pairs of consecutive years over which the volume of youth care is decomposed: both have figures, and the only blocking
-- breaks between them are those that the seed allows to be shown with a flag.
with jaren as (
    select distinct
        indicator_id,
        jaar
    from {{ ref('int_cijfer') }}
    where
        regio_soort = 'gemeente'
        and indeling = 'actueel'
        and waarde is not null
        -- Young people with youth care, all and by age; by household there is no population that they are a part of.
        and regexp_full_match(indicator_id, 'jeugdzorg_jongeren(_[0-9]+_[0-9]+)?')
),

paren as (
    select
        tot.indicator_id,
        van.jaar as jaar_van,
        tot.jaar as jaar_tot
    from jaren as tot
    inner join jaren as van on tot.indicator_id = van.indicator_id and tot.jaar - 1 = van.jaar
)

select
    paren.indicator_id,
    paren.jaar_van,
    paren.jaar_tot,
    count(breuk.jaar) > 0 as over_breuk,
    string_agg(breuk.tekst, ' ' order by breuk.jaar, breuk.soort) as breuk_tekst
from paren
left join {{ ref('int_reeksbreuk') }} as breuk
    on
        paren.indicator_id = breuk.indicator_id
        and breuk.blokkerend
        and paren.jaar_van < breuk.jaar
        and paren.jaar_tot >= breuk.jaar
left join {{ ref('volume_breuk') }} as toegestaan on breuk.jaar = toegestaan.jaar and breuk.soort = toegestaan.soort
group by paren.indicator_id, paren.jaar_van, paren.jaar_tot
having count(breuk.jaar) = count(toegestaan.jaar)
