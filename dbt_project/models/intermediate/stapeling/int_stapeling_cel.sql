-- Clients and households with provisions of the three laws, by combination of laws and by number of provisions: cells as CBS
-- publishes them, each beside the total of the same table.
{%- set combinaties = [
    'alleen_jeugd', 'alleen_participatiewet', 'alleen_wmo', 'jeugd_en_participatiewet', 'jeugd_en_wmo', 'participatiewet_en_wmo',
    'jeugd_participatiewet_en_wmo'
] %}
with categorieen (telling, uitsplitsing, categorie, volgorde, maat) as (
    values
    {%- for telling in ['clienten', 'huishoudens'] %}
        {%- for combinatie in combinaties %}
            ('{{ telling }}', 'wet_combinatie', '{{ combinatie }}', {{ loop.index }}, '{{ telling }}_{{ combinatie }}'),
        {%- endfor %}
        -- Which classes there are is the table's own to say.
        ('{{ telling }}', 'aantal_voorzieningen', null, null, '{{ telling }}_naar_aantal_voorzieningen')
        {{- ',' if not loop.last }}
    {%- endfor %}
),

metingen as (
    select
        *,
        -- Of the country CBS has a row of its own; wijken are told elsewhere.
        regio_soort = 'land' as is_land
    from {{ ref('stg_metingen') }}
    where dataset = 'gebruik_voorzieningen'
),

cellen as (
    select
        metingen.jaar,
        metingen.tabel_id,
        metingen.regio_code,
        categorieen.telling,
        categorieen.uitsplitsing,
        coalesce(categorieen.categorie, codes.titel) as categorie,
        cast(coalesce(categorieen.volgorde, codes.volgnummer) as smallint) as volgorde,
        metingen.waarde,
        metingen.reden_ontbreekt,
        metingen.status
    from metingen
    inner join categorieen on metingen.maat = categorieen.maat
    left join {{ ref('stg_codes') }} as codes
        on
            metingen.dataset = codes.dataset
            and metingen.tabel_id = codes.tabel_id
            and metingen.onderdeel = codes.code
            and codes.dimensie = 'AantalVoorzieningen'
),

totalen as (
    select
        jaar,
        tabel_id,
        regio_code,
        replace(maat, '_met_voorziening', '') as telling,
        waarde as totaal
    from metingen
    where maat in ('clienten_met_voorziening', 'huishoudens_met_voorziening')
),

-- The categories that a table tells, and those that were not found in a table that was read.
verwacht as (
    select distinct
        jaar,
        tabel_id,
        telling,
        uitsplitsing,
        categorie,
        volgorde,
        true as is_begrepen
    from cellen
    union all
    select
        gemist.jaar,
        gemist.tabel_id,
        categorieen.telling,
        categorieen.uitsplitsing,
        categorieen.categorie,
        cast(categorieen.volgorde as smallint) as volgorde,
        false as is_begrepen
    from {{ ref('stg_niet_begrepen') }} as gemist
    inner join categorieen on gemist.maat = categorieen.maat and categorieen.categorie is not null
    semi join metingen on gemist.tabel_id = metingen.tabel_id and gemist.jaar = metingen.jaar
    where gemist.dataset = 'gebruik_voorzieningen'
),

-- Every municipality of the year, whatever the table has; the country only where it has a row.
regios as (
    select
        'gemeente' as regio_soort,
        gm_code as regio_code,
        jaar
    from {{ ref('int_gemeente_jaar') }}
    union all
    select distinct
        'land' as regio_soort,
        regio_code,
        jaar
    from metingen
    where is_land
)

select
    regios.regio_soort,
    regios.regio_code,
    verwacht.jaar,
    verwacht.telling,
    verwacht.uitsplitsing,
    verwacht.categorie,
    verwacht.volgorde,
    cellen.waarde,
    totalen.totaal,
    case
        when cellen.waarde is not null then null
        when not verwacht.is_begrepen then 'niet_begrepen'
        when cellen.reden_ontbreekt is not null then cellen.reden_ontbreekt
        -- That a recorded table has no row says nothing about CBS.
        when tabel.soort = 'opname' then 'niet_opgenomen'
        else 'niet_gepubliceerd'
    end as reden_ontbreekt,
    coalesce(cellen.status, 'onbekend') as status,
    verwacht.tabel_id
from verwacht
inner join regios on verwacht.jaar = regios.jaar
inner join {{ ref('stg_tabellen') }} as tabel on verwacht.tabel_id = tabel.tabel_id
left join cellen
    on
        verwacht.jaar = cellen.jaar
        and verwacht.tabel_id = cellen.tabel_id
        and verwacht.telling = cellen.telling
        and verwacht.uitsplitsing = cellen.uitsplitsing
        and verwacht.categorie = cellen.categorie
        and regios.regio_code = cellen.regio_code
left join totalen
    on
        verwacht.jaar = totalen.jaar
        and verwacht.tabel_id = totalen.tabel_id
        and verwacht.telling = totalen.telling
        and regios.regio_code = totalen.regio_code
