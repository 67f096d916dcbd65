{#- "Second delivery, else the first": of one published row the first column with a value counts, else the preferred one. -#}
{% macro telt_van_haar_rij() -%}
    row_number() over (partition by tabel_id, rij_id, maat order by (waarde is null), voorkeur) = 1
{%- endmacro %}

{#- CTE `gecorrigeerd`: the rows of `cellen` with what CBS published wrongly replaced, by a value or by the reason that there is none.
`tijd` is the column of the time that a row is about, `kolommen` what tells its rows apart beside table, measure and region. -#}
{% macro gecorrigeerde_cellen(cellen, tijd, kolommen) -%}
-- A column without any figure was not filled yet: its dots say nothing about this or that municipality.
leeg as (
    select
        dataset,
        maat,
        tabel_id,
        {{ tijd }}
    from {{ cellen }}
    group by dataset, maat, tabel_id, {{ tijd }}
    having count(waarde) = 0
),

gecorrigeerd as (
    select
        cel.dataset,
        cel.maat,
        cel.tabel_id,
        cel.regio_code,
        cel.regio_soort,
        cel.{{ kolommen | join(', cel.') }},
        case when correctie.rij_id is null then cel.waarde else correctie.juiste_waarde end as waarde,
        case
            when correctie.rij_id is not null then correctie.juiste_reden
            when leeg.maat is not null and cel.symbool = '.' and cel.reden_ontbreekt <> 'niet_opgenomen' then 'niet_gepubliceerd'
            else cel.reden_ontbreekt
        end as reden_ontbreekt,
        cel.status
    from {{ cellen }} as cel
    left join {{ ref('stg_correctie') }} as correctie
        on
            cel.dataset = correctie.dataset
            and cel.maat = correctie.maat
            and cel.tabel_id = correctie.tabel_id
            and cel.rij_id = correctie.rij_id
    left join leeg
        on
            cel.dataset = leeg.dataset
            and cel.maat = leeg.maat
            and cel.tabel_id = leeg.tabel_id
            and cel.{{ tijd }} = leeg.{{ tijd }}
)
{%- endmacro %}
