-- What the choice for the benchmark rests on: of every municipality of the target division its size, youth spending
-- against the first budget, and trend in the year of the choice, and whether it can be chosen at all.
with inwoners as (
    select
        regio_code as gm_code,
        waarde
    from {{ ref('int_cijfer') }}
    where
        indicator_id = 'inwoners' and regio_soort = 'gemeente' and indeling = 'actueel'
        and jaar = {{ parameter('selectie_jaar') }}
),

afwijkingen as (
    select
        regio_code as gm_code,
        waarde,
        case when waarde is null then reden_ontbreekt when twijfel then 'twijfel' end as reden
    from {{ ref('int_cijfer') }}
    where
        indicator_id = 'begrotingsafwijking_jeugd_pct' and regio_soort = 'gemeente' and indeling = 'actueel'
        and jaar = {{ parameter('selectie_jaar') }}
),

trends as (
    select
        regio_code as gm_code,
        mutatie_pct,
        drempel,
        -- Whichever way a change is no rise and no fall.
        case when richting in ('stijging', 'daling') then richting when richting is not null then 'geen_van_beide' end as trend,
        reden_geen_richting as reden_ontbreekt
    from {{ ref('int_mutatie') }}
    where
        voor_trend and indicator_id = 'jeugdzorg_per_1000_jongeren_tot_25' and regio_soort = 'gemeente' and stap = 1
        and jaar = {{ parameter('selectie_jaar') }}
),

landsdelen as (
    select
        gm_code,
        groep_code as landsdeel_code,
        groep_naam as landsdeel_naam
    from {{ ref('int_gemeente_groep') }}
    where groep_soort = 'landsdeel'
),

kenmerken as (
    select
        gemeente.gm_code,
        gemeente.naam,
        landsdelen.landsdeel_code,
        landsdelen.landsdeel_naam,
        inwoners.waarde as inwoners,
        klasse.grootte,
        afwijkingen.waarde as begrotingsafwijking_jeugd_pct,
        coalesce(afwijkingen.reden, case when afwijkingen.gm_code is null then 'niet_gepubliceerd' end) as rekening_reden,
        trends.mutatie_pct,
        trends.drempel,
        trends.trend,
        coalesce(trends.reden_ontbreekt, case when trends.gm_code is null then 'niet_gepubliceerd' end) as trend_reden
    from {{ ref('int_gemeente_jaar') }} as gemeente
    left join landsdelen on gemeente.gm_code = landsdelen.gm_code
    left join inwoners on gemeente.gm_code = inwoners.gm_code
    left join {{ ref('selectie_grootte') }} as klasse
        on inwoners.waarde >= klasse.vanaf and inwoners.waarde <= coalesce(klasse.tot, inwoners.waarde)
    left join afwijkingen on gemeente.gm_code = afwijkingen.gm_code
    left join trends on gemeente.gm_code = trends.gm_code
    where gemeente.jaar = {{ var('doel_indeling_jaar') }}
)

select
    gm_code,
    naam,
    landsdeel_code,
    landsdeel_naam,
    inwoners,
    grootte,
    begrotingsafwijking_jeugd_pct,
    rekening_reden,
    mutatie_pct,
    drempel,
    trend,
    trend_reden,
    case
        when rekening_reden is not null then 'onbekend'
        when begrotingsafwijking_jeugd_pct > {{ parameter('selectie_begroting_grens_pct') }} then 'boven_begroting'
        else 'niet_boven_begroting'
    end as rekening_tegen_begroting,
    -- Without one of these a municipality has no stratum or no turn; an unknown budget deviation is a class of its own.
    case
        when inwoners is null then 'inwoners_onbekend'
        when landsdeel_code is null then 'landsdeel_onbekend'
        when trend is null then 'trend_onbekend'
    end as reden_niet_in_aanmerking
from kenmerken
