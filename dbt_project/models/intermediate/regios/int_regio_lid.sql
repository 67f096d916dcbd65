-- Which municipalities make up which region in a year, and whether that membership is complete.
-- CBS says which; the seed `regio_leden` states full member lists that CBS does not give, and goes before CBS where it does.
-- Grootteklasse is derived from inhabitants.
with aanvulling as (
    select
        leden.regio_soort,
        leden.regio_code,
        gemeente.gm_code,
        gemeente.jaar,
        leden.bron
    from {{ ref('regio_leden') }} as leden
    inner join {{ ref('int_gemeente_jaar') }} as gemeente
        on leden.gm_code = gemeente.gm_code and gemeente.jaar between leden.vanaf and coalesce(leden.tot, gemeente.jaar)
),

gebieden as (
    select
        gebied.regio_soort,
        gebied.regio_code,
        gebied.gm_code,
        gebied.jaar,
        'CBS ' || gebied.tabel_id as bron
    from {{ ref('stg_gebieden') }} as gebied
    semi join {{ ref('int_gemeente_jaar') }} as gemeente
        on gebied.gm_code = gemeente.gm_code and gebied.jaar = gemeente.jaar
    anti join aanvulling
        on
            gebied.regio_soort = aanvulling.regio_soort
            and gebied.gm_code = aanvulling.gm_code
            and gebied.jaar = aanvulling.jaar
),

grootteklassen as (
    select
        'grootteklasse' as regio_soort,
        klasse.regio_code,
        inwoners.regio_code as gm_code,
        inwoners.jaar,
        'Afgeleid van inwoners (CBS ' || inwoners.tabel_id || ')' as bron
    from {{ ref('int_basis_gemeente') }} as inwoners
    inner join {{ ref('grootteklasse') }} as klasse
        on inwoners.waarde >= klasse.vanaf and inwoners.waarde <= coalesce(klasse.tot, inwoners.waarde)
    where inwoners.indicator_id = 'inwoners'
),

leden as (
    select * from gebieden
    union all by name
    select * from aanvulling
    union all by name
    select * from grootteklassen
),

aantallen as (
    select
        jaar,
        count(*) as gemeenten
    from {{ ref('int_gemeente_jaar') }}
    group by jaar
)

select
    leden.regio_soort,
    leden.regio_code,
    leden.gm_code,
    leden.jaar,
    leden.bron,
    -- One unknown membership may belong to any region of its kind: then none of them is known to be complete.
    count(*) over (partition by leden.regio_soort, leden.jaar) = aantallen.gemeenten as is_soort_volledig,
    count(*) over (partition by leden.regio_soort, leden.jaar) = aantallen.gemeenten
    or (leden.regio_soort, leden.regio_code, leden.jaar) in (select (regio_soort, regio_code, jaar) from aanvulling)
        as is_volledig
from leden
inner join aantallen on leden.jaar = aantallen.jaar
