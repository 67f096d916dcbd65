-- Every public indicator says which count its chance variation depends on, and that count exists and says how it is rounded.
select
    indicator.indicator_id,
    ruis.telling_uit
from {{ ref('indicator') }} as indicator
left join {{ ref('int_ruis') }} as ruis on indicator.indicator_id = ruis.indicator_id
where
    indicator.publiek
    and (
        ruis.telling_uit is null
        or (ruis.telling_uit = 'waarde' and indicator.soort <> 'telling')
        or (ruis.telling_uit in ('teller', 'noemer') and indicator.soort <> 'verhouding')
        or (ruis.telling_uit not in ('geen', 'onbekend') and ruis.eenheid is null)
        -- Behind a published percentage there is a count, known or not.
        or (indicator.soort = 'gepubliceerd') <> (ruis.telling_uit in ('percentage', 'onbekend'))
        or (ruis.telling_uit = 'percentage' and ruis.eenheid_waarde is null)
    )
