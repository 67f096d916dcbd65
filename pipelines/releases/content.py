"""Content hashes: what the audit signs and the publisher checks, table by table."""

from pathlib import Path
from typing import Final

import duckdb

from pipelines.common.files import sha256_of
from pipelines.releases.store import MANIFEST, Release

# Tables that release/ adds after the audit; everything else in the file is data and signed.
APPENDED = ("kwaliteit", "revisies", "revisie_telling", "release", "dictionary")


def table_hashes(database: Path) -> dict[str, str]:
    """SHA-256 over the rows of each data table, whatever their order; columns, types and descriptions count too."""
    with duckdb.connect(str(database), read_only=True) as connection:
        tables = connection.execute(
            "select table_name from duckdb_tables() where schema_name = 'main' order by table_name"
        ).fetchall()
        return {name: _hash(connection, name) for (name,) in tables if name not in APPENDED}


def _hash(connection: duckdb.DuckDBPyConnection, table: str) -> str:
    row = connection.execute(
        f"""
        with rijen as (select cast(de_hele_rij as varchar) as rij from "{table}" as de_hele_rij)
        select sha256(
            (select string_agg(concat_ws(' ', column_name, data_type, comment), ',' order by column_index)
             from duckdb_columns() where table_name = $1 and schema_name = 'main')
            || chr(10) || coalesce(string_agg(rij, chr(10) order by rij), '')
        ) from rijen
        """,  # noqa: S608 - the name comes from the catalogue of the file itself
        [table],
    ).fetchone()
    return str(row[0]) if row else ""


SUMS: Final = "SHA256SUMS"


def sums_of(release: Release) -> str:
    """The text for ``sha256sum --check``: every file in the manifest, and the manifest itself."""
    hashes = {**release.manifest["bestanden"], MANIFEST: sha256_of(release.folder / MANIFEST)}
    return "".join(f"{hashes[name]}  {name}\n" for name in sorted(hashes))
