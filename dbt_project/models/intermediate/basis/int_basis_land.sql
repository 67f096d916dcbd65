-- Base figures of the country: by the indicator's own national leader, a published cell or the sum of all municipalities.
with sommen as (
    select
        leider.indicator_id,
        leider.jaar,
        case when count(*) = count(gemeente.waarde) then sum(gemeente.waarde) end as waarde,
        case
            when count(*) = count(gemeente.waarde) then null
            when bool_and(coalesce(gemeente.reden_ontbreekt, '') = 'niet_begrepen') then 'niet_begrepen'
            else 'deel_ontbreekt'
        end as reden_ontbreekt,
        {{ status_van_combinatie('gemeente.status') }} as status,
        min(gemeente.tabel_id) as tabel_id
    from {{ ref('int_leider') }} as leider
    inner join {{ ref('int_basis_gemeente') }} as gemeente
        on leider.indicator_id = gemeente.indicator_id and leider.jaar = gemeente.jaar
    -- A missing municipality whose figure lies in that of its successor is in the sum already.
    left join {{ ref('herindeling_uitzondering') }} as uitzondering
        on
            gemeente.indicator_id = uitzondering.indicator_id
            and gemeente.jaar = uitzondering.jaar
            and gemeente.regio_code = uitzondering.oude_code
            and gemeente.waarde is null
    where leider.niveau = 'land' and leider.wijze = 'som_gemeenten' and uitzondering.oude_code is null
    group by leider.indicator_id, leider.jaar
),

cijfers as (
    select
        indicator_id,
        jaar,
        waarde,
        reden_ontbreekt,
        status,
        tabel_id
    from {{ ref('int_gemeten') }}
    where regio_soort = 'land'
    union all by name
    select * from sommen
)

select
    basis.indicator_id,
    'NL' as regio_code,
    basis.jaar,
    cijfers.waarde,
    case
        when cijfers.waarde is not null then null
        when cijfers.reden_ontbreekt is not null then cijfers.reden_ontbreekt
        when not leider.is_begrepen then 'niet_begrepen'
        when opname.is_opname then 'niet_opgenomen'
        else 'niet_gepubliceerd'
    end as reden_ontbreekt,
    coalesce(cijfers.status, 'onbekend') as status,
    cijfers.tabel_id
from {{ ref('int_basis_jaar') }} as basis
left join {{ ref('int_leider') }} as leider
    on
        basis.indicator_id = leider.indicator_id
        and basis.jaar = leider.jaar
        and leider.niveau = 'land'
left join {{ ref('int_opname') }} as opname
    on
        basis.indicator_id = opname.indicator_id
        and basis.jaar = opname.jaar
        and opname.niveau = 'land'
left join cijfers on basis.indicator_id = cijfers.indicator_id and basis.jaar = cijfers.jaar
