-- Who has provisions of more than one law, and how many: counts as published, and their share where count and total are known.
with breuken as (
    select
        replace(indicator_id, '_met_voorziening', '') as telling,
        jaar
    from {{ ref('reeksbreuk') }}
    where blokkerend and indicator_id in ('clienten_met_voorziening', 'huishoudens_met_voorziening')
),

-- The year before of which this figure is known: there is not a table for every year.
voorgangers as (
    select
        regio_code,
        telling,
        uitsplitsing,
        categorie,
        jaar,
        lag(jaar) over (partition by regio_code, telling, uitsplitsing, categorie order by jaar) as vorig_jaar
    from {{ ref('int_stapeling_cel') }}
    where waarde is not null
),

gebroken as (
    select distinct
        voorgangers.regio_code,
        voorgangers.telling,
        voorgangers.uitsplitsing,
        voorgangers.categorie,
        voorgangers.jaar
    from voorgangers
    inner join breuken
        on
            voorgangers.telling = breuken.telling
            and voorgangers.vorig_jaar < breuken.jaar
            and voorgangers.jaar >= breuken.jaar
)

select
    cel.regio_soort,
    cel.regio_code,
    coalesce(gemeente.naam, 'Nederland') as regio_naam,
    cel.jaar,
    cel.telling,
    cel.uitsplitsing,
    cel.categorie,
    cel.volgorde,
    cel.waarde,
    cel.totaal,
    case when cel.totaal > 0 then 100 * cel.waarde / cel.totaal end as aandeel_pct,
    cel.reden_ontbreekt,
    gebroken.jaar is not null as reeksbreuk,
    cel.status,
    cel.tabel_id
from {{ ref('int_stapeling_cel') }} as cel
left join gebroken
    on
        cel.regio_code = gebroken.regio_code
        and cel.telling = gebroken.telling
        and cel.uitsplitsing = gebroken.uitsplitsing
        and cel.categorie = gebroken.categorie
        and cel.jaar = gebroken.jaar
left join {{ ref('int_gemeente_jaar') }} as gemeente on cel.regio_code = gemeente.gm_code and cel.jaar = gemeente.jaar
order by cel.jaar, cel.regio_soort, cel.regio_code, cel.telling, cel.uitsplitsing, cel.volgorde
