-- Which count the chance variation of a figure depends on, and how that count (or, without one, the figure itself) is rounded.
select
    indicator.indicator_id,
    ruis.telling_uit,
    afronding.eenheid,
    coalesce(indicator.formule = 'afwijking', false) as is_afwijking
from {{ ref('indicator') }} as indicator
inner join {{ ref('indicator_ruis') }} as ruis on indicator.indicator_id = ruis.indicator_id
left join {{ ref('afronding') }} as afronding
    on
        afronding.indicator_id = case ruis.telling_uit
            when 'teller' then indicator.teller
            when 'noemer' then indicator.noemer
            else indicator.indicator_id
        end
