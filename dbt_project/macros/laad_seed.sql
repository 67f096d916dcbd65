{#- Loads a seed as dbt-duckdb does, but from exactly that file. The folder in which the project lies may have any name:
    without this an apostrophe breaks the SQL, and DuckDB takes brackets and stars for a pattern. -#}
{% macro duckdb__load_csv_rows(model, agate_table) %}
    {% set bestand = modules.re.sub("([*?[])", "[\\1]", adapter.get_seed_file_path(model)) | replace("'", "''") %}
    {% set sql %}
        copy {{ this.render() }} from '{{ bestand }}'
        (format csv, header true, delimiter '{{ config.get("delimiter", ",") }}')
    {% endset %}
    {% do adapter.add_query(sql, abridge_sql_log=True) %}
    {{ return(sql) }}
{% endmacro %}
