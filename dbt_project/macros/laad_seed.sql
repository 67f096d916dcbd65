{#
    Laadt een seed, zoals dbt-duckdb het doet, maar uit precies dat bestand. De map waarin het project staat mag elke naam
    hebben: zonder dit breekt een apostrof de SQL, en leest DuckDB haken en sterren als een patroon.
#}
{% macro duckdb__load_csv_rows(model, agate_table) %}
    {% set bestand = modules.re.sub("([*?[])", "[\\1]", adapter.get_seed_file_path(model)) | replace("'", "''") %}
    {% set sql %}
        copy {{ this.render() }} from '{{ bestand }}'
        (format csv, header true, delimiter '{{ config.get("delimiter", ",") }}')
    {% endset %}
    {% do adapter.add_query(sql, abridge_sql_log=True) %}
    {{ return(sql) }}
{% endmacro %}
