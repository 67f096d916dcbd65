{%- set groepen = [
    'land', 'provincie', 'arbeidsmarktregio', 'corop', 'grootteklasse', 'stedelijkheid', 'vergelijkbare_gemeenten'
] -%}
-- The difference of each compared figure from the figures of the groups that its municipality lies in, of each kind apart.
with groepen as (
    select
        gm_code,
        groep_soort,
        groep_code
    from {{ ref('int_gemeente_groep') }}

    union all

    select
        gemeente.gm_code,
        soort.groep_soort,
        case soort.groep_soort when 'land' then 'NL' else gemeente.gm_code end as groep_code
    from {{ ref('int_gemeente_jaar') }} as gemeente
    cross join (values ('land'), ('vergelijkbare_gemeenten')) as soort (groep_soort)
    where gemeente.jaar = {{ var('doel_indeling_jaar') }}
),

verschillen as (
    select
        cijfer.indicator_id,
        cijfer.jaar,
        cijfer.gm_code,
        groepen.groep_soort,
        cijfer.waarde - groep.gewogen as verschil,
        cijfer.waarde - groep.mediaan as verschil_mediaan
    from {{ ref('int_benchmark_cijfer') }} as cijfer
    inner join groepen on cijfer.gm_code = groepen.gm_code
    inner join {{ ref('int_benchmark_groep') }} as groep
        on
            cijfer.indicator_id = groep.indicator_id
            and cijfer.jaar = groep.jaar
            and groepen.groep_soort = groep.groep_soort
            and groepen.groep_code = groep.groep_code
    where cijfer.reden_geen_vergelijking is null
)

select
    indicator_id,
    jaar,
    {% for groep in groepen -%}
        max(verschil) filter (groep_soort = '{{ groep }}') as verschil_{{ groep }},
        max(verschil_mediaan) filter (groep_soort = '{{ groep }}') as verschil_mediaan_{{ groep }},
    {% endfor -%}
    gm_code
from verschillen
group by indicator_id, jaar, gm_code
