"""What a release holds, as hashes: per table (what the audit signs and the publisher checks) and per file.

``SHA256SUMS`` is made of the manifest, which holds the hash of every other file: one truth in two forms, so that
whoever copies a release can check the copy without this program.
"""

import hashlib
from pathlib import Path
from typing import Final

import duckdb

from pipelines.common.files import sha256_of
from pipelines.common.sql import attached, quoted_name
from pipelines.releases.store import MANIFEST, Release

# Tables that publishing adds after the audit; everything else in the file is data and signed.
APPENDED = ("kwaliteit", "revisies", "revisie_telling", "release", "dictionary")
SUMS: Final = "SHA256SUMS"
_TABLES = """
    select table_name from duckdb_tables()
    where database_name = current_database() and schema_name = 'main' order by table_name
"""
_DESCRIBED = """
    select string_agg(concat_ws(' ', column_name, data_type, comment), ',' order by column_index)
    from duckdb_columns()
    where database_name = current_database() and table_name = $1 and schema_name = 'main'
"""
_ROWS_AT_ONCE = 50_000


def table_hashes(database: Path) -> dict[str, str]:
    """SHA-256 over the rows of each data table, whatever their order; columns, types and descriptions count too."""
    with attached(uitgave=database) as connection:
        tables = [name for (name,) in connection.execute(_TABLES).fetchall()]
        return {name: _hash(connection, name) for name in tables if name not in APPENDED}


def _hash(connection: duckdb.DuckDBPyConnection, table: str) -> str:
    """SHA-256 over what describes the table and its sorted rows as text, one a line.

    DuckDB writes the rows, since its text of a value is part of the hash. Sorting and hashing them there as well takes
    more than twice the time: it sorts long texts slowly and has no use of the processor's own SHA-256.
    """
    texts = connection.execute(
        f"select cast(de_hele_rij as varchar) as rij from {quoted_name(table)} as de_hele_rij"  # noqa: S608 - quoted
    )
    rows = texts.pl()["rij"].sort()
    described = connection.execute(_DESCRIBED, [table]).fetchone()
    digest = hashlib.sha256(f"{described[0] if described else ''}\n".encode())
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        lines = rows.slice(start, _ROWS_AT_ONCE).str.join("\n").item()
        digest.update(("\n" * (start > 0) + lines).encode())
    return digest.hexdigest()


def file_hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of every file under ``folder`` but its manifest, by relative path."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): sha256_of(path) for path in files if path.name != MANIFEST}


def sums_of(release: Release) -> str:
    """The text for ``sha256sum --check``: every file in the manifest, and the manifest itself."""
    hashes = {**release.manifest.files, MANIFEST: sha256_of(release.folder / MANIFEST)}
    return "".join(f"{hashes[name]}  {name}\n" for name in sorted(hashes))
