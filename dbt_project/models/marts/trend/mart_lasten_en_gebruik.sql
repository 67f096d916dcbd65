{%- set kolommen = [
    'lasten', 'begroot', 'begrotingsafwijking_pct', 'lasten_per_inwoner',
    'gebruikers', 'gebruikers_per_1000_inwoners', 'lasten_per_gebruiker'
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
        coalesce(bool_or(cijfers.twijfel) filter (cijfers.rol in ('lasten', 'begroot', 'begrotingsafwijking_pct')), false)
            as twijfel_lasten,
        coalesce(bool_or(cijfers.twijfel) filter (cijfers.rol = 'gebruikers'), false) as twijfel_gebruik,
        max(cijfers.status) filter (cijfers.rol = 'lasten') as status_lasten,
        max(cijfers.status) filter (cijfers.rol = 'gebruikers') as status_gebruik
    from jaren
    cross join {{ ref('int_regio_bekend') }} as regio
    inner join rollen on jaren.domein = rollen.domein
    left join cijfers
        on jaren.domein = cijfers.domein and jaren.jaar = cijfers.jaar and regio.regio_code = cijfers.regio_code
    group by jaren.domein, regio.regio_soort, regio.regio_code, jaren.jaar
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
    twijfel_lasten,
    twijfel_gebruik,
    status_lasten,
    status_gebruik
from breed
inner join {{ ref('dim_regio') }} as regio on breed.regio_code = regio.regio_code
order by breed.domein, breed.regio_soort, breed.regio_code, breed.jaar
