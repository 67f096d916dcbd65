-- What became of each correction: applied to the one cell that still is as it was published then, or why not.
with gezocht as (
    select
        tabel_id,
        trim(regio) as regio_code,
        jaar,
        maat,
        coalesce(trim(uitsplitsing), '') as onderdeel,
        coalesce(trim(gepubliceerd), '') as gepubliceerd,
        trim(juist) as juist,
        verwijzing,
        datum,
        toelichting
    from {{ ref('correcties') }}
),

gevonden as (
    select
        gezocht.*,
        cel.dataset,
        cel.rij_id,
        coalesce(cel.symbool, printf('%.10g', cel.waarde)) as nu_gepubliceerd,
        cel.rij_id is not null
        and (
            coalesce(cel.symbool = gezocht.gepubliceerd, false)
            or coalesce(cel.waarde = try_cast(gezocht.gepubliceerd as double), false)
        ) as is_gelijk
    from gezocht
    left join {{ ref('stg_cel') }} as cel
        on
            gezocht.tabel_id = cel.tabel_id
            and gezocht.regio_code = cel.regio_code
            and gezocht.jaar = cel.jaar
            and gezocht.maat = cel.maat
            and gezocht.onderdeel = cel.onderdeel
),

beoordeeld as (
    select
        tabel_id,
        regio_code,
        jaar,
        maat,
        onderdeel,
        gepubliceerd,
        juist,
        verwijzing,
        datum,
        toelichting,
        string_agg(distinct nu_gepubliceerd, '; ' order by nu_gepubliceerd) as nu_gepubliceerd,
        case
            when count(rij_id) = 0 then 'onvindbaar'
            when count(*) filter (where is_gelijk) = 1 then 'toegepast'
            when count(*) filter (where is_gelijk) = 0 then 'vervallen'
            else 'meerduidig'
        end as oordeel,
        any_value(dataset) as dataset,
        max(rij_id) filter (where is_gelijk) as gelijke_rij_id
    from gevonden
    group by all
)

select
    tabel_id,
    regio_code,
    jaar,
    maat,
    onderdeel,
    gepubliceerd,
    juist,
    nu_gepubliceerd,
    oordeel,
    verwijzing,
    datum,
    toelichting,
    dataset,
    case when oordeel = 'toegepast' then gelijke_rij_id end as rij_id,
    try_cast(juist as double) as juiste_waarde,
    case when try_cast(juist as double) is null then juist end as juiste_reden
from beoordeeld
