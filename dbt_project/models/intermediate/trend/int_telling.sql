-- The count behind each figure of the newest division, of how many separately rounded parts it is the sum, and how far chance and
-- rounding can move it. A figure that rests on no count, or on one that is not known, is not here.
with delen as (
    select
        regio_code,
        jaar,
        count(*) as delen
    from {{ ref('int_samenstelling') }}
    where indeling = 'actueel'
    group by regio_code, jaar
),

gemeenten as (
    select
        jaar,
        count(*) as aantal
    from {{ ref('int_gemeente_jaar') }}
    group by jaar
),

-- Of the country CBS publishes one figure, rounded once, unless it is made here as the sum of municipalities.
delen_land as (
    select
        leider.indicator_id as telling_id,
        leider.jaar,
        case when leider.wijze = 'som_gemeenten' then gemeenten.aantal else 1 end as delen
    from {{ ref('int_leider') }} as leider
    inner join gemeenten on leider.jaar = gemeenten.jaar
    where leider.niveau = 'land'
),

gepubliceerd as (
    select
        cijfer.indicator_id,
        cijfer.regio_soort,
        cijfer.regio_code,
        cijfer.jaar,
        cijfer.waarde,
        cijfer.noemer,
        ruis.telling_uit,
        ruis.telling_id,
        ruis.bevolking_id,
        ruis.eenheid,
        case ruis.telling_uit
            when 'waarde' then cijfer.waarde
            when 'teller' then cijfer.teller
            when 'noemer' then cijfer.noemer
            when 'percentage' then percentage.telling
        end as telling
    from {{ ref('int_cijfer') }} as cijfer
    inner join {{ ref('int_ruis') }} as ruis on cijfer.indicator_id = ruis.indicator_id
    left join {{ ref('int_percentage_telling') }} as percentage
        on
            cijfer.indicator_id = percentage.indicator_id
            and cijfer.regio_code = percentage.regio_code
            and cijfer.jaar = percentage.jaar
            and cijfer.indeling = percentage.indeling
    where cijfer.indeling = 'actueel' and cijfer.waarde is not null
),

-- A count published as 0 may be as much as half the unit it is rounded to.
tellingen as (
    select * replace (greatest(telling, eenheid / 2) as telling)
    from gepubliceerd
    where telling is not null
),

met_delen as (
    select
        tellingen.*,
        -- A figure of a region that CBS publishes itself is rounded once.
        case when eigen.indicator_id is null then coalesce(delen.delen, delen_land.delen, 1) else 1 end as delen
    from tellingen
    left join delen on tellingen.regio_code = delen.regio_code and tellingen.jaar = delen.jaar
    left join delen_land
        on tellingen.regio_soort = 'land' and tellingen.telling_id = delen_land.telling_id and tellingen.jaar = delen_land.jaar
    left join {{ ref('int_regiocijfer') }} as eigen
        on
            tellingen.telling_id = eigen.indicator_id
            and tellingen.regio_code = eigen.regio_code
            and tellingen.jaar = eigen.jaar
            and eigen.indeling = 'actueel'
)

select
    telling.indicator_id,
    telling.regio_code,
    telling.jaar,
    telling.telling,
    telling.delen,
    -- The variance of the logarithm: of a count n by chance 1/n, and that of rounding each part to a multiple of e.
    1 / telling.telling + telling.delen * power(telling.eenheid / telling.telling, 2) / 12 as variantie,
    -- By what two years are compared: the count itself, or per head.
    case telling.telling_uit
        when 'waarde' then telling.telling
        when 'teller' then telling.telling / telling.noemer
        -- Of a percentage to one decimal the same, finer: the count over a population that is not rounded.
        when 'percentage' then telling.telling / bevolking.waarde
        else telling.waarde
    end as vergeleken
from met_delen as telling
left join {{ ref('int_cijfer') }} as bevolking
    on
        telling.bevolking_id = bevolking.indicator_id
        and telling.regio_code = bevolking.regio_code
        and telling.jaar = bevolking.jaar
        and bevolking.indeling = 'actueel'
