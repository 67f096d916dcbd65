-- What a map shows: a value and one of five classes per municipality. Ratios only: a count colours large municipalities.
with klassen as (
    select
        indicator_id,
        indicator_naam,
        jaar,
        gm_code,
        gemeente_naam,
        waarde,
        kleine_aantallen,
        reden_geen_vergelijking,
        -- By place, not by a computed bound: beside a bound that is a hair off, equal figures would change class together.
        case
            when reden_geen_vergelijking is null
                then 1 + 5 * (rank() over (partition by indicator_id, jaar, rang is null order by waarde) - 1) // aantal_vergeleken
        end as klasse
    from {{ ref('mart_benchmark') }}
)

select
    klassen.indicator_id,
    klassen.indicator_naam,
    indicator.eenheid,
    klassen.jaar,
    klassen.jaar = indicator.laatste_jaar_met_cijfer as nieuwste_jaar,
    klassen.gm_code,
    klassen.gemeente_naam,
    klassen.waarde,
    klassen.kleine_aantallen,
    cast(klassen.klasse as tinyint) as klasse,
    case when klassen.klasse is not null then min(klassen.waarde) over klasse_van_jaar end as klasse_laagste,
    case when klassen.klasse is not null then max(klassen.waarde) over klasse_van_jaar end as klasse_hoogste,
    klassen.reden_geen_vergelijking as reden_geen_klasse
from klassen
inner join {{ ref('dim_indicator') }} as indicator on klassen.indicator_id = indicator.indicator_id
window klasse_van_jaar as (partition by klassen.indicator_id, klassen.jaar, klassen.klasse)
order by klassen.indicator_id, klassen.jaar, klassen.gm_code
