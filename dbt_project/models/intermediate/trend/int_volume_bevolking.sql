-- The population of each municipality of the newest division by which the use of youth care is measured: all inhabitants, and
-- those under 25 in the years of which ages are recorded.
with delen as (
    select
        opvolger.nieuwe_code as gm_code,
        opvolger.jaar,
        opvolger.gesplitst,
        meting.waarde
    from {{ ref('int_opvolger') }} as opvolger
    inner join {{ ref('stg_metingen') }} as meting
        on
            opvolger.oude_code = meting.regio_code
            and opvolger.jaar = meting.jaar
            and meting.regio_soort = 'gemeente'
            and meting.maat in ('inwoners_0_15', 'inwoners_15_25')
),

verwacht as (
    select
        nieuwe_code as gm_code,
        jaar,
        -- Two ages of every part.
        2 * count(*) as aantal
    from {{ ref('int_opvolger') }}
    group by nieuwe_code, jaar
),

jongeren as (
    select
        verwacht.gm_code,
        verwacht.jaar,
        'inwoners_0_25' as bevolking_soort,
        case
            when not bool_or(delen.gesplitst) and count(delen.waarde) = any_value(verwacht.aantal) then sum(delen.waarde)
        end as bevolking,
        case
            when bool_or(delen.gesplitst) then 'gesplitst'
            when count(delen.waarde) < any_value(verwacht.aantal) then 'deel_ontbreekt'
        end as reden_ontbreekt
    from verwacht
    inner join delen on verwacht.gm_code = delen.gm_code and verwacht.jaar = delen.jaar
    group by verwacht.gm_code, verwacht.jaar
),

inwoners as (
    select
        regio_code as gm_code,
        jaar,
        'inwoners' as bevolking_soort,
        waarde as bevolking,
        reden_ontbreekt
    from {{ ref('int_cijfer') }}
    where indicator_id = 'inwoners' and regio_soort = 'gemeente' and indeling = 'actueel'
),

samen as (
    select * from inwoners
    union all by name
    select * from jongeren
)

select
    gm_code,
    jaar,
    bevolking_soort,
    bevolking,
    reden_ontbreekt
from samen
