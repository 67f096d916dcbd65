"""The rows of `dictionary`: every column of a release, with type, unit and Dutch description."""

from pathlib import Path
from typing import Any

import duckdb
import orjson

from pipelines.release import appended


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


def _defined_columns(dbt_manifest: Path) -> dict[tuple[str, str], tuple[str | None, bool]]:
    """(unit, part of key) of each documented column."""
    found = {(t.name, c.name): (c.unit, c.key) for t in appended.TABLES for c in t.columns}
    for node in orjson.loads(dbt_manifest.read_bytes())["nodes"].values():
        if node["resource_type"] == "model":
            keys = node["config"]["meta"].get("sleutel", [])
            for name, column in node["columns"].items():
                found[node["name"], name] = (column["config"]["meta"].get("eenheid"), name in keys)
    return found
