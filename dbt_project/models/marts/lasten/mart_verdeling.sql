{%- set kanten = ['netto_lasten', 'verdeling'] -%}
-- Net lasten and what the gemeentefonds reckons for the same part of the social domain, side by side. Never their difference or ratio:
-- the one leaves out overhead and own income, the other may be spent on anything.
with taakvelden as (
    select
        onderdeel,
        taakveld,
        regexp_extract(taakveld, '^[0-9]+[.][0-9]{1,2}') as geheel,
        vanaf,
        coalesce(tot, 9999) as tot
    from {{ ref('verdeling_taakveld') }}
),

-- What the parts of a taakveld come to together: less than the whole and one of them is not known.
sommen as (
    select
        jaar,
        verslagsoort,
        gm_code,
        geheel,
        sum(netto_lasten) as som
    from {{ ref('int_taakveld_deel') }}
    group by jaar, verslagsoort, gm_code, geheel
),

bedragen as (
    select
        rij.jaar,
        rij.verslagsoort,
        rij.gm_code,
        rij.onderdeel,
        taakvelden.taakveld,
        geheel.status,
        geheel.tabel_id,
        geheel.gm_code is not null as is_gelezen,
        geheel.reden_netto_lasten as reden,
        case
            when taakvelden.taakveld = taakvelden.geheel then geheel.netto_lasten
            -- A part that was left out of a whole that is complete without it, is 0.
            when coalesce(sommen.som, 0) = geheel.netto_lasten then coalesce(deel.netto_lasten, 0)
        end as netto_lasten
    from {{ ref('int_verdeelbedrag') }} as rij
    inner join taakvelden on rij.onderdeel = taakvelden.onderdeel and rij.jaar between taakvelden.vanaf and taakvelden.tot
    left join {{ ref('mart_taakveld') }} as geheel
        on
            rij.jaar = geheel.jaar
            and rij.verslagsoort = geheel.verslagsoort
            and rij.gm_code = geheel.gm_code
            and taakvelden.geheel = geheel.taakveld
    left join sommen
        on
            rij.jaar = sommen.jaar
            and rij.verslagsoort = sommen.verslagsoort
            and rij.gm_code = sommen.gm_code
            and taakvelden.geheel = sommen.geheel
    left join {{ ref('int_taakveld_deel') }} as deel
        on
            rij.jaar = deel.jaar
            and rij.verslagsoort = deel.verslagsoort
            and rij.gm_code = deel.gm_code
            and taakvelden.taakveld = deel.taakveld
),

lasten as (
    select
        jaar,
        verslagsoort,
        gm_code,
        onderdeel,
        string_agg(taakveld, ', ' order by taakveld) as taakvelden,
        case when bool_and(netto_lasten is not null) then 1000 * sum(netto_lasten) end as netto_lasten,
        case
            when bool_and(netto_lasten is not null) then null
            when not bool_or(is_gelezen) then 'buiten_reeks'
            when bool_and(netto_lasten is null and is_gelezen) and count(distinct reden) = 1 then min(reden)
            else 'deel_ontbreekt'
        end as reden_netto_lasten,
        case when bool_or(is_gelezen) then {{ status_van_combinatie('status') }} else 'onbekend' end as status,
        min(tabel_id) as tabel_id
    from bedragen
    group by jaar, verslagsoort, gm_code, onderdeel
),

-- A part that costs nothing or less is booked elsewhere, and so another of the same report holds more than its own.
betwijfeld as (
    select
        jaar,
        verslagsoort,
        gm_code
    from lasten
    group by jaar, verslagsoort, gm_code
    having min(netto_lasten) <= 0
),

samen as (
    select
        rij.jaar,
        rij.verslagsoort,
        rij.gm_code,
        rij.gemeente_naam,
        rij.onderdeel,
        rij.variant,
        rij.circulaire,
        rij.circulaire_naam,
        rij.cluster,
        rij.uitkering,
        rij.verdeling,
        rij.reden_ontbreekt as reden_verdeling,
        lasten.taakvelden,
        lasten.netto_lasten,
        lasten.reden_netto_lasten,
        lasten.status,
        lasten.tabel_id,
        inwoners.waarde as inwoners,
        betwijfeld.gm_code is not null as twijfel,
        case
            when lasten.netto_lasten is null then lasten.reden_netto_lasten
            when rij.verdeling is null then rij.reden_ontbreekt
            when betwijfeld.gm_code is not null then 'twijfel'
            when coalesce(inwoners.waarde, 0) <= 0 then 'noemer_ontbreekt'
        end as reden
    from {{ ref('int_verdeelbedrag') }} as rij
    inner join lasten
        on
            rij.jaar = lasten.jaar
            and rij.verslagsoort = lasten.verslagsoort
            and rij.gm_code = lasten.gm_code
            and rij.onderdeel = lasten.onderdeel
    left join betwijfeld
        on rij.jaar = betwijfeld.jaar and rij.verslagsoort = betwijfeld.verslagsoort and rij.gm_code = betwijfeld.gm_code
    left join {{ ref('int_cijfer') }} as inwoners
        on
            rij.gm_code = inwoners.regio_code
            and rij.jaar = inwoners.jaar
            and inwoners.indicator_id = 'inwoners'
            and inwoners.indeling = 'origineel'
),

