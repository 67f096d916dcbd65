-- Base figures that CBS publishes of a region itself: they lead over the sum of its municipalities, in the division of the year,
-- and in the newest one where the region consists of the same municipalities. Such a row is left out where with the other members
-- it would give the figure of one or two of them away: of a region of one member it is that figure itself.
with gepubliceerd as (
    select
        leider.indicator_id,
        cijfer.regio_soort,
        cijfer.regio_code,
        cijfer.jaar,
        cijfer.waarde,
        cijfer.status,
        cijfer.tabel_id
    from {{ ref('indicator_leider') }} as leider
    inner join {{ ref('stg_regiocijfer') }} as cijfer
        on
            leider.dataset = cijfer.dataset
            and leider.maat = cijfer.maat
            and cijfer.jaar between leider.vanaf and coalesce(leider.tot, cijfer.jaar)
    -- A part of a region ("West-Nederland, exclusief G4") has the form of a region's code, but is none.
    semi join {{ ref('int_regio') }} as regio
        on cijfer.regio_code = regio.regio_code and cijfer.regio_soort = regio.regio_soort
    where leider.niveau = 'regio'
    qualify row_number() over (
        partition by leider.indicator_id, cijfer.regio_code, cijfer.jaar order by leider.volgorde
    ) = 1
),

ledenlijsten as (
    select
        indeling,
        regio_code,
        jaar,
        list(gm_code order by gm_code) as leden,
        bool_or(gesplitst) as heeft_gesplitst
    from {{ ref('int_samenstelling') }}
    where regio_soort <> 'gemeente'
    group by indeling, regio_code, jaar
),

zelfde_leden as (
    select
        toen.regio_code,
        toen.jaar
    from ledenlijsten as toen
    inner join ledenlijsten as nu
        on toen.regio_code = nu.regio_code and toen.jaar = nu.jaar and toen.leden = nu.leden
    where toen.indeling = 'origineel' and nu.indeling = 'actueel' and not nu.heeft_gesplitst
),

verraadt as (
    select
        lid.regio_code,
        lid.jaar,
        cijfer.indicator_id
    from {{ ref('int_samenstelling') }} as lid
    inner join {{ ref('int_basis_gemeente') }} as cijfer on lid.gm_code = cijfer.regio_code and lid.jaar = cijfer.jaar
    inner join {{ ref('indicator') }} as indicator on cijfer.indicator_id = indicator.indicator_id
    where lid.indeling = 'origineel' and lid.regio_soort <> 'gemeente'
    group by lid.regio_code, lid.jaar, cijfer.indicator_id, indicator.optelbaar
    -- What cannot be added cannot be subtracted either.
    having
        count(*) filter (cijfer.reden_ontbreekt = 'onbekend_of_geheim') > 0
        and case
            when indicator.optelbaar
                then count(*) filter (cijfer.reden_ontbreekt = 'onbekend_of_geheim') < {{ parameter('geheim_minimum_ontbrekend') }}
            else count(*) = 1
        end
),

veilig as (
    select gepubliceerd.*
    from gepubliceerd
    anti join verraadt
        on
            gepubliceerd.indicator_id = verraadt.indicator_id
            and gepubliceerd.regio_code = verraadt.regio_code
            and gepubliceerd.jaar = verraadt.jaar
),

samen as (
    select
        'origineel' as indeling,
        *
    from veilig
    union all by name
    select
        'actueel' as indeling,
        *
    from veilig
    semi join zelfde_leden on veilig.regio_code = zelfde_leden.regio_code and veilig.jaar = zelfde_leden.jaar
)

select
    indicator_id,
    regio_soort,
    regio_code,
    jaar,
    indeling,
    waarde,
    status,
    tabel_id
from samen
