-- How far the jeugdregio and the arbeidsmarktregio of a municipality consist of the same municipalities, per year.
-- Compared are municipalities of which both memberships are known: an unknown one is neither common nor different.
with naast as (
    select
        *,
        jeugdregio_status <> 'onbekend' and arbeidsmarktregio_status <> 'onbekend' as is_vergelijkbaar
    from {{ ref('int_regio_naast') }}
),

jeugdregios as (
    select
        jaar,
        jeugdregio_code,
        count(*) as leden,
        count(*) filter (is_vergelijkbaar) as leden_vergeleken,
        -- A region of which a member's inhabitants are not known has no number of inhabitants.
        case when count(inwoners) = count(*) then sum(inwoners order by gm_code) end as inwoners
    from naast
    where jeugdregio_code is not null
    group by jaar, jeugdregio_code
),

arbeidsmarktregios as (
    select
        jaar,
        arbeidsmarktregio_code,
        count(*) as leden,
        count(*) filter (is_vergelijkbaar) as leden_vergeleken,
        case when count(inwoners) = count(*) then sum(inwoners order by gm_code) end as inwoners
    from naast
    where arbeidsmarktregio_code is not null
    group by jaar, arbeidsmarktregio_code
),

gemeenschappelijk as (
    select
        jaar,
        jeugdregio_code,
        arbeidsmarktregio_code,
        count(*) as leden
    from naast
    where jeugdregio_code is not null and arbeidsmarktregio_code is not null
    group by jaar, jeugdregio_code, arbeidsmarktregio_code
),

samen as (
    select
        naast.*,
        gemeente.naam,
        coalesce(jeugdnaam.naam, jeugd_nieuwste.naam) as jeugdregio_naam,
        coalesce(arbeidsnaam.naam, arbeid_nieuwste.naam) as arbeidsmarktregio_naam,
        jeugd.leden as leden_jeugdregio,
        arbeid.leden as leden_arbeidsmarktregio,
        paar.leden as leden_gemeenschappelijk,
        jeugd.leden_vergeleken + arbeid.leden_vergeleken - paar.leden as leden_vergeleken,
        jeugd.leden_vergeleken as jeugd_vergeleken,
        arbeid.leden_vergeleken as arbeid_vergeleken,
        jeugd.inwoners as inwoners_jeugdregio,
        arbeid.inwoners as inwoners_arbeidsmarktregio
    from naast
    inner join {{ ref('int_gemeente_jaar') }} as gemeente on naast.gm_code = gemeente.gm_code and naast.jaar = gemeente.jaar
    left join jeugdregios as jeugd on naast.jaar = jeugd.jaar and naast.jeugdregio_code = jeugd.jeugdregio_code
    left join arbeidsmarktregios as arbeid
        on naast.jaar = arbeid.jaar and naast.arbeidsmarktregio_code = arbeid.arbeidsmarktregio_code
    left join gemeenschappelijk as paar
        on
            naast.jaar = paar.jaar
            and naast.jeugdregio_code = paar.jeugdregio_code
            and naast.arbeidsmarktregio_code = paar.arbeidsmarktregio_code
    -- The name of a region in the year itself: CBS has used one code for different regions.
    left join {{ ref('int_regio_naam') }} as jeugdnaam
        on
            jeugdnaam.regio_soort = 'jeugdregio'
            and naast.jeugdregio_code = jeugdnaam.regio_code
            and naast.jaar = jeugdnaam.jaar
    left join {{ ref('int_regio_naam') }} as arbeidsnaam
        on
            arbeidsnaam.regio_soort = 'arbeidsmarktregio'
            and naast.arbeidsmarktregio_code = arbeidsnaam.regio_code
            and naast.jaar = arbeidsnaam.jaar
    left join {{ ref('dim_regio') }} as jeugd_nieuwste
        on jeugd_nieuwste.regio_soort = 'jeugdregio' and naast.jeugdregio_code = jeugd_nieuwste.regio_code
    left join {{ ref('dim_regio') }} as arbeid_nieuwste
        on arbeid_nieuwste.regio_soort = 'arbeidsmarktregio' and naast.arbeidsmarktregio_code = arbeid_nieuwste.regio_code
)

select
    gm_code,
    naam,
    jaar,
    jeugdregio_code,
    jeugdregio_naam,
    jeugdregio_status,
    jeugdregio_herkomst,
    arbeidsmarktregio_code,
    arbeidsmarktregio_naam,
    arbeidsmarktregio_status,
    arbeidsmarktregio_herkomst,
    cast(leden_jeugdregio as smallint) as leden_jeugdregio,
    cast(leden_arbeidsmarktregio as smallint) as leden_arbeidsmarktregio,
    cast(leden_gemeenschappelijk as smallint) as leden_gemeenschappelijk,
    cast(leden_vergeleken as smallint) as leden_vergeleken,
    cast(leden_jeugdregio + leden_arbeidsmarktregio - leden_gemeenschappelijk - leden_vergeleken as smallint) as leden_onbeslist,
    leden_gemeenschappelijk / leden_vergeleken as overlap,
    jeugd_vergeleken = leden_gemeenschappelijk as jeugdregio_binnen_arbeidsmarktregio,
    arbeid_vergeleken = leden_gemeenschappelijk as arbeidsmarktregio_binnen_jeugdregio,
    leden_vergeleken = leden_gemeenschappelijk as gelijk,
    -- Which of the two is missing; the jeugdregio first where both are.
    case
        when jeugdregio_status <> 'bekend' then 'jeugdregio_' || jeugdregio_status
        when arbeidsmarktregio_status <> 'bekend' then 'arbeidsmarktregio_' || arbeidsmarktregio_status
    end as reden_ontbreekt,
    jeugdregio_volledig,
    arbeidsmarktregio_volledig,
    coalesce(not jeugdregio_volledig, jeugdregio_status = 'onbekend')
    or coalesce(not arbeidsmarktregio_volledig, arbeidsmarktregio_status = 'onbekend') as onvolledig,
    cast(inwoners_jeugdregio as integer) as inwoners_jeugdregio,
    cast(inwoners_arbeidsmarktregio as integer) as inwoners_arbeidsmarktregio,
    -- Members that are not known can only add to it: below the minimum nothing is certain then.
    case
        when inwoners_jeugdregio >= {{ parameter('congruentie_minimum_inwoners') }} then true
        when jeugdregio_volledig and inwoners_jeugdregio is not null then false
    end as jeugdregio_vanaf_100000,
    case
        when inwoners_arbeidsmarktregio >= {{ parameter('congruentie_minimum_inwoners') }} then true
        when arbeidsmarktregio_volledig and inwoners_arbeidsmarktregio is not null then false
    end as arbeidsmarktregio_vanaf_100000
from samen
order by gm_code, jaar