-- Both sides of a figure to compare with are made of the same municipalities: those of which both are known and not doubted.
land as (
    select
        jaar,
        verslagsoort,
        onderdeel,
        {% for kant in kanten %}
            case
                when count(*) filter (reden is null) >= {{ parameter('benchmark_minimum_dekking') }} * count(*)
                    then sum({{ kant }}) filter (reden is null) / sum(inwoners) filter (reden is null)
            end as {{ kant }},
        {% endfor %}
        count(*) filter (reden is null) as gemeenten
    from samen
    group by jaar, verslagsoort, onderdeel
),

gelijken as (
    select
        samen.jaar,
        samen.verslagsoort,
        samen.onderdeel,
        samen.gm_code,
        {% for kant in kanten %}
            case
                when count(*) >= {{ parameter('benchmark_minimum_leden') }} then sum(ander.{{ kant }}) / sum(ander.inwoners)
            end as {{ kant }},
        {% endfor %}
        count(*) as aantal
    from samen
    inner join {{ ref('int_vergelijkbaar') }} as gelijke
        on samen.variant = gelijke.variant and samen.jaar = gelijke.jaar and samen.gm_code = gelijke.gm_code
    inner join samen as ander
        on
            samen.jaar = ander.jaar
            and samen.verslagsoort = ander.verslagsoort
            and samen.onderdeel = ander.onderdeel
            and gelijke.vergelijkbare_gm_code = ander.gm_code
    where ander.reden is null
    group by samen.jaar, samen.verslagsoort, samen.onderdeel, samen.gm_code
),

vergeleken as (
    select
        samen.*,
        land.gemeenten as gemeenten_land,
        coalesce(gelijken.aantal, 0) as gelijken_met_cijfer,
        {% for kant in kanten %}
            land.{{ kant }} as {{ kant }}_land,
            gelijken.{{ kant }} as {{ kant }}_gelijken,
        {% endfor %}
        coalesce(samen.reden, case when land.netto_lasten is null then 'land_onvolledig' end) as reden_vergelijking
    from samen
    inner join land
        on samen.jaar = land.jaar and samen.verslagsoort = land.verslagsoort and samen.onderdeel = land.onderdeel
    left join gelijken
        on
            samen.jaar = gelijken.jaar
            and samen.verslagsoort = gelijken.verslagsoort
            and samen.onderdeel = gelijken.onderdeel
            and samen.gm_code = gelijken.gm_code
)

select
    jaar,
    verslagsoort,
    gm_code,
    gemeente_naam,
    onderdeel,
    taakvelden,
    circulaire,
    circulaire_naam,
    inwoners,
    netto_lasten as netto_lasten_euro,
    reden_netto_lasten,
    cluster as verdeling_cluster_euro,
    uitkering as verdeling_uitkering_euro,
    verdeling as verdeling_euro,
    reden_verdeling,
    {% for kant in kanten %}
        {{ kant }} / nullif(inwoners, 0) as {{ kant }}_per_inwoner,
    {% endfor %}
    {% for kant in kanten %}
        case when reden_vergelijking is null then 100 * {{ kant }} / inwoners / {{ kant }}_land end as {{ kant }}_index,
    {% endfor %}
    reden_vergelijking,
    {% for kant in kanten %}
        case when reden_vergelijking is null then {{ kant }}_land end as {{ kant }}_per_inwoner_land,
    {% endfor %}
    cast(gemeenten_land as integer) as gemeenten_land,
    {% for kant in kanten %}
        case when reden_vergelijking is null then {{ kant }}_gelijken end as {{ kant }}_per_inwoner_gelijken,
    {% endfor %}
    {% for kant in kanten %}
        case when reden_vergelijking is null then 100 * {{ kant }}_gelijken / {{ kant }}_land end as {{ kant }}_index_gelijken,
    {% endfor %}
    cast(gelijken_met_cijfer as smallint) as gelijken_met_cijfer,
    twijfel,
    status,
    tabel_id
from vergeleken
order by jaar, verslagsoort, gm_code, onderdeel
