-- Young people with youth care beside the number that is expected by age: of the same table as the national counts, since another
-- one counts other people.
with jongeren as (
    select
        regio_code as gm_code,
        jaar,
        tabel_id,
        waarde,
        reden_ontbreekt,
        status
    from {{ ref('stg_metingen') }}
    where dataset = 'jeugdzorg_wijken' and maat = 'jeugdzorg_jongeren' and regio_soort = 'gemeente'
)

select
    verwacht.gm_code,
    verwacht.jaar,
    verwacht.tabel_id,
    jongeren.waarde as waargenomen,
    verwacht.verwacht,
    case when verwacht.verwacht > 0 then 100 * jongeren.waarde / verwacht.verwacht end as index_verwacht,
    case
        when jongeren.waarde is null then coalesce(jongeren.reden_ontbreekt, 'niet_gepubliceerd')
        when verwacht.verwacht is null then 'noemer_ontbreekt'
        when verwacht.verwacht = 0 then 'noemer_nul'
    end as reden_ontbreekt,
    {{ status_van_lijst("[verwacht.status, coalesce(jongeren.status, 'onbekend')]") }} as status
from {{ ref('int_verwacht_gebruik') }} as verwacht
left join jongeren
    on verwacht.gm_code = jongeren.gm_code and verwacht.jaar = jongeren.jaar and verwacht.tabel_id = jongeren.tabel_id
