-- Every municipality of the newest division with what the choice for the benchmark rests on, and whether it was chosen.
-- Within a stratum the landsdelen take turns; which of them begins moves on with the places given before. Within a landsdeel
-- a fixed draw decides: the hash of the seed number and the code of the municipality.
with lotingen as (
    select
        kandidaat.*,
        stratum.stratum,
        stratum.plaatsen,
        stratum.plaatsen_ervoor,
        case
            when stratum.stratum is not null
                then
                    row_number() over (
                        partition by stratum.stratum, kandidaat.landsdeel_code
                        order by
                            md5(cast(cast({{ parameter('selectie_startgetal') }} as bigint) as varchar) || kandidaat.gm_code),
                            kandidaat.gm_code
                    )
        end as ronde,
        dense_rank() over (order by kandidaat.landsdeel_code) - 1 as landsdeel_nummer
    from {{ ref('int_selectie_kandidaat') }} as kandidaat
    left join {{ ref('int_selectie_stratum') }} as stratum
        on
            kandidaat.reden_niet_in_aanmerking is null
            and kandidaat.grootte = stratum.grootte
            and kandidaat.rekening_tegen_begroting = stratum.rekening_tegen_begroting
            and kandidaat.trend = stratum.trend
),

beurten as (
    select
        *,
        count(distinct landsdeel_code) over () as landsdelen
    from lotingen
),

volgordes as (
    select
        *,
        case
            when stratum is not null
                then
                    row_number() over (
                        partition by stratum
                        order by
                            ronde,
                            -- Not below 0 before the remainder is taken: the remainder of a negative number is negative.
                            (landsdeel_nummer + landsdelen * plaatsen_ervoor - plaatsen_ervoor) % landsdelen,
                            gm_code
                    )
        end as volgorde_in_stratum
    from beurten
)

select
    gm_code,
    naam,
    cast({{ parameter('selectie_jaar') }} as smallint) as selectie_jaar,
    landsdeel_code,
    landsdeel_naam,
    cast(inwoners as integer) as inwoners,
    grootte,
    begrotingsafwijking_jeugd_pct,
    rekening_tegen_begroting,
    rekening_reden,
    mutatie_pct,
    drempel,
    trend,
    trend_reden,
    reden_niet_in_aanmerking is null as in_aanmerking,
    stratum,
    cast(volgorde_in_stratum as smallint) as volgorde_in_stratum,
    coalesce(volgorde_in_stratum <= plaatsen, false) as gekozen,
    case
        when reden_niet_in_aanmerking is not null then reden_niet_in_aanmerking
        when volgorde_in_stratum > plaatsen then 'plaatsen_vergeven'
    end as reden_niet_gekozen
from volgordes
order by gm_code
