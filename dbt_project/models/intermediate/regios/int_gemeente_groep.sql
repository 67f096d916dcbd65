-- The groups that municipalities of the target division are compared with: complete kinds of regions, classes of size and
-- of urbanity, each by the newest year in which the membership of every municipality is known. Of youth and GGD regions the members
-- are derived from borders: their figures are published, and nobody is ranked or judged by them.
with regios as (
    select
        lid.gm_code,
        lid.regio_soort as groep_soort,
        lid.regio_code as groep_code,
        regio.naam as groep_naam,
        lid.jaar_lidmaatschap as jaar
    from {{ ref('int_regio_actueel') }} as lid
    inner join {{ ref('int_regio') }} as regio
        on lid.regio_soort = regio.regio_soort and lid.regio_code = regio.regio_code
    where lid.is_soort_volledig and lid.regio_soort not in ('jeugdregio', 'ggd_regio')
),

klassen as (
    select
        stedelijkheid.*,
        count(*) over (partition by stedelijkheid.jaar) as met_klasse
    from {{ ref('stg_stedelijkheid') }} as stedelijkheid
    semi join {{ ref('int_gemeente_jaar') }} as gemeente
        on stedelijkheid.gm_code = gemeente.gm_code and stedelijkheid.jaar = gemeente.jaar
    where stedelijkheid.jaar <= {{ var('doel_indeling_jaar') }}
),

aantallen as (
    select
        jaar,
        count(*) as gemeenten
    from {{ ref('int_gemeente_jaar') }}
    group by jaar
),

nieuwste_klassen as (
    select klassen.*
    from klassen
    inner join aantallen on klassen.jaar = aantallen.jaar and klassen.met_klasse = aantallen.gemeenten
    qualify klassen.jaar = max(klassen.jaar) over ()
),

stedelijkheid as (
    select
        opvolger.nieuwe_code as gm_code,
        'stedelijkheid' as groep_soort,
        min(klasse.groep_code) as groep_code,
        min(klasse.naam) as groep_naam,
        max(nieuwste_klassen.jaar) as jaar
    from nieuwste_klassen
    inner join {{ ref('int_opvolger') }} as opvolger
        on nieuwste_klassen.gm_code = opvolger.oude_code and nieuwste_klassen.jaar = opvolger.jaar
    inner join {{ ref('stedelijkheid') }} as klasse on nieuwste_klassen.klasse = klasse.klasse
    group by opvolger.nieuwe_code
    -- A municipality that grew out of two classes since has none until CBS says which.
    having min(klasse.groep_code) = max(klasse.groep_code)
),

groepen as (
    select * from regios
    union all by name
    select * from stedelijkheid
)

select
    gm_code,
    groep_soort,
    groep_code,
    groep_naam,
    jaar
from groepen
