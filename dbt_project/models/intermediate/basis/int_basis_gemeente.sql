-- Base figures of municipalities in the division of the year itself: exactly one row per municipality of the official list.
-- A published row of a municipality that did not exist that year is dropped here (and counted in int_buiten_lijst).
select
    basis.indicator_id,
    gemeente.gm_code as regio_code,
    basis.jaar,
    cijfers.waarde,
    case
        when cijfers.waarde is not null then null
        when cijfers.reden_ontbreekt is not null then cijfers.reden_ontbreekt
        -- That there is no row says nothing about CBS where its table could not be read.
        when not leider.is_begrepen then 'niet_begrepen'
        -- Nor where a copy of the table lacks the row, or the table that has it is not in the recording.
        when opname.is_opname then 'niet_opgenomen'
        else 'niet_gepubliceerd'
    end as reden_ontbreekt,
    coalesce(cijfers.status, 'onbekend') as status,
    cijfers.tabel_id,
    -- An amount of 0 can mean that nothing was delivered, a negative amount is a correction of other years.
    (indicator.nul_is_twijfel and coalesce(cijfers.waarde <= 0, false))
    or uitschieter.indicator_id is not null
    or stand.indicator_id is not null
    or registratie.indicator_id is not null as twijfel
from {{ ref('int_basis_jaar') }} as basis
inner join {{ ref('indicator') }} as indicator on basis.indicator_id = indicator.indicator_id
inner join {{ ref('int_gemeente_jaar') }} as gemeente on basis.jaar = gemeente.jaar
left join {{ ref('int_leider') }} as leider
    on
        basis.indicator_id = leider.indicator_id
        and basis.jaar = leider.jaar
        and leider.niveau = 'gemeente'
left join {{ ref('int_opname') }} as opname
    on
        basis.indicator_id = opname.indicator_id
        and basis.jaar = opname.jaar
        and opname.niveau = 'gemeente'
left join {{ ref('int_gemeten') }} as cijfers
    on
        basis.indicator_id = cijfers.indicator_id
        and basis.jaar = cijfers.jaar
        and gemeente.gm_code = cijfers.regio_code
        and cijfers.regio_soort = 'gemeente'
left join {{ ref('int_uitschieter') }} as uitschieter
    on
        basis.indicator_id = uitschieter.indicator_id
        and basis.jaar = uitschieter.jaar
        and gemeente.gm_code = uitschieter.regio_code
left join {{ ref('int_verschillende_stand') }} as stand
    on
        basis.indicator_id = stand.indicator_id
        and basis.jaar = stand.jaar
        and gemeente.gm_code = stand.regio_code
left join {{ ref('int_registratieverschil') }} as registratie
    on
        basis.indicator_id = registratie.indicator_id
        and basis.jaar = registratie.jaar
        and gemeente.gm_code = registratie.regio_code
