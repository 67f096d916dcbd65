-- What a circular of the gemeentefonds reckons for each municipality and part of the social domain. Each report of a year has one
-- circular: the budget the September one of the year before, which was known by then; the accounts the last one of the year itself.
with kandidaten as (
    select distinct
        fonds.uitkeringsjaar as jaar,
        circulaire.circulaire,
        circulaire.naam,
        circulaire.jaar as verschenen,
        circulaire.maand
    from {{ ref('gemeentefonds') }} as fonds
    inner join {{ ref('circulaire') }} as circulaire on fonds.circulaire = circulaire.circulaire
),

circulaires as (
    select
        jaar,
        'begroting' as verslagsoort,
        circulaire,
        naam
    from kandidaten
    where verschenen = jaar - 1 and maand = 9
    union all
    select
        jaar,
        'jaarrekening' as verslagsoort,
        max_by(circulaire, maand) as circulaire,
        max_by(naam, maand) as naam
    from kandidaten
    where verschenen = jaar
    group by jaar
),

-- A report that there is without its circular stands there too, with the reason.
verslagen as (
    select
        jaar,
        verslagsoort
    from circulaires
    union
    select
        jaar,
        replace(maat, 'lasten_', '') as verslagsoort
    from {{ ref('int_taakveld') }}
    where
        dataset = 'iv3_gemeenten'
        and maat in ('lasten_begroting', 'lasten_jaarrekening')
        and jaar in (select jaar from kandidaten)
),

-- Of what only centre municipalities receive the others have no row: nothing was reckoned for them.
rijen as (
    select
        verslagen.jaar,
        verslagen.verslagsoort,
        circulaires.circulaire,
        circulaires.naam as circulaire_naam,
        gemeente.gm_code,
        gemeente.naam as gemeente_naam,
        deel.onderdeel,
        deel.soort,
        deel.circulaire_onderdeel,
        deel.ontbrekend_is_nul,
        deel.variant
    from verslagen
    inner join {{ ref('int_gemeente_jaar') }} as gemeente on verslagen.jaar = gemeente.jaar
    cross join {{ ref('verdeling_onderdeel') }} as deel
    left join circulaires on verslagen.jaar = circulaires.jaar and verslagen.verslagsoort = circulaires.verslagsoort
    where not deel.alleen_centrumgemeenten or gemeente.gm_code in (select gm_code from {{ ref('centrumgemeente_opvang') }})
),

-- A circular that leaves out a grant altogether says nothing about it; one that pays it to others pays this municipality none.
aanwezig as (
    select distinct
        circulaire,
        uitkeringsjaar,
        soort,
        onderdeel
    from {{ ref('gemeentefonds') }}
),

bedragen as (
    select
        rijen.*,
        coalesce(fonds.bedrag_euro, case when rijen.ontbrekend_is_nul and aanwezig.soort is not null then 0 end) as bedrag
    from rijen
    left join {{ ref('gemeentefonds') }} as fonds
        on
            rijen.circulaire = fonds.circulaire
            and rijen.jaar = fonds.uitkeringsjaar
            and rijen.gm_code = fonds.gm_code
            and rijen.soort = fonds.soort
            and rijen.circulaire_onderdeel = fonds.onderdeel
    left join aanwezig
        on
            rijen.circulaire = aanwezig.circulaire
            and rijen.jaar = aanwezig.uitkeringsjaar
            and rijen.soort = aanwezig.soort
            and rijen.circulaire_onderdeel = aanwezig.onderdeel
)

select
    jaar,
    verslagsoort,
    gm_code,
    gemeente_naam,
    onderdeel,
    any_value(variant) as variant,
    any_value(circulaire) as circulaire,
    any_value(circulaire_naam) as circulaire_naam,
    {% for soort in ['cluster', 'uitkering'] %}
        cast(
            case when bool_and(bedrag is not null) filter (soort = '{{ soort }}') then sum(bedrag) filter (soort = '{{ soort }}') end
            as double
        ) as {{ soort }},
    {% endfor %}
    cast(case when bool_and(bedrag is not null) then sum(bedrag) end as double) as verdeling,
    case
        when any_value(circulaire) is null then 'geen_circulaire'
        when not bool_and(bedrag is not null) then 'deel_ontbreekt'
    end as reden_ontbreekt
from bedragen
group by jaar, verslagsoort, gm_code, gemeente_naam, onderdeel
