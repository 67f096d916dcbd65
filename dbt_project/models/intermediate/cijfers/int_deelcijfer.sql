-- Figures of a part of a year as CBS publishes them: of each indicator, level and period the figures of one table, only where that
-- has a row. They are added to nothing, and no year is made of them.
with bronnen as (
    select
        leider.indicator_id,
        meting.dataset,
        meting.maat,
        meting.tabel_id,
        meting.regio_soort,
        meting.periode,
        count(meting.waarde) > 0 as is_gevuld,
        -- A table that leads other years is taken where none of those that lead this one has the period.
        bool_or(meting.jaar between leider.vanaf and coalesce(leider.tot, meting.jaar)) as leidt_dit_jaar,
        min(leider.volgorde) as volgorde
    from {{ ref('indicator_leider') }} as leider
    inner join {{ ref('stg_deelmeting') }} as meting
        on leider.dataset = meting.dataset and leider.maat = meting.maat and leider.niveau = meting.regio_soort
    where leider.wijze = 'cel'
    group by leider.indicator_id, meting.dataset, meting.maat, meting.tabel_id, meting.regio_soort, meting.periode
),

gekozen as (
    select *
    from bronnen
    qualify row_number() over (
        partition by indicator_id, regio_soort, periode
        order by is_gevuld desc, leidt_dit_jaar desc, volgorde asc, tabel_id asc
    ) = 1
),

-- Parts of a year may go back further than the years of the monitor.
jaren as (
    select distinct jaar from {{ ref('int_cijfer') }}
)

select
    gekozen.indicator_id,
    meting.regio_soort,
    meting.regio_code,
    meting.jaar,
    deel.periode_soort,
    cast(deel.volgnummer as tinyint) as volgnummer,
    meting.jaar || ' ' || deel.naam as periode,
    cast(deel.laatste_maand as tinyint) as laatste_maand,
    meting.waarde,
    meting.reden_ontbreekt,
    meting.status,
    meting.tabel_id
from gekozen
inner join {{ ref('stg_deelmeting') }} as meting
    on
        gekozen.dataset = meting.dataset
        and gekozen.maat = meting.maat
        and gekozen.tabel_id = meting.tabel_id
        and gekozen.regio_soort = meting.regio_soort
        and gekozen.periode = meting.periode
inner join {{ ref('periode_in_jaar') }} as deel on meting.periode[5:] = deel.code
semi join jaren on meting.jaar = jaren.jaar
-- The code of a municipality in the official list of that year.
left join {{ ref('int_gemeente_jaar') }} as gemeente on meting.regio_code = gemeente.gm_code and meting.jaar = gemeente.jaar
where meting.regio_soort = 'land' or gemeente.gm_code is not null
