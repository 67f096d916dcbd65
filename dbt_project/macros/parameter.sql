{#- A parameter of the analysis: a number from the seed `parameter`, written into the SQL; a name that is not there is an error. -#}
{% macro parameter(naam) %}
    {%- set seed = ref('parameter') -%}
    {%- if execute -%}
        {%- set rijen = run_query("select waarde from " ~ seed ~ " where naam = '" ~ naam ~ "'") -%}
        {%- if rijen | length != 1 -%}
            {%- do exceptions.raise_compiler_error(
                "seeds/analyse/parameter.csv has no parameter '" ~ naam ~ "'; add a row with its value, meaning and reason."
            ) -%}
        {%- endif -%}
    {%- endif -%}
    {{ return(rijen[0][0] if execute else 0) }}
{% endmacro %}
