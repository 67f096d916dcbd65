{%- set kolommen = [
    'lasten', 'begroot', 'baten', 'netto_lasten', 'netto_begroot', 'begrotingsafwijking_pct', 'netto_begrotingsafwijking_pct',
    'lasten_per_inwoner', 'netto_lasten_per_inwoner', 'gebruikers', 'gebruikers_per_1000_inwoners', 'lasten_per_gebruiker'
] -%}
-- Spending and use of a domain side by side; a year in which one of the two is missing stays visible and is not filled.
with jaren as (
    select distinct
        rol.domein,
        cijfer.jaar
    from {{ ref('domein_indicator') }} as rol
    inner join {{ ref('int_cijfer') }} as cijfer on rol.indicator_id = cijfer.indicator_id
),

-- Of a role that the domain has no indicator for, and of a year outside an indicator's span, there is no row in the figures.
cijfers as (
    select
        rol.domein,
        rol.rol,
        cijfer.regio_code,
        cijfer.jaar,
        cijfer.waarde,
        cijfer.reden_ontbreekt,
        cijfer.status,
        cijfer.twijfel
    from {{ ref('domein_indicator') }} as rol
    inner join {{ ref('int_cijfer') }} as cijfer on rol.indicator_id = cijfer.indicator_id
    where cijfer.indeling = 'actueel'
),

rollen as (
    select
        domein,
        list(rol) as aanwezig
    from {{ ref('domein_indicator') }}
    group by domein
),

taakvelden as (
    select
        groep,
        jaar,
        string_agg(taakveld, ', ' order by taakveld) as taakvelden
    from {{ ref('taakveld_groep') }}
    group by groep, jaar
),

breed as (
    select
        jaren.domein,
        regio.regio_soort,
        regio.regio_code,
        jaren.jaar,
        {% for kolom in kolommen %}
            max(cijfers.waarde) filter (cijfers.rol = '{{ kolom }}') as {{ kolom }},
            case
                when not list_contains(any_value(rollen.aanwezig), '{{ kolom }}') then 'geen_indicator'
                when count(*) filter (cijfers.rol = '{{ kolom }}') = 0 then 'buiten_reeks'
                else max(cijfers.reden_ontbreekt) filter (cijfers.rol = '{{ kolom }}')
            end as reden_{{ kolom }},
        {% endfor %}
        coalesce(bool_or(cijfers.twijfel) filter (
            cijfers.rol in (
                'lasten', 'begroot', 'begrotingsafwijking_pct', 'netto_lasten', 'netto_begroot', 'netto_begrotingsafwijking_pct'
            )
        ), false) as twijfel_lasten,
        coalesce(bool_or(cijfers.twijfel) filter (cijfers.rol = 'gebruikers'), false) as twijfel_gebruik,
        max(cijfers.status) filter (cijfers.rol = 'lasten') as status_lasten,
        max(cijfers.status) filter (cijfers.rol = 'gebruikers') as status_gebruik
    from jaren
    cross join {{ ref('int_regio_bekend') }} as regio
    inner join rollen on jaren.domein = rollen.domein
    left join cijfers
        on jaren.domein = cijfers.domein and jaren.jaar = cijfers.jaar and regio.regio_code = cijfers.regio_code
    group by jaren.domein, regio.regio_soort, regio.regio_code, jaren.jaar
),

-- Net in a year in which it is known, since gross counts what the Rijk paid extra for as a deviation; one kind per domain and year.
soorten as (
    select
        domein,
        jaar,
        count(netto_begrotingsafwijking_pct) > 0 as is_netto
    from breed
    group by domein, jaar
)

select
    breed.domein,
    breed.regio_soort,
    breed.regio_code,
    regio.naam as regio_naam,
    breed.jaar,
    case
        when lasten is not null and gebruikers is not null then 'compleet'
        when lasten is not null then 'alleen_lasten'
        when gebruikers is not null then 'alleen_gebruik'
        else 'geen'
    end as koppeling,
    {% for kolom in kolommen %}
        {{ kolom }},
        reden_{{ kolom }},
    {% endfor %}
    case when soort.is_netto then netto_begrotingsafwijking_pct else begrotingsafwijking_pct end as rekening_tegen_begroting_pct,
    case when soort.is_netto then 'netto' else 'bruto' end as rekening_tegen_begroting_soort,
    taakvelden.taakvelden,
    centrum.gm_code is not null as centrumgemeente_opvang,
    twijfel_lasten,
    twijfel_gebruik,
    status_lasten,
    status_gebruik
from breed
inner join {{ ref('dim_regio') }} as regio on breed.regio_code = regio.regio_code
inner join soorten as soort on breed.domein = soort.domein and breed.jaar = soort.jaar
left join taakvelden on breed.domein = taakvelden.groep and breed.jaar = taakvelden.jaar
left join {{ ref('centrumgemeente_opvang') }} as centrum on breed.regio_code = centrum.gm_code
order by breed.domein, breed.regio_soort, breed.regio_code, breed.jaar
