-- Figures that CBS publishes of a region itself, beside the sum of the municipalities that lay in it that year.
with leden as (
    select
        lid.regio_code,
        lid.jaar,
        cijfer.indicator_id,
        count(*) as leden,
        count(cijfer.waarde) as leden_met_cijfer
    from {{ ref('int_regio_lid') }} as lid
    inner join {{ ref('int_basis_gemeente') }} as cijfer on lid.gm_code = cijfer.regio_code and lid.jaar = cijfer.jaar
    where lid.is_volledig
    group by lid.regio_code, lid.jaar, cijfer.indicator_id
),

samen as (
    select
        eigen.indicator_id,
        eigen.regio_soort,
        eigen.regio_code,
        eigen.jaar,
        eigen.waarde as regiocijfer,
        eigen.tabel_id,
        regio.lidmaatschap_bron,
        leden.leden,
        leden.leden_met_cijfer,
        -- Where a member lacks there is no sum: the region less the known members would give a secret figure away.
        som.waarde as som,
        case
            when leden.leden is null then 'regio_onvolledig'
            when som.waarde is null then 'deel_ontbreekt'
        end as reden_ontbreekt,
        afronding.eenheid * (leden.leden + 1) / 2 as afrondingsmarge
    from {{ ref('int_regiocijfer') }} as eigen
    inner join {{ ref('indicator') }} as indicator on eigen.indicator_id = indicator.indicator_id
    left join leden
        on
            eigen.indicator_id = leden.indicator_id
            and eigen.regio_code = leden.regio_code
            and eigen.jaar = leden.jaar
    left join {{ ref('int_regio_jaar') }} as regio
        on
            eigen.regio_code = regio.regio_code
            and eigen.jaar = regio.jaar
            and eigen.indeling = regio.indeling
    left join {{ ref('int_basis_som') }} as som
        on
            eigen.indicator_id = som.indicator_id
            and eigen.regio_code = som.regio_code
            and eigen.jaar = som.jaar
            and eigen.indeling = som.indeling
    left join {{ ref('afronding') }} as afronding on eigen.indicator_id = afronding.indicator_id
    where eigen.indeling = 'origineel' and indicator.soort = 'telling' and indicator.publiek
)

select
    indicator_id,
    regio_soort,
    regio_code,
    jaar,
    regiocijfer,
    tabel_id,
    lidmaatschap_bron,
    cast(leden_met_cijfer as smallint) as leden_met_cijfer,
    cast(leden as smallint) as leden,
    som as som_gemeenten,
    som - regiocijfer as verschil,
    100 * (som - regiocijfer) / nullif(regiocijfer, 0) as verschil_pct,
    reden_ontbreekt,
    afrondingsmarge,
    abs(som - regiocijfer) <= afrondingsmarge as binnen_afronding
from samen
order by indicator_id, regio_soort, regio_code, jaar
