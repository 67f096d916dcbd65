-- The municipalities that were chosen for the benchmark.
select
    kandidaat.gm_code,
    kandidaat.naam,
    kandidaat.selectie_jaar,
    kandidaat.landsdeel_code,
    kandidaat.landsdeel_naam,
    kandidaat.stratum,
    kandidaat.volgorde_in_stratum,
    kandidaat.grootte,
    kandidaat.saldo,
    kandidaat.trend,
    kandidaat.inwoners,
    kandidaat.begrotingsafwijking_pct,
    kandidaat.saldo_reden,
    kandidaat.mutatie_pct
from {{ ref('mart_benchmarkselectie_kandidaat') }} as kandidaat
inner join {{ ref('int_selectie_stratum') }} as stratum on kandidaat.stratum = stratum.stratum
where kandidaat.gekozen
order by stratum.volgorde, kandidaat.volgorde_in_stratum
