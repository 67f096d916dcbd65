-- The change of each figure since any earlier year, up to the newest year in which its indicator has figures.
select
    mutatie.indicator_id,
    indicator.naam as indicator_naam,
    indicator.eenheid,
    mutatie.regio_soort,
    mutatie.regio_code,
    regio.naam as regio_naam,
    mutatie.jaar_van,
    mutatie.jaar as jaar_tot,
    mutatie.waarde_van,
    mutatie.waarde as waarde_tot,
    mutatie.mutatie,
    mutatie.mutatie_pct,
    mutatie.drempel,
    mutatie.richting,
    mutatie.reden_geen_richting,
    mutatie.breuk_jaar,
    mutatie.beleidsbreuk,
    mutatie.status
from {{ ref('int_mutatie') }} as mutatie
inner join {{ ref('dim_indicator') }} as indicator on mutatie.indicator_id = indicator.indicator_id
inner join {{ ref('dim_regio') }} as regio on mutatie.regio_code = regio.regio_code
where mutatie.tot_nieuwste_jaar
order by mutatie.indicator_id, mutatie.jaar_van, mutatie.regio_soort, mutatie.regio_code
