{%- set soorten = ['landsdeel', 'provincie', 'corop', 'arbeidsmarktregio', 'veiligheidsregio', 'grootteklasse', 'stedelijkheid'] -%}
-- Every municipality since 2010, and of those of the newest division the groups by which figures are filtered and compared.
with groepen as (
    select
        {% for soort in soorten -%}
            max(groep_code) filter (groep_soort = '{{ soort }}') as {{ soort }}_code,
            max(groep_naam) filter (groep_soort = '{{ soort }}') as {{ soort }}_naam,
        {% endfor -%}
        gm_code
    from {{ ref('gemeente_groep') }}
    group by gm_code
)

select
    gemeente.gm_code,
    gemeente.naam,
    gemeente.geldig_van,
    gemeente.geldig_tot,
    groepen.landsdeel_code,
    groepen.landsdeel_naam,
    groepen.provincie_code,
    groepen.provincie_naam,
    groepen.corop_code,
    groepen.corop_naam,
    groepen.arbeidsmarktregio_code,
    groepen.arbeidsmarktregio_naam,
    groepen.veiligheidsregio_code,
    groepen.veiligheidsregio_naam,
    groepen.grootteklasse_code,
    groepen.grootteklasse_naam,
    groepen.stedelijkheid_code,
    groepen.stedelijkheid_naam
from {{ ref('int_gemeente') }} as gemeente
left join groepen on gemeente.gm_code = groepen.gm_code
order by gemeente.gm_code
