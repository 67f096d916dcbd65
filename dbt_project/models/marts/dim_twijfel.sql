-- Why a figure is doubted, in words.
with redenen as (
    select
        cijfer.indicator_id,
        cijfer.regio_code,
        cijfer.jaar,
        cijfer.indeling,
        case
            when indicator.nul_is_twijfel and cijfer.waarde = 0 then 'bedrag_nul'
            when indicator.nul_is_twijfel and cijfer.waarde < 0 then 'bedrag_negatief'
            when indicator.formule = 'afwijking' and cijfer.waarde > 100 then 'afwijking_boven_100_pct'
            when indicator.formule = 'afwijking' and cijfer.waarde < -50 then 'afwijking_onder_min_50_pct'
            when uitschieter.indicator_id is not null then 'uitschieter'
            else 'deel_betwijfeld'
        end as soort
    from {{ ref('int_cijfer') }} as cijfer
    inner join {{ ref('indicator') }} as indicator on cijfer.indicator_id = indicator.indicator_id
    left join {{ ref('int_uitschieter') }} as uitschieter
        on
            cijfer.indicator_id = uitschieter.indicator_id
            and cijfer.regio_code = uitschieter.regio_code
            and cijfer.jaar = uitschieter.jaar
    where cijfer.twijfel
)

select
    indicator_id,
    regio_code,
    jaar,
    indeling,
    soort,
    case soort
        when 'bedrag_nul' then 'Het bedrag is 0; dat kan ook betekenen dat de gemeente geen opgave deed.'
        when 'bedrag_negatief' then 'Het bedrag is negatief, bijvoorbeeld door een correctie over eerdere jaren.'
        when 'afwijking_boven_100_pct' then 'De lasten wijken meer dan 100 % af van de begroting; vaak betaalt een gemeente voor de regio.'
        when 'afwijking_onder_min_50_pct'
            then 'De lasten zijn minder dan de helft van de begroting; vaak betaalt een gemeente niet meer, of anders, voor de regio.'
        when 'uitschieter'
            then 'Het cijfer wijkt sterk af van zowel het jaar ervoor als het jaar erna; wellicht is het dat jaar anders geboekt.'
        else 'Teller, noemer of een samengevoegde gemeente is een bedrag dat betwijfeld wordt.'
    end as tekst
from redenen
order by indicator_id, indeling, regio_code, jaar
