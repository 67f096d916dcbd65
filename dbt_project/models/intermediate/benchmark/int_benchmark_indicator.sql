-- Every indicator that municipalities are compared on: ratios, computed or published. An absolute count or amount is size, not
-- comparison. With the method of its funnel limits, and the variant of peers that leaves out the traits its domain is an outcome of.
with uitgesloten as (
    select
        domein,
        'zonder_' || string_agg(kenmerk_id, '_en_' order by kenmerk_id) as variant
    from {{ ref('kenmerk_uitsluiting') }}
    group by domein
)

select
    indicator.indicator_id,
    indicator.soort,
    -- A percentage that CBS publishes is a ratio times a hundred.
    coalesce(indicator.factor, 100) as factor,
    coalesce(uitgesloten.variant, 'alle_kenmerken') as variant,
    grens.methode,
    -- Amounts have no row: they are whole thousands of euros, which moves no comparison.
    coalesce(teller.eenheid, 0) as afronding_teller,
    coalesce(noemer.eenheid, 0) as afronding_noemer,
    -- A published percentage was rounded itself; a computed ratio only in its parts.
    case when indicator.soort = 'gepubliceerd' then waarde.eenheid else 0 end as afronding_waarde
from {{ ref('indicator') }} as indicator
left join uitgesloten on indicator.domein = uitgesloten.domein
left join {{ ref('indicator_grens') }} as grens on indicator.indicator_id = grens.indicator_id
left join {{ ref('percentage_telling') }} as paar on indicator.indicator_id = paar.indicator_id
left join {{ ref('afronding') }} as waarde on indicator.indicator_id = waarde.indicator_id
left join {{ ref('afronding') }} as teller on coalesce(indicator.teller, paar.telling) = teller.indicator_id
left join {{ ref('afronding') }} as noemer on indicator.noemer = noemer.indicator_id
where indicator.publiek and indicator.soort in ('verhouding', 'gepubliceerd')
