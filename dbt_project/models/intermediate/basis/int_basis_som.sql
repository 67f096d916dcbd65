-- Base figures that are put together from municipalities of the year: municipalities of the target division, and regions in
-- both divisions. A sum of all parts, or NULL with the reason that no sum is possible. A region of which it is not known which
-- municipalities make it up has no row: mart_dekking says so.
-- A figure that lies in the figure of its successor already is no part of a sum which holds that successor.
with dubbel as (
    select
        uitzondering.indicator_id,
        uitzondering.jaar,
        deel.indeling,
        deel.regio_code,
        deel.gm_code
    from {{ ref('herindeling_uitzondering') }} as uitzondering
    inner join {{ ref('int_samenstelling') }} as deel
        on uitzondering.oude_code = deel.gm_code and uitzondering.jaar = deel.jaar
    inner join {{ ref('int_samenstelling') }} as opvolger
        on
            uitzondering.nieuwe_code = opvolger.gm_code
            and deel.jaar = opvolger.jaar
            and deel.indeling = opvolger.indeling
            and deel.regio_code = opvolger.regio_code
),

delen as (
    select
        basis.indicator_id,
        basis.jaar,
        samenstelling.indeling,
        samenstelling.regio_soort,
        samenstelling.regio_code,
        samenstelling.gm_code,
        samenstelling.aandeel,
        samenstelling.gesplitst,
        indicator.optelbaar,
        basis.waarde,
        basis.reden_ontbreekt,
        basis.status,
        basis.twijfel,
        basis.tabel_id
    from {{ ref('int_samenstelling') }} as samenstelling
    inner join {{ ref('int_basis_gemeente') }} as basis
        on samenstelling.gm_code = basis.regio_code and samenstelling.jaar = basis.jaar
    inner join {{ ref('indicator') }} as indicator on basis.indicator_id = indicator.indicator_id
    anti join dubbel
        on
            basis.indicator_id = dubbel.indicator_id
            and samenstelling.jaar = dubbel.jaar
            and samenstelling.indeling = dubbel.indeling
            and samenstelling.regio_code = dubbel.regio_code
            and samenstelling.gm_code = dubbel.gm_code
            and basis.waarde is null
),

samengevoegd as (
    select
        indicator_id,
        jaar,
        indeling,
        regio_soort,
        regio_code,
        count(*) > 1 as is_samengevoegd,
        bool_or(gesplitst) as is_gesplitst,
        bool_and(optelbaar) as is_optelbaar,
        count(*) = count(waarde) as is_volledig,
        sum(waarde) as som,
        min(reden_ontbreekt) as reden_ontbreekt,
        bool_and(coalesce(reden_ontbreekt, '') = 'niet_begrepen') as is_niet_begrepen,
        bool_or(twijfel) as twijfel,
        {{ status_van_combinatie('status') }} as status,
        min(tabel_id) as tabel_id
    from delen
    group by indicator_id, jaar, indeling, regio_soort, regio_code
),

-- Ordering costs more than adding, so only of the few that a split touches.
gesplitst as (
    select distinct
        indeling,
        regio_soort,
        regio_code,
        jaar
    from {{ ref('int_samenstelling') }}
    where gesplitst
),

schattingen as (
    select
        delen.indicator_id,
        delen.jaar,
        delen.indeling,
        delen.regio_soort,
        delen.regio_code,
        -- Shares are no whole numbers: only a fixed order of adding gives the same last digit in every build.
        sum(delen.waarde * delen.aandeel order by delen.gm_code) as naar_inwoners
    from delen
    semi join gesplitst
        on
            delen.jaar = gesplitst.jaar
            and delen.indeling = gesplitst.indeling
            and delen.regio_soort = gesplitst.regio_soort
            and delen.regio_code = gesplitst.regio_code
    group by delen.indicator_id, delen.jaar, delen.indeling, delen.regio_soort, delen.regio_code
),

sommen as (
    select
        samengevoegd.indicator_id,
        samengevoegd.jaar,
        samengevoegd.indeling,
        samengevoegd.regio_soort,
        samengevoegd.regio_code,
        case when is_volledig and not is_gesplitst and (is_optelbaar or not is_samengevoegd) then som end as waarde,
        case
            when not is_samengevoegd and not is_gesplitst then reden_ontbreekt
            when is_niet_begrepen then 'niet_begrepen'
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
    left join schattingen
        on
            samengevoegd.indicator_id = schattingen.indicator_id
            and samengevoegd.jaar = schattingen.jaar
            and samengevoegd.indeling = schattingen.indeling
            and samengevoegd.regio_soort = schattingen.regio_soort
            and samengevoegd.regio_code = schattingen.regio_code
)

select
    indicator_id,
    jaar,
    indeling,
    regio_soort,
    regio_code,
    waarde,
    reden_ontbreekt,
    schatting,
    status,
    twijfel,
    tabel_id
from sommen
