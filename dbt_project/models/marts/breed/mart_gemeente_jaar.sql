-- Wide: one row per municipality of the newest division and year, one column per indicator.
select
    cijfer.regio_code as gm_code,
    gemeente.naam,
    cijfer.jaar{{ indicatorkolommen('cijfer') }}
from {{ ref('int_cijfer') }} as cijfer
inner join {{ ref('dim_gemeente') }} as gemeente on cijfer.regio_code = gemeente.gm_code
where cijfer.regio_soort = 'gemeente' and cijfer.indeling = 'actueel'
group by cijfer.regio_code, gemeente.naam, cijfer.jaar
order by cijfer.regio_code, cijfer.jaar
-- The columns are read from the seed while the model runs. depends_on: {{ ref('indicator') }}
