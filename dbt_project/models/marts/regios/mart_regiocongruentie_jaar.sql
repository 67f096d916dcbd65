-- Congruence over all municipalities of a year, with what is not known counted beside it.
with gemeenten as (
    select
        jaar,
        count(*) as gemeenten,
        count(overlap) as beide_bekend,
        count(*) filter (jeugdregio_status = 'onbekend') as jeugdregio_onbekend,
        count(*) filter (jeugdregio_status = 'wit') as jeugdregio_wit,
        count(*) filter (arbeidsmarktregio_status = 'onbekend') as arbeidsmarktregio_onbekend,
        count(*) filter (arbeidsmarktregio_status = 'wit') as arbeidsmarktregio_wit,
        count(*) filter (jeugdregio_binnen_arbeidsmarktregio) as jeugdregio_binnen_arbeidsmarktregio,
        count(*) filter (arbeidsmarktregio_binnen_jeugdregio) as arbeidsmarktregio_binnen_jeugdregio,
        count(*) filter (gelijk) as gelijk,
        sum(overlap order by gm_code) as overlap_som,
        median(overlap) as overlap_mediaan,
        bool_or(onvolledig) as onvolledig
    from {{ ref('mart_regiocongruentie') }}
    group by jaar
),

regios as (
    select distinct
        jaar,
        'jeugdregio' as regio_soort,
        jeugdregio_code as regio_code,
        jeugdregio_vanaf_100000 as vanaf_minimum
    from {{ ref('mart_regiocongruentie') }}
    where jeugdregio_code is not null
    union all
    select distinct
        jaar,
        'arbeidsmarktregio' as regio_soort,
        arbeidsmarktregio_code as regio_code,
        arbeidsmarktregio_vanaf_100000 as vanaf_minimum
    from {{ ref('mart_regiocongruentie') }}
    where arbeidsmarktregio_code is not null
),

omvang as (
    select
        jaar,
        regio_soort,
        count(*) as regios,
        count(*) filter (vanaf_minimum) as vanaf,
        count(*) filter (not vanaf_minimum) as onder,
        count(*) filter (vanaf_minimum is null) as onbekend
    from regios
    group by jaar, regio_soort
)

select
    gemeenten.jaar,
    cast(gemeenten.gemeenten as smallint) as gemeenten,
    cast(gemeenten.beide_bekend as smallint) as beide_bekend,
    cast(gemeenten.jeugdregio_onbekend as smallint) as jeugdregio_onbekend,
    cast(gemeenten.jeugdregio_wit as smallint) as jeugdregio_wit,
    cast(gemeenten.arbeidsmarktregio_onbekend as smallint) as arbeidsmarktregio_onbekend,
    cast(gemeenten.arbeidsmarktregio_wit as smallint) as arbeidsmarktregio_wit,
    cast(gemeenten.jeugdregio_binnen_arbeidsmarktregio as smallint) as jeugdregio_binnen_arbeidsmarktregio,
    100 * gemeenten.jeugdregio_binnen_arbeidsmarktregio
    / nullif(gemeenten.beide_bekend, 0) as jeugdregio_binnen_arbeidsmarktregio_pct,
    cast(gemeenten.arbeidsmarktregio_binnen_jeugdregio as smallint) as arbeidsmarktregio_binnen_jeugdregio,
    100 * gemeenten.arbeidsmarktregio_binnen_jeugdregio
    / nullif(gemeenten.beide_bekend, 0) as arbeidsmarktregio_binnen_jeugdregio_pct,
    cast(gemeenten.gelijk as smallint) as gelijk,
    100 * gemeenten.gelijk / nullif(gemeenten.beide_bekend, 0) as gelijk_pct,
    gemeenten.overlap_som / nullif(gemeenten.beide_bekend, 0) as overlap_gemiddeld,
    gemeenten.overlap_mediaan,
    case when gemeenten.beide_bekend = 0 then 'geen_gemeente_met_beide_bekend' end as reden_ontbreekt,
    gemeenten.onvolledig,
    cast(coalesce(jeugd.regios, 0) as smallint) as jeugdregios,
    cast(coalesce(jeugd.vanaf, 0) as smallint) as jeugdregios_vanaf_100000,
    cast(coalesce(jeugd.onder, 0) as smallint) as jeugdregios_onder_100000,
    cast(coalesce(jeugd.onbekend, 0) as smallint) as jeugdregios_omvang_onbekend,
    cast(coalesce(arbeid.regios, 0) as smallint) as arbeidsmarktregios,
    cast(coalesce(arbeid.vanaf, 0) as smallint) as arbeidsmarktregios_vanaf_100000,
    cast(coalesce(arbeid.onder, 0) as smallint) as arbeidsmarktregios_onder_100000,
    cast(coalesce(arbeid.onbekend, 0) as smallint) as arbeidsmarktregios_omvang_onbekend
from gemeenten
left join omvang as jeugd on gemeenten.jaar = jeugd.jaar and jeugd.regio_soort = 'jeugdregio'
left join omvang as arbeid on gemeenten.jaar = arbeid.jaar and arbeid.regio_soort = 'arbeidsmarktregio'
order by gemeenten.jaar
