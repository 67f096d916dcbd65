-- Jeugdregio and arbeidsmarktregio of every municipality of every year side by side, each with what is known of it.
with soorten (regio_soort) as (values ('jeugdregio'), ('arbeidsmarktregio')),

jaren as (
    select
        min(jaar) as eerste,
        max(jaar) as laatste
    from {{ ref('stg_gebied_status') }}
),

gemeenten as (
    select
        gemeente.gm_code,
        gemeente.jaar
    from {{ ref('int_gemeente_jaar') }} as gemeente
    inner join jaren on gemeente.jaar between jaren.eerste and jaren.laatste
),

-- A full list with a source of its own (seed regio_leden) goes before what the cell says; a code by which CBS says that
-- there is no region is no membership.
leden as (
    select lid.*
    from {{ ref('int_regio_lid') }} as lid
    left join {{ ref('stg_gebied_status') }} as cel
        on
            lid.gm_code = cel.gm_code
            and lid.jaar = cel.jaar
            and lid.regio_soort = cel.regio_soort
            and lid.regio_code = cel.regio_code
    where coalesce(cel.status, 'bekend') = 'bekend'
),

statussen as (
    select
        gemeenten.gm_code,
        gemeenten.jaar,
        soorten.regio_soort,
        lid.regio_code,
        lid.herkomst,
        -- Whom CBS places in a region that has a full list without it lies in no region that is known.
        case when lid.regio_code is not null then 'bekend' when cel.status = 'wit' then 'wit' else 'onbekend' end as status,
        coalesce(lid.is_volledig, false) as is_volledig
    from gemeenten
    cross join soorten
    left join leden as lid
        on
            gemeenten.gm_code = lid.gm_code
            and gemeenten.jaar = lid.jaar
            and soorten.regio_soort = lid.regio_soort
    left join {{ ref('stg_gebied_status') }} as cel
        on
            gemeenten.gm_code = cel.gm_code
            and gemeenten.jaar = cel.jaar
            and soorten.regio_soort = cel.regio_soort
),

-- A municipality that has no region by statement of CBS can be in none of them: it leaves no region incomplete.
volledigheid as (
    select
        *,
        is_volledig
        or count(*) filter (status = 'onbekend') over (partition by regio_soort, jaar) = 0 as heeft_alle_leden
    from statussen
)

select
    jeugd.gm_code,
    jeugd.jaar,
    inwoners.waarde as inwoners,
    jeugd.regio_code as jeugdregio_code,
    jeugd.status as jeugdregio_status,
    jeugd.herkomst as jeugdregio_herkomst,
    case when jeugd.status = 'bekend' then jeugd.heeft_alle_leden end as jeugdregio_volledig,
    arbeid.regio_code as arbeidsmarktregio_code,
    arbeid.status as arbeidsmarktregio_status,
    arbeid.herkomst as arbeidsmarktregio_herkomst,
    case when arbeid.status = 'bekend' then arbeid.heeft_alle_leden end as arbeidsmarktregio_volledig
from volledigheid as jeugd
inner join volledigheid as arbeid
    on
        jeugd.gm_code = arbeid.gm_code
        and jeugd.jaar = arbeid.jaar
        and arbeid.regio_soort = 'arbeidsmarktregio'
left join {{ ref('int_basis_gemeente') }} as inwoners
    on
        jeugd.gm_code = inwoners.regio_code
        and jeugd.jaar = inwoners.jaar
        and inwoners.indicator_id = 'inwoners'
where jeugd.regio_soort = 'jeugdregio'
