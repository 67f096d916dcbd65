-- Into which municipalities of the target division a municipality of a year goes.
-- One row per year, municipality and successor; `aandeel` is the share of inhabitants that moved (1 unless it was split).
with recursive doel as (
    select cast({{ var('doel_indeling_jaar') }} as smallint) as jaar
),

wijzigingen as (
    select
        oude_code,
        nieuwe_code,
        datum,
        soort = 'splitsing' as is_splitsing,
        case
            when soort = 'splitsing' then inwoners / sum(inwoners) over (partition by oude_code, datum, soort)
            else 1
        end as aandeel
    from {{ ref('herindelingen') }}
    -- A grenscorrectie moved land without inhabitants: no figure goes with it.
    where soort <> 'grenscorrectie'
),

-- A change dated d applies to figures of every year Y with d later than 1 January Y: Weesp (24 March 2022) is itself in
-- the figures of 2022 and part of Amsterdam from 2023.
paden as (
    select
        gemeente.jaar,
        gemeente.gm_code as oude_code,
        gemeente.gm_code as code,
        make_date(gemeente.jaar, 1, 1) as vanaf,
        cast(1 as double) as aandeel,
        false as gesplitst
    from {{ ref('int_gemeente_jaar') }} as gemeente
    inner join doel on gemeente.jaar <= doel.jaar

    union all

    select
        paden.jaar,
        paden.oude_code,
        wijzigingen.nieuwe_code,
        wijzigingen.datum,
        paden.aandeel * wijzigingen.aandeel,
        paden.gesplitst or wijzigingen.is_splitsing
    from paden
    cross join doel
    inner join wijzigingen
        on
            paden.code = wijzigingen.oude_code
            and paden.vanaf < wijzigingen.datum
            and wijzigingen.datum <= make_date(doel.jaar, 1, 1)
)

select
    jaar,
    oude_code,
    code as nieuwe_code,
    sum(aandeel order by aandeel) as aandeel,
    bool_or(gesplitst) as gesplitst
from paden
-- Only the ends of the paths: codes of the target division itself.
where code in (select gm_code from {{ ref('int_gemeente_jaar') }} where jaar = (select jaar from doel))
group by all
