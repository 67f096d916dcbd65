"""What a release holds, as hashes: per table (what the audit signs and the publisher checks) and per file.

``SHA256SUMS`` is made of the manifest, which holds the hash of every other file: one truth in two forms, so that
whoever copies a release can check the copy without this program.
"""

import hashlib
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import duckdb

from pipelines.common.files import sha256_of
from pipelines.common.sql import attached, quoted_name
from pipelines.releases.store import MANIFEST, Release

# Tables that publishing adds after the audit; everything else in the file is data and signed.
APPENDED: Final = ("kwaliteit", "revisies", "revisie_telling", "release", "dictionary")
SUMS: Final = "SHA256SUMS"
_TABLES: Final = """
    select table_name from duckdb_tables()
    where database_name = current_database() and schema_name = 'main' order by table_name
"""
_DESCRIPTION: Final = """
    select string_agg(concat_ws(' ', column_name, data_type, comment), ',' order by column_index)
    from duckdb_columns()
    where database_name = current_database() and table_name = $1 and schema_name = 'main'
"""
_ROWS_AT_ONCE: Final = 50_000


def table_hashes(database: Path) -> dict[str, str]:
    """SHA-256 over the rows of each data table, whatever their order; columns, types and descriptions count too."""
    with attached(opened=database) as connection:
        tables = [name for (name,) in connection.execute(_TABLES).fetchall()]
        return {name: _hash(connection, name) for name in tables if name not in APPENDED}


def _hash(connection: duckdb.DuckDBPyConnection, table: str) -> str:
    """SHA-256 of the description of a table and of its rows as text, sorted, each on a line of its own."""
    described = connection.execute(_DESCRIPTION, [table]).fetchone()
    digest = hashlib.sha256((described[0] if described and described[0] else "").encode() + b"\n")
    # Sorted by DuckDB and hashed here: its own `string_agg` and `sha256` take twice the time, and hold all at once.
    rows = connection.execute(
        f"select cast(the_whole_row as varchar) as line from {quoted_name(table)} as the_whole_row order by line"  # noqa: S608 - the name comes from the catalogue of the file itself
    )
    between = b""
    while lines := rows.fetchmany(_ROWS_AT_ONCE):
        digest.update(between + "\n".join(line for (line,) in lines).encode())
        between = b"\n"
    return digest.hexdigest()


def hashes_of(folder: Path, names: Iterable[str]) -> dict[str, str]:
    """SHA-256 of each named file in ``folder``, by that name."""
    wanted = list(names)
    # Hashing runs beside hashing, and beside whatever else there is.
    with ThreadPoolExecutor() as pool:
        return dict(zip(wanted, pool.map(lambda name: sha256_of(folder / name), wanted), strict=True))


def file_hashes(folder: Path, known: Mapping[str, str] | None = None) -> dict[str, str]:
    """SHA-256 of every file under ``folder`` but its manifest, by relative path; not again of those ``known``."""
    files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    wanted = [name for name in files if name != MANIFEST]
    found = {**hashes_of(folder, [name for name in wanted if name not in (known or {})]), **(known or {})}
    return {name: found[name] for name in wanted}


def sums_of(release: Release) -> str:
    """The text for ``sha256sum --check``: every file in the manifest, and the manifest itself."""
    hashes = {**release.manifest.files, MANIFEST: sha256_of(release.folder / MANIFEST)}
    return "".join(f"{hashes[name]}  {name}\n" for name in sorted(hashes))
