-- Each trait in standard deviations from the mean of all municipalities in the same year, so that traits in different units
-- weigh the same. The standard deviation is that of a population: these are all municipalities, not a sample of them.
with verdeling as (
    select
        jaar,
        kenmerk_id,
        avg(waarde order by gm_code) as gemiddelde
    from {{ ref('int_kenmerk') }}
    group by jaar, kenmerk_id
),

spreiding as (
    select
        kenmerk.jaar,
        kenmerk.kenmerk_id,
        verdeling.gemiddelde,
        sqrt(avg(power(kenmerk.waarde - verdeling.gemiddelde, 2) order by kenmerk.gm_code)) as standaarddeviatie
    from {{ ref('int_kenmerk') }} as kenmerk
    inner join verdeling on kenmerk.jaar = verdeling.jaar and kenmerk.kenmerk_id = verdeling.kenmerk_id
    group by kenmerk.jaar, kenmerk.kenmerk_id, verdeling.gemiddelde
)

select
    kenmerk.jaar,
    kenmerk.gm_code,
    kenmerk.kenmerk_id,
    kenmerk.waarde,
    -- A trait that is the same everywhere sets nobody apart.
    case
        when spreiding.standaarddeviatie > 0
            then (kenmerk.waarde - spreiding.gemiddelde) / spreiding.standaarddeviatie
        else 0
    end as z_score,
    kenmerk.kenmerk_jaar,
    kenmerk.geschat
from {{ ref('int_kenmerk') }} as kenmerk
inner join spreiding on kenmerk.jaar = spreiding.jaar and kenmerk.kenmerk_id = spreiding.kenmerk_id
