-- Where the leading dataset of an indicator changes, a blocking break says so: no trend may be drawn over it.
with leiders as (
    select
        indicator_id,
        jaar,
        dataset,
        lag(jaar) over (partition by indicator_id, niveau order by jaar) as vorig_jaar,
        lag(dataset) over (partition by indicator_id, niveau order by jaar) as vorige_dataset
    from {{ ref('int_leider') }}
    where is_gevuld
)

select leiders.*
from leiders
anti join {{ ref('int_basis_breuk') }} as breuk
    on leiders.indicator_id = breuk.indicator_id and breuk.blokkerend and leiders.jaar >= breuk.jaar and leiders.vorig_jaar < breuk.jaar
where leiders.dataset <> leiders.vorige_dataset
