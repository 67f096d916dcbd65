-- In which regions a municipality lies, per year; only where that is known. Grootteklasse is derived from inhabitants.
with gebieden as (
    select
        gebied.gm_code,
        gebied.jaar,
        gebied.regio_soort,
        gebied.regio_code,
        'CBS ' || gebied.tabel_id as bron
    from {{ ref('stg_gebieden') }} as gebied
    semi join {{ ref('int_gemeente_jaar') }} as gemeente
        on gebied.gm_code = gemeente.gm_code and gebied.jaar = gemeente.jaar
),

grootteklassen as (
    select
        inwoners.regio_code as gm_code,
        inwoners.jaar,
        'grootteklasse' as regio_soort,
        klasse.regio_code,
        'Afgeleid van inwoners (CBS ' || inwoners.tabel_id || ')' as bron
    from {{ ref('int_basis_gemeente') }} as inwoners
    inner join {{ ref('grootteklasse') }} as klasse
        on inwoners.waarde >= klasse.vanaf and inwoners.waarde <= coalesce(klasse.tot, inwoners.waarde)
    where inwoners.indicator_id = 'inwoners'
),

land as (
    select
        gm_code,
        jaar,
        'land' as regio_soort,
        'NL' as regio_code,
        'CBS, gemeentelijke indeling per jaar' as bron
    from {{ ref('int_gemeente_jaar') }}
    where jaar >= (select min(jaar) from gebieden)
)

select * from gebieden
union all
select * from grootteklassen
union all
select * from land
order by gm_code, jaar, regio_soort
