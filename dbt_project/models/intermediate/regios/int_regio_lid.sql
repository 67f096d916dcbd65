-- Which municipalities make up which region in a year, who says so, and whether that membership is complete.
-- What CBS says of a municipality goes before what was derived (seed `regio_leden`, afgeleid); a full member list with a source
-- of its own (opgegeven) goes before CBS. Grootteklasse is derived from inhabitants.
with seed as (
    select
        leden.regio_soort,
        leden.regio_code,
        gemeente.gm_code,
        gemeente.jaar,
        leden.herkomst,
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
        'cbs' as herkomst,
        'CBS ' || gebied.tabel_id as bron
    from {{ ref('stg_gebieden') }} as gebied
    semi join {{ ref('int_gemeente_jaar') }} as gemeente
        on gebied.gm_code = gemeente.gm_code and gebied.jaar = gemeente.jaar
),

-- By statement of CBS these lie in no region of the kind: nothing that was derived may put them in one.
wit as (
    select
        regio_soort,
        gm_code,
        jaar
    from {{ ref('stg_gebied_status') }}
    where status = 'wit'
),

grootteklassen as (
    select
        'grootteklasse' as regio_soort,
        klasse.regio_code,
        inwoners.regio_code as gm_code,
        inwoners.jaar,
        'afgeleid' as herkomst,
        'Afgeleid van inwoners (CBS ' || inwoners.tabel_id || ')' as bron
    from {{ ref('int_basis_gemeente') }} as inwoners
    inner join {{ ref('grootteklasse') }} as klasse
        on inwoners.waarde >= klasse.vanaf and inwoners.waarde <= coalesce(klasse.tot, inwoners.waarde)
    where inwoners.indicator_id = 'inwoners'
),

kandidaten as (
    select
        *,
        case herkomst when 'opgegeven' then 1 else 3 end as voorrang
    from seed
    anti join wit
        on
            seed.herkomst = 'afgeleid'
            and seed.regio_soort = wit.regio_soort
            and seed.gm_code = wit.gm_code
            and seed.jaar = wit.jaar
    union all by name
    select
        *,
        2 as voorrang
    from gebieden
    union all by name
    select
        *,
        1 as voorrang
    from grootteklassen
),

-- A full list names every member of its region: whoever others place there too lies in it by no source that counts.
volledige_lijsten as (
    select distinct
        regio_soort,
        regio_code,
        jaar
    from seed
    where herkomst = 'opgegeven'
),

leden as (
    select kandidaten.*
    from kandidaten
    left join volledige_lijsten as lijst
        on
            kandidaten.regio_soort = lijst.regio_soort
            and kandidaten.regio_code = lijst.regio_code
            and kandidaten.jaar = lijst.jaar
    where kandidaten.herkomst = 'opgegeven' or lijst.regio_code is null
    qualify voorrang = min(voorrang) over (partition by kandidaten.regio_soort, gm_code, kandidaten.jaar)
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
    leden.herkomst,
    leden.bron,
    -- One unknown membership may belong to any region of its kind: then none of them is known to be complete.
    count(*) over (partition by leden.regio_soort, leden.jaar) = aantallen.gemeenten as is_soort_volledig,
    count(*) over (partition by leden.regio_soort, leden.jaar) = aantallen.gemeenten
    or coalesce(
        bool_or(leden.herkomst = 'opgegeven') over (partition by leden.regio_soort, leden.regio_code, leden.jaar), false
    ) as is_volledig
from leden
inner join aantallen on leden.jaar = aantallen.jaar
