-- How many young people with youth care a municipality would have if each of its ages used as much as that age does in the country:
-- indirect standardisation. Only of tables that have the national count of all four classes, in years with the population of each.
{%- set klassen = ['0_4', '4_12', '12_18', '18_23'] %}
with klassen (maat, bevolkingsmaat) as (
    values
    {%- for klasse in klassen %}
        ('jeugdzorg_jongeren_{{ klasse }}', 'inwoners_{{ klasse }}'){{ ',' if not loop.last }}
    {%- endfor %}
),

-- Of 1 January of the year that the care is of.
bevolking as (
    select
        regio_code,
        jaar,
        maat,
        waarde,
        status
    from {{ ref('stg_metingen') }}
    where dataset = 'bevolking_naar_leeftijd'
),

landelijk as (
    select
        telling.tabel_id,
        telling.jaar,
        klassen.bevolkingsmaat,
        telling.waarde / bevolking.waarde as gebruik,
        {{ status_van_lijst('[telling.status, bevolking.status]') }} as status
    from {{ ref('stg_metingen') }} as telling
    inner join klassen on telling.maat = klassen.maat
    inner join bevolking
        on bevolking.regio_code = 'NL' and klassen.bevolkingsmaat = bevolking.maat and telling.jaar = bevolking.jaar
    where
        telling.dataset = 'jeugdzorg_wijken' and telling.regio_code = 'NL' and telling.waarde is not null
        -- Not known: no rate, so no expected number. A class of nobody has none either.
        and bevolking.waarde > 0
    qualify count(*) over (partition by telling.tabel_id, telling.jaar) = {{ klassen | length }}
)

select
    gemeente.gm_code,
    landelijk.jaar,
    landelijk.tabel_id,
    case when count(bevolking.waarde) = {{ klassen | length }} then sum(landelijk.gebruik * bevolking.waarde) end as verwacht,
    {{ status_van_lijst('list_concat(list(landelijk.status), list(bevolking.status))') }} as status
from landelijk
inner join {{ ref('int_gemeente_jaar') }} as gemeente on landelijk.jaar = gemeente.jaar
left join bevolking
    on
        gemeente.gm_code = bevolking.regio_code
        and landelijk.jaar = bevolking.jaar
        and landelijk.bevolkingsmaat = bevolking.maat
group by gemeente.gm_code, landelijk.jaar, landelijk.tabel_id
