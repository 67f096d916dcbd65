-- Funnel limits around the figure of the country, in the unit of the indicator, and on which side of the outer ones a figure lies:
-- z times the root of what municipalities differ plus what chance and rounding do. Small numbers have none.
with grenzen as (
    select
        toeval.indicator_id,
        toeval.jaar,
        toeval.gm_code,
        toeval.waarde,
        toeval.midden,
        reeks.methode,
        spreiding.tau2,
        toeval.variantie,
        sqrt(spreiding.tau2 + toeval.variantie) as afwijking,
        case when reeks.methode = 'binomiaal' then reeks.factor else 'infinity'::double end as hoogste
    from {{ ref('int_benchmark_toeval') }} as toeval
    inner join {{ ref('int_benchmark_reeks') }} as reeks on toeval.indicator_id = reeks.indicator_id and toeval.jaar = reeks.jaar
    inner join {{ ref('int_benchmark_spreiding') }} as spreiding
        on toeval.indicator_id = spreiding.indicator_id and toeval.jaar = spreiding.jaar
    inner join {{ ref('int_benchmark_afronding') }} as afronding
        on
            toeval.indicator_id = afronding.indicator_id
            and toeval.jaar = afronding.jaar
            and toeval.gm_code = afronding.gm_code
    where not afronding.kleine_aantallen
),

-- No figure lies below 0, and no share above all: there a limit can be passed by nobody.
begrensd as (
    select
        *,
        greatest(0, midden - {{ parameter('benchmark_z_95') }} * afwijking) as ondergrens_95,
        least(hoogste, midden + {{ parameter('benchmark_z_95') }} * afwijking) as bovengrens_95,
        greatest(0, midden - {{ parameter('benchmark_z_99') }} * afwijking) as ondergrens_99,
        least(hoogste, midden + {{ parameter('benchmark_z_99') }} * afwijking) as bovengrens_99
    from grenzen
)

select
    indicator_id,
    jaar,
    gm_code,
    methode,
    tau2,
    variantie,
    ondergrens_95,
    bovengrens_95,
    ondergrens_99,
    bovengrens_99,
    ondergrens_99 > 0 as laag_kan_blijken,
    bovengrens_99 < hoogste or hoogste = 'infinity' as hoog_kan_blijken,
    case
        when waarde > bovengrens_99 then 'boven_buitengrens'
        when waarde < ondergrens_99 then 'onder_buitengrens'
        else 'binnen_grenzen'
    end as vlag
from begrensd
