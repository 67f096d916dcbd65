{#- The figures of one division with the names an analyst needs; the division is the only thing that differs. -#}
{% macro cijfers_met_namen(indeling) -%}
select
    cijfer.indicator_id,
    indicator.naam as indicator_naam,
    indicator.domein,
    indicator.eenheid,
    cijfer.regio_soort,
    cijfer.regio_code,
    regio.naam as regio_naam,
    cijfer.jaar,
    cijfer.waarde,
    cijfer.teller,
    cijfer.noemer,
    cijfer.status,
    cijfer.reden_ontbreekt,
    cijfer.schatting,
    cijfer.twijfel,
    cijfer.reeksbreuk,
    cijfer.tabel_id,
    cijfer.regiocijfer,
    cijfer.lidmaatschap_bron,
    cijfer.lidmaatschap_datum
from {{ ref('fct_indicator') }} as cijfer
inner join {{ ref('dim_indicator') }} as indicator on cijfer.indicator_id = indicator.indicator_id
inner join {{ ref('dim_regio') }} as regio
    on cijfer.regio_code = regio.regio_code and cijfer.regio_soort = regio.regio_soort
where cijfer.indeling = '{{ indeling }}'
order by cijfer.indicator_id, cijfer.regio_soort, cijfer.regio_code, cijfer.jaar
{%- endmacro %}
