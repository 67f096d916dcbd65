-- The indicator set: one row per indicator, region, year and division.
with cijfers as (
    select
        *,
        max(case when waarde is not null then jaar end) over (
            partition by indicator_id, regio_code, indeling order by jaar
            rows between unbounded preceding and 1 preceding
        ) as vorig_jaar
    from {{ ref('int_cijfer') }}
),

-- A blocking break lies between a figure and the previous published one of the same region.
gebroken as (
    select distinct
        cijfers.indicator_id,
        cijfers.regio_code,
        cijfers.jaar,
        cijfers.indeling
    from cijfers
    inner join {{ ref('int_reeksbreuk') }} as breuk
        on
            cijfers.indicator_id = breuk.indicator_id
            and breuk.blokkerend
            and cijfers.vorig_jaar < breuk.jaar
            and cijfers.jaar >= breuk.jaar
    where cijfers.waarde is not null
),

onderdelen as (
    select
        *,
        count(*) over (partition by indicator_id) as delen
    from {{ ref('int_onderdeel') }}
),

-- Figures that rest on rows of CBS about the region itself alone; of a ratio both parts.
gepubliceerd as (
    select
        onderdelen.indicator_id,
        eigen.regio_code,
        eigen.jaar,
        eigen.indeling
    from onderdelen
    inner join {{ ref('int_regiocijfer') }} as eigen on onderdelen.deel = eigen.indicator_id
    group by onderdelen.indicator_id, eigen.regio_code, eigen.jaar, eigen.indeling
    having count(*) = any_value(onderdelen.delen)
)

select
    cijfers.indicator_id,
    cijfers.regio_soort,
    cijfers.regio_code,
    cijfers.jaar,
    cijfers.indeling,
    cijfers.waarde,
    cijfers.teller,
    cijfers.noemer,
    cijfers.status,
    cijfers.reden_ontbreekt,
    cijfers.schatting,
    cijfers.twijfel,
    gebroken.indicator_id is not null as reeksbreuk,
    cijfers.tabel_id,
    tabel.gewijzigd as tabel_gewijzigd,
    case
        when cijfers.regio_soort in ('gemeente', 'land') then null
        when gepubliceerd.indicator_id is not null then 'cijfer van CBS over de regio'
        else 'samengesteld uit gemeenten, geen cijfer van CBS'
    end as regiocijfer,
    regio.lidmaatschap_bron,
    regio.lidmaatschap_datum
from cijfers
left join gebroken
    on
        cijfers.indicator_id = gebroken.indicator_id
        and cijfers.regio_code = gebroken.regio_code
        and cijfers.jaar = gebroken.jaar
        and cijfers.indeling = gebroken.indeling
left join gepubliceerd
    on
        cijfers.indicator_id = gepubliceerd.indicator_id
        and cijfers.regio_code = gepubliceerd.regio_code
        and cijfers.jaar = gepubliceerd.jaar
        and cijfers.indeling = gepubliceerd.indeling
left join {{ ref('int_regio_jaar') }} as regio
    on
        cijfers.regio_code = regio.regio_code
        and cijfers.jaar = regio.jaar
        and cijfers.indeling = regio.indeling
left join {{ ref('stg_tabellen') }} as tabel on cijfers.tabel_id = tabel.tabel_id
order by cijfers.indicator_id, cijfers.indeling, cijfers.regio_soort, cijfers.regio_code, cijfers.jaar
