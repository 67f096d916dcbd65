-- The difference of each compared figure from the figures of the groups that its municipality lies in.
with groepen as (
    select
        gm_code,
        groep_soort,
        groep_code
    from {{ ref('int_gemeente_groep') }}

    union all

    select
        gm_code,
        'vergelijkbare_gemeenten' as groep_soort,
        gm_code as groep_code
    from {{ ref('int_gemeente_jaar') }}
    where jaar = {{ var('doel_indeling_jaar') }}
),

verschillen as (
    select
        cijfer.indicator_id,
        cijfer.jaar,
        cijfer.gm_code,
        groepen.groep_soort,
        cijfer.waarde - groep.groepscijfer as verschil
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
    gm_code,
    max(verschil) filter (groep_soort = 'provincie') as verschil_provincie,
    max(verschil) filter (groep_soort = 'arbeidsmarktregio') as verschil_arbeidsmarktregio,
    max(verschil) filter (groep_soort = 'corop') as verschil_corop,
    max(verschil) filter (groep_soort = 'grootteklasse') as verschil_grootteklasse,
    max(verschil) filter (groep_soort = 'stedelijkheid') as verschil_stedelijkheid,
    max(verschil) filter (groep_soort = 'vergelijkbare_gemeenten') as verschil_vergelijkbare_gemeenten
from verschillen
group by indicator_id, jaar, gm_code
