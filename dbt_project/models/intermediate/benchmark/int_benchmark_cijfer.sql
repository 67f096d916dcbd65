-- Every figure of a municipality of the target division that is compared, or the reason why it is not.
with samengesteld as (
    -- Of how many municipalities of the year it is made up: each of them was rounded by CBS on its own.
    select
        jaar,
        nieuwe_code,
        count(*) as aantal
    from {{ ref('int_opvolger') }}
    group by jaar, nieuwe_code
),

cijfers as (
    select
        cijfer.indicator_id,
        cijfer.regio_code as gm_code,
        cijfer.jaar,
        cijfer.waarde,
        cijfer.teller,
        cijfer.noemer,
        -- The count and the denominator behind the figure: its own, or those behind a published percentage where they are known.
        coalesce(cijfer.teller, percentage.telling) as telling,
        coalesce(cijfer.noemer, percentage.noemer) as telling_noemer,
        cijfer.twijfel,
        coalesce(cijfer.reden_ontbreekt, case when cijfer.twijfel then 'twijfel' end) as reden,
        samengesteld.aantal as delen
    from {{ ref('int_cijfer') }} as cijfer
    semi join {{ ref('int_benchmark_indicator') }} as indicator on cijfer.indicator_id = indicator.indicator_id
    left join samengesteld on cijfer.regio_code = samengesteld.nieuwe_code and cijfer.jaar = samengesteld.jaar
    left join {{ ref('int_percentage_telling') }} as percentage
        on
            cijfer.indicator_id = percentage.indicator_id
            and cijfer.regio_code = percentage.regio_code
            and cijfer.jaar = percentage.jaar
            and cijfer.indeling = percentage.indeling
    where cijfer.indeling = 'actueel' and cijfer.regio_soort = 'gemeente'
),

geteld as (
    select
        *,
        count(*) filter (reden is null) over (partition by indicator_id, jaar) as aantal
    from cijfers
)

select
    indicator_id,
    gm_code,
    jaar,
    waarde,
    teller,
    noemer,
    telling,
    telling_noemer,
    twijfel,
    delen,
    coalesce(
        reden,
        case when aantal < {{ parameter('benchmark_minimum_leden') }} then 'te_weinig_gemeenten' end
    ) as reden_geen_vergelijking
from geteld
