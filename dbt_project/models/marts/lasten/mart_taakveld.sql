-- Lasten and baten of every taakveld of the social domain and of public health, in the division of the year itself.
{%- set kanten = ['lasten', 'baten', 'netto_lasten'] %}
with verslagen (verslagsoort) as (
    values ('begroting'), ('jaarrekening')
),

bedragen as (
    select
        verslag.verslagsoort,
        replace(cijfer.maat, '_' || verslag.verslagsoort, '') as kant,
        cijfer.regio_code as gm_code,
        cijfer.jaar,
        cijfer.taakveld,
        cijfer.waarde,
        cijfer.reden_ontbreekt,
        cijfer.status,
        cijfer.tabel_id,
        cijfer.ontbrekend_is_nul
    from {{ ref('int_taakveld') }} as cijfer
    inner join verslagen as verslag on suffix(cijfer.maat, '_' || verslag.verslagsoort)
    where cijfer.dataset = 'iv3_gemeenten'
),

gebruikt as (
    select
        bedragen.jaar,
        bedragen.verslagsoort,
        bedragen.taakveld,
        bool_or(tabel.soort = 'opname') as is_opname
    from bedragen
    inner join {{ ref('stg_tabellen') }} as tabel on bedragen.tabel_id = tabel.tabel_id
    where bedragen.kant = 'lasten'
    group by bedragen.jaar, bedragen.verslagsoort, bedragen.taakveld
),

-- The taakvelden that the lasten of a report have, for every municipality of that year.
rijen as (
    select
        taakveld.jaar,
        taakveld.verslagsoort,
        gemeente.gm_code,
        gemeente.naam,
        taakveld.taakveld,
        taakveld.is_opname
    from gebruikt as taakveld
    inner join {{ ref('int_gemeente_jaar') }} as gemeente on taakveld.jaar = gemeente.jaar
),

-- Whether a report of a year has this side at all, and whether a municipality gave anything of it.
kanten as (
    select distinct
        jaar,
        verslagsoort,
        kant
    from bedragen
),

opgaven as (
    select
        jaar,
        verslagsoort,
        kant,
        gm_code,
        bool_or(ontbrekend_is_nul) as ontbrekend_is_nul
    from bedragen
    where waarde is not null
    group by jaar, verslagsoort, kant, gm_code
),

aangevuld as (
    select
        rijen.jaar,
        rijen.verslagsoort,
        rijen.gm_code,
        rijen.naam,
        rijen.taakveld,
        kanten.kant,
        bedragen.status,
        bedragen.tabel_id,
        bedragen.waarde is null and coalesce(opgaven.ontbrekend_is_nul, false) as is_weggelaten,
        case
            when bedragen.waarde is not null then bedragen.waarde
            when opgaven.ontbrekend_is_nul then 0
        end as waarde,
        -- That a recorded table has no row says nothing about CBS.
        coalesce(bedragen.reden_ontbreekt, case when rijen.is_opname then 'niet_opgenomen' else 'niet_gepubliceerd' end) as reden
    from rijen
    inner join kanten on rijen.jaar = kanten.jaar and rijen.verslagsoort = kanten.verslagsoort
    left join bedragen
        on
            rijen.jaar = bedragen.jaar
            and rijen.verslagsoort = bedragen.verslagsoort
            and rijen.gm_code = bedragen.gm_code
            and rijen.taakveld = bedragen.taakveld
            and kanten.kant = bedragen.kant
    left join opgaven
        on
            rijen.jaar = opgaven.jaar
            and rijen.verslagsoort = opgaven.verslagsoort
            and rijen.gm_code = opgaven.gm_code
            and kanten.kant = opgaven.kant
),

breed as (
    select
        jaar,
        verslagsoort,
        gm_code,
        naam,
        taakveld,
        {% for kant in kanten %}
            max(waarde) filter (kant = '{{ kant }}') as {{ kant }},
            case
                when count(*) filter (kant = '{{ kant }}') = 0 then 'buiten_reeks'
                when max(waarde) filter (kant = '{{ kant }}') is null then max(reden) filter (kant = '{{ kant }}')
            end as reden_{{ kant }},
        {% endfor %}
        coalesce(bool_or(is_weggelaten) filter (kant = 'lasten'), false) as lasten_weggelaten,
        max(status) filter (kant = 'lasten') as status,
        max(tabel_id) filter (kant = 'lasten') as tabel_id
    from aangevuld
    group by jaar, verslagsoort, gm_code, naam, taakveld
),

groepen as (
    select
        jaar,
        taakveld,
        string_agg(groep, ', ' order by groep) as groepen
    from {{ ref('taakveld_groep') }}
    group by jaar, taakveld
)

select
    breed.jaar,
    breed.verslagsoort,
    breed.gm_code,
    breed.naam as gemeente_naam,
    breed.taakveld,
    namen.naam as taakveld_naam,
    groepen.groepen,
    {% for kant in kanten %}
        breed.{{ kant }},
        breed.reden_{{ kant }},
    {% endfor %}
    breed.lasten_weggelaten,
    centrum.gm_code is not null as centrumgemeente_opvang,
    coalesce(breed.status, 'onbekend') as status,
    breed.tabel_id
from breed
left join groepen on breed.jaar = groepen.jaar and breed.taakveld = groepen.taakveld
left join {{ ref('int_taakveld_naam') }} as namen on breed.jaar = namen.jaar and breed.taakveld = namen.taakveld
left join {{ ref('centrumgemeente_opvang') }} as centrum on breed.gm_code = centrum.gm_code
order by breed.jaar, breed.verslagsoort, breed.gm_code, breed.taakveld
