-- The municipalities that were chosen for the benchmark, each with how many candidates it stands for.
select
    kandidaat.gm_code,
    kandidaat.naam,
    kandidaat.selectie_jaar,
    kandidaat.landsdeel_code,
    kandidaat.landsdeel_naam,
    kandidaat.stratum,
    kandidaat.volgorde_in_stratum,
    kandidaat.grootte,
    kandidaat.rekening_tegen_begroting,
    kandidaat.trend,
    kandidaat.inwoners,
    kandidaat.begrotingsafwijking_jeugd_pct,
    kandidaat.rekening_reden,
    kandidaat.mutatie_pct,
    stratum.insluitgewicht
from {{ ref('mart_benchmarkselectie_kandidaat') }} as kandidaat
inner join {{ ref('mart_benchmarkselectie_stratum') }} as stratum on kandidaat.stratum = stratum.stratum
where kandidaat.gekozen
order by stratum.volgorde, kandidaat.volgorde_in_stratum
