-- Which count the chance variation of a figure depends on, and how that count is rounded. The count behind a percentage that CBS
-- publishes without its parts is an indicator of its own (percentage_telling).
with tellingen as (
    select
        indicator.indicator_id,
        ruis.telling_uit,
        case ruis.telling_uit
            when 'waarde' then indicator.indicator_id
            when 'teller' then indicator.teller
            when 'noemer' then indicator.noemer
            when 'percentage' then percentage.telling
        end as telling_id,
        percentage.bevolking as bevolking_id,
        coalesce(indicator.formule = 'afwijking', false) as is_afwijking
    from {{ ref('indicator') }} as indicator
    inner join {{ ref('indicator_ruis') }} as ruis on indicator.indicator_id = ruis.indicator_id
    left join {{ ref('percentage_telling') }} as percentage on indicator.indicator_id = percentage.indicator_id
)

select
    tellingen.indicator_id,
    tellingen.telling_uit,
    tellingen.telling_id,
    tellingen.bevolking_id,
    telling.eenheid,
    -- Only a published percentage is rounded itself; a ratio is computed and kept as it is.
    case when tellingen.telling_uit in ('percentage', 'onbekend') then waarde.eenheid end as eenheid_waarde,
    tellingen.is_afwijking
from tellingen
left join {{ ref('afronding') }} as telling on tellingen.telling_id = telling.indicator_id
left join {{ ref('afronding') }} as waarde on tellingen.indicator_id = waarde.indicator_id
