-- Wide: one row per municipality of the newest division and year, one column per indicator.
with cijfers as (
    select
        cijfer.regio_code as gm_code,
        gemeente.naam,
        cijfer.jaar,
        cijfer.indicator_id,
        cijfer.waarde
    from {{ ref('int_cijfer') }} as cijfer
    inner join {{ ref('dim_gemeente') }} as gemeente on cijfer.regio_code = gemeente.gm_code
    where cijfer.regio_soort = 'gemeente' and cijfer.indeling = 'actueel'
)

-- The columns are the rows of the seed, whether there are figures of them or not.
pivot cijfers
on indicator_id in ({{ namen_van_indicatoren() }})
using max(waarde)
group by gm_code, naam, jaar
order by gm_code, jaar
-- depends_on: {{ ref('indicator') }}
