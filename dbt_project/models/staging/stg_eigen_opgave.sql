-- What municipalities stated themselves. Numbers of persons are rounded here, so that no later table has them exactly; a percentage
-- of persons is rounded to whole percents, or it would give the numbers behind it back.
with opgave as (
    select
        *,
        case
            when soort = 'personen' then {{ parameter('eigen_afronding_personen') }}
            when soort = 'percentage' and van <> 'geen_personen' then 1
        end as afgerond_op
    from {{ source('eigen', 'eigen_opgaven') }}
)

select
    opgave_id,
    naam,
    gm_code,
    jaar,
    -- Half up: 12.5 becomes 15 where it is rounded to 5.
    case when afgerond_op is null then waarde else floor(waarde / afgerond_op + 0.5) * afgerond_op end as waarde,
    tekst,
    eenheid,
    case when afgerond_op is null then decimalen else 0 end as decimalen,
    soort,
    afgerond_op,
    status,
    eigenaar,
    datum,
    titel,
    omschrijving,
    bestand,
    regel,
    sha256
from opgave
