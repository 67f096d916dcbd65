-- Base figures that are one published cell: the leading measure's value per region and year.
select
    leider.indicator_id,
    leider.niveau as regio_soort,
    meting.regio_code,
    meting.jaar,
    meting.waarde,
    meting.reden_ontbreekt,
    meting.status,
    meting.tabel_id
from {{ ref('int_leider') }} as leider
inner join {{ ref('stg_metingen') }} as meting
    on
        leider.dataset = meting.dataset
        and leider.maat = meting.maat
        and leider.jaar = meting.jaar
        and leider.niveau = meting.regio_soort
where leider.wijze = 'cel'
