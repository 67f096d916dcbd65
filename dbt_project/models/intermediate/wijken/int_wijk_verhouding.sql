-- Computed ratios of wijken and buurten, from parts of the same year and code; only in years in which CBS gives both parts of any.
with delen as (
    select
        indicator.indicator_id,
        indicator.factor,
        teller.regio_soort,
        teller.regio_code,
        teller.gm_code,
        teller.jaar,
        teller.waarde as teller,
        noemer.waarde as noemer,
        coalesce(
            teller.reden_ontbreekt,
            case when noemer.regio_code is null then 'noemer_ontbreekt' else noemer.reden_ontbreekt end,
            case
                when noemer.waarde <= 0 then 'noemer_nul'
                when noemer.waarde < {{ parameter('wijk_noemer_minimum') }} then 'noemer_te_klein'
            end
        ) as reden_ontbreekt,
        [teller.status, coalesce(noemer.status, 'onbekend')] as statussen,
        teller.tabel_id
    from {{ ref('indicator') }} as indicator
    inner join {{ ref('int_wijk_basis') }} as teller on indicator.teller = teller.indicator_id
    semi join {{ ref('int_wijk_leider') }} as leider
        on
            indicator.noemer = leider.indicator_id
            and teller.regio_soort = leider.regio_soort
            and teller.jaar = leider.jaar
    left join {{ ref('int_wijk_basis') }} as noemer
        on
            indicator.noemer = noemer.indicator_id
            and teller.regio_code = noemer.regio_code
            and teller.jaar = noemer.jaar
    where indicator.soort = 'verhouding' and indicator.formule = 'quotient'
)

select
    indicator_id,
    regio_soort,
    regio_code,
    gm_code,
    jaar,
    case when reden_ontbreekt is null then teller / noemer * factor end as waarde,
    teller,
    noemer,
    {{ status_van_lijst('statussen') }} as status,
    reden_ontbreekt,
    tabel_id
from delen
