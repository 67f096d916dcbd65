-- National counts that CBS publishes itself, beside the sum of the municipalities of that year.
with gemeenten as (
    select
        indicator_id,
        jaar,
        count(*) as leden,
        count(waarde) as leden_met_cijfer,
        sum(waarde order by regio_code) as som
    from {{ ref('int_basis_gemeente') }}
    group by indicator_id, jaar
),

samen as (
    select
        land.indicator_id,
        land.jaar,
        land.waarde as landcijfer,
        gemeenten.leden_met_cijfer,
        gemeenten.leden,
        gemeenten.leden = gemeenten.leden_met_cijfer as is_volledig,
        -- With only one or two missing, the share of the others would give a secret figure away.
        gemeenten.leden - gemeenten.leden_met_cijfer >= {{ parameter('geheim_minimum_ontbrekend') }} as is_onherleidbaar,
        gemeenten.som,
        afronding.eenheid * (gemeenten.leden + 1) / 2 as afrondingsmarge,
        toelichting.is_som,
        toelichting.toelichting
    from {{ ref('int_basis_land') }} as land
    inner join {{ ref('indicator') }} as indicator on land.indicator_id = indicator.indicator_id
    inner join {{ ref('int_leider') }} as leider
        on
            land.indicator_id = leider.indicator_id
            and land.jaar = leider.jaar
            and leider.niveau = 'land'
            and leider.wijze = 'cel'
    inner join gemeenten on land.indicator_id = gemeenten.indicator_id and land.jaar = gemeenten.jaar
    left join {{ ref('afronding') }} as afronding on land.indicator_id = afronding.indicator_id
    left join {{ ref('landcijfer') }} as toelichting on land.indicator_id = toelichting.indicator_id
    -- Where no municipality has a figure there is nothing to hold the national one against.
    where indicator.soort = 'telling' and indicator.publiek and land.waarde is not null and gemeenten.leden_met_cijfer > 0
)

select
    indicator_id,
    jaar,
    landcijfer,
    is_som as land_is_som,
    cast(leden_met_cijfer as smallint) as leden_met_cijfer,
    cast(leden as smallint) as leden,
    case when is_volledig then som end as som_gemeenten,
    case when is_volledig then som - landcijfer end as verschil,
    case when is_volledig then 100 * (som - landcijfer) / landcijfer end as verschil_pct,
    case when not is_volledig then 'deel_ontbreekt' end as reden_ontbreekt,
    case when is_volledig or is_onherleidbaar then round(100 * som / landcijfer, 1) end as som_pct_van_landcijfer,
    case when not (is_volledig or is_onherleidbaar) then 'te_weinig_ontbrekend' end as reden_pct_ontbreekt,
    afrondingsmarge,
    case when is_volledig and is_som then abs(som - landcijfer) <= afrondingsmarge end as binnen_afronding,
    toelichting
from samen
order by indicator_id, jaar
