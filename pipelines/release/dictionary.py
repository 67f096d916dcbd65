"""The rows of `dictionary`: every column of a release, with type, unit and Dutch description."""

from pathlib import Path
from typing import Any

import duckdb
import orjson

from pipelines.release import appended
from pipelines.release.sql import quoted, quoted_name


def dictionary_rows(connection: duckdb.DuckDBPyConnection, dbt_manifest: Path) -> list[dict[str, Any]]:
    """One row per column; types and texts from the file, units and keys from where the columns are defined."""
    defined = _defined_columns(dbt_manifest)
    units = dict(connection.execute("select indicator_id, eenheid from dim_indicator").fetchall())
    columns = connection.execute(
        """
        select t.table_name, c.column_name, c.data_type, c.comment, t.comment
        from duckdb_columns() as c
        inner join duckdb_tables() as t on c.table_oid = t.table_oid and c.database_oid = t.database_oid
        where t.database_name = current_database() and t.schema_name = 'main'
        order by t.table_name, c.column_index
        """
    ).fetchall()
    return [
        {
            "tabel": table,
            "kolom": column,
            "type": data_type,
            "omschrijving": comment,
            "eenheid": defined.get((table, column), (None, False))[0] or units.get(column),
            "sleutel": defined.get((table, column), (None, False))[1],
            "tabel_omschrijving": table_comment,
        }
        for table, column, data_type, comment, table_comment in columns
    ]


def state_keys(connection: duckdb.DuckDBPyConnection, dbt_manifest: Path) -> None:
    """Add to the COMMENT of each table which columns identify a row, since a BI tool shows nothing else of it."""
    keys: dict[str, list[str]] = {}
    for (table, column), (_, in_key) in _defined_columns(dbt_manifest).items():
        keys.setdefault(table, []).extend([column] if in_key else [])
    commented = connection.execute(
        "select table_name, comment from duckdb_tables() where database_name = current_database()"
    ).fetchall()
    for table, comment in commented:
        if keys.get(table):
            text = f"{comment} Sleutel: {', '.join(keys[table])}."
            connection.execute(f"comment on table {quoted_name(table)} is {quoted(text)}")


def _defined_columns(dbt_manifest: Path) -> dict[tuple[str, str], tuple[str | None, bool]]:
    """(unit, part of key) of each documented column."""
    found = {(t.name, c.name): (c.unit, c.key) for t in appended.TABLES for c in t.columns}
    for node in orjson.loads(dbt_manifest.read_bytes())["nodes"].values():
        if node["resource_type"] == "model":
            keys = node["config"]["meta"].get("sleutel", [])
            for name, column in node["columns"].items():
                found[node["name"], name] = (column["config"]["meta"].get("eenheid"), name in keys)
    return found
