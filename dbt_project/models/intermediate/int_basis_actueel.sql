-- Base figures of municipalities in the newest division: sums of all parts, or NULL with the reason that no sum is possible.
with delen as (
    select
        basis.indicator_id,
        basis.jaar,
        opvolger.nieuwe_code as regio_code,
        opvolger.oude_code,
        indicator.optelbaar,
        basis.twijfel,
        opvolger.aandeel,
        opvolger.gesplitst,
        basis.waarde,
        basis.reden_ontbreekt,
        basis.status,
        basis.tabel_id
    from {{ ref('int_basis_gemeente') }} as basis
    inner join {{ ref('int_opvolger') }} as opvolger
        on basis.regio_code = opvolger.oude_code and basis.jaar = opvolger.jaar
    inner join {{ ref('indicator') }} as indicator on basis.indicator_id = indicator.indicator_id
),

samengevoegd as (
    select
        indicator_id,
        jaar,
        regio_code,
        count(*) > 1 as is_samengevoegd,
        bool_or(gesplitst) as is_gesplitst,
        bool_and(optelbaar) as is_optelbaar,
        count(*) = count(waarde) as is_volledig,
        sum(waarde) as som,
        -- Shares are no whole numbers: only a fixed order of adding gives the same last digit in every build.
        sum(waarde * aandeel order by oude_code) as naar_inwoners,
        min(reden_ontbreekt) as reden_ontbreekt,
        bool_or(twijfel) as twijfel,
        {{ status_van_combinatie('status') }} as status,
        min(tabel_id) as tabel_id
    from delen
    group by indicator_id, jaar, regio_code
)

select
    indicator_id,
    regio_code,
    jaar,
    case when is_volledig and not is_gesplitst and (is_optelbaar or not is_samengevoegd) then som end as waarde,
    case
        when not is_samengevoegd and not is_gesplitst then reden_ontbreekt
        when not is_optelbaar then 'niet_optelbaar'
        when is_gesplitst then 'gesplitst'
        when not is_volledig then 'deel_ontbreekt'
    end as reden_ontbreekt,
    case when is_gesplitst and is_optelbaar and is_volledig then naar_inwoners end as schatting,
    status,
    -- A sum with a doubted amount in it is doubted too.
    twijfel,
    tabel_id
from samengevoegd
