-- Why a figure is doubted, in words; the numbers in those words are the ones by which figures are doubted.
with grenzen as (
    select
        {{ afwijking_hoogste_pct() }} as hoogste_pct,
        {{ afwijking_laagste_pct() }} as laagste_pct,
        1 / {{ parameter('twijfel_afwijking_factor') }} as kleinste_deel,
        {{ parameter('registratie_laag_factor') }} as laag_factor,
        {{ parameter('registratie_sprong_factor') }} as sprong_factor
),

-- As they are written: 100, not 100.0, and half of something is no percentage.
getallen as (
    select
        printf('%.10g', cast(hoogste_pct as double)) as hoogste,
        printf('%.10g', cast(-laagste_pct as double)) as laagste,
        case when kleinste_deel = 0.5 then 'de helft' else printf('%.0f %%', 100 * kleinste_deel) end as deel,
        case when laag_factor = 3 then 'een derde' else printf('%.0f %%', 100 / laag_factor) end as laag_deel,
        case
            when sprong_factor = 2 then 'verdubbelde of halveerde'
            else printf('werd minstens %.10g keer zo groot of klein', cast(sprong_factor as double))
        end as sprong
    from grenzen
),

teksten as (
    select
        twijfel.grond,
        format(twijfel.soort, getallen.hoogste, getallen.laagste) as soort,
        format(
            twijfel.tekst, getallen.hoogste, getallen.laagste, getallen.deel, getallen.laag_deel, getallen.sprong
        ) as tekst
    from {{ ref('twijfel') }} as twijfel
    cross join getallen
),

betwijfeld as (
    select
        cijfer.indicator_id,
        cijfer.regio_code,
        cijfer.jaar,
        cijfer.indeling,
        case
            when indicator.nul_is_twijfel and cijfer.waarde = 0 then 'bedrag_nul'
            when indicator.nul_is_twijfel and cijfer.waarde < 0 then 'bedrag_negatief'
            when indicator.formule = 'afwijking' and cijfer.waarde > grenzen.hoogste_pct then 'afwijking_boven'
            when indicator.formule = 'afwijking' and cijfer.waarde < grenzen.laagste_pct then 'afwijking_onder'
            when registratie.indicator_id is not null then registratie.grond
            when uitschieter.indicator_id is not null then 'uitschieter'
            when stand.indicator_id is not null then 'verschillende_stand'
            else 'deel_betwijfeld'
        end as grond
    from {{ ref('int_cijfer') }} as cijfer
    cross join grenzen
    inner join {{ ref('indicator') }} as indicator on cijfer.indicator_id = indicator.indicator_id
    left join {{ ref('int_uitschieter') }} as uitschieter
        on
            cijfer.indicator_id = uitschieter.indicator_id
            and cijfer.regio_code = uitschieter.regio_code
            and cijfer.jaar = uitschieter.jaar
    left join {{ ref('int_registratieverschil') }} as registratie
        on
            cijfer.indicator_id = registratie.indicator_id
            and cijfer.regio_code = registratie.regio_code
            and cijfer.jaar = registratie.jaar
    left join {{ ref('int_verschillende_stand') }} as stand
        on
            cijfer.indicator_id = stand.indicator_id
            and cijfer.regio_code = stand.regio_code
            and cijfer.jaar = stand.jaar
    where cijfer.twijfel
)

select
    betwijfeld.indicator_id,
    betwijfeld.regio_code,
    betwijfeld.jaar,
    betwijfeld.indeling,
    teksten.soort,
    teksten.tekst
from betwijfeld
inner join teksten on betwijfeld.grond = teksten.grond
order by betwijfeld.indicator_id, betwijfeld.indeling, betwijfeld.regio_code, betwijfeld.jaar
