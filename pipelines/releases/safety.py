"""Is it safe to open a release: nothing in the file runs, reaches outside or needs a newer DuckDB.

A view, a macro or a computed column is code that runs in the tool of whoever reads it, with their rights: a view may
read any file of theirs. So a release holds tables with plain columns, and nothing else.
"""

import re
import struct
from collections.abc import Iterator
from pathlib import Path

from pipelines.common.sql import attach, closed_connection

# What DuckDB 1.1 to 2.0 all read: version of the storage format, as the header of the file has it (v0.10.0 to v1.1).
_READABLE_STORAGE = 64
_HEADER = struct.Struct("<8x4sQ")
# Types that every driver knows how to show; nested ones and those of extensions are not.
_PLAIN_TYPE = re.compile(
    r"BOOLEAN|TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT|FLOAT|DOUBLE|DECIMAL\(\d+,\d+\)|VARCHAR|DATE|TIMESTAMP|ENUM\('.*'\)",
    re.DOTALL,
)
# What there may be none of, each with its names. `main` of this file is the only schema that tools look in.
_NOTHING_BUT_TABLES = {
    "schemas beside main": "select schema_name from duckdb_schemas() where {here} and schema_name <> 'main'",
    "views": "select view_name from duckdb_views() where {here}",
    "macros": "select function_name from duckdb_functions() where {here}",
    "sequences": "select sequence_name from duckdb_sequences() where database_name = 'opened'",
    "types of its own": "select type_name from duckdb_types() where {here}",
    "indexes": "select index_name from duckdb_indexes() where database_name = 'opened'",
    "columns with a default or a formula": "select table_name || '.' || column_name from duckdb_columns() "
    "join duckdb_tables() using (database_name, schema_name, table_name) "
    "where duckdb_columns.database_name = 'opened' and column_default is not null",
}
_HERE = "database_name = 'opened' and not internal"
_COLUMNS = "select table_name || '.' || column_name, data_type from duckdb_columns() where {here} order by all"


def unsafe_to_open(database: Path) -> list[str]:
    """Why ``database`` should not be opened by an analyst: parts of sentences, or nothing when it holds only tables.

    Raises:
        duckdb.Error, OSError: if it cannot be opened at all.
    """
    return [*_format_problems(database), *_content_problems(database)]


def _format_problems(database: Path) -> Iterator[str]:
    with database.open("rb") as file:
        magic, version = _HEADER.unpack(file.read(_HEADER.size).ljust(_HEADER.size))
    if magic != b"DUCK":
        yield f"{database.name} is no DuckDB file"
    elif version != _READABLE_STORAGE:
        yield (
            f"{database.name} has storage format {version}, which older drivers cannot open "
            f"(expected {_READABLE_STORAGE}: STORAGE_VERSION 'v1.0.0')"
        )
    log = database.with_name(f"{database.name}.wal")
    if log.exists():
        yield f"{log.name} lies beside it, and every reader would apply it"


def _content_problems(database: Path) -> Iterator[str]:
    # Attached, and never the database in use: settings go for all that a process has open of a file, and a macro in use
    # could pass itself off as one of the functions that these queries call.
    with closed_connection() as connection:
        attach(connection, database, "opened")
        # To name what is there must not run it.
        connection.execute("set enable_external_access = false")
        for kind, query in _NOTHING_BUT_TABLES.items():
            names = [name for (name,) in connection.execute(query.format(here=_HERE) + " order by all").fetchall()]
            if names:
                yield f"{database.name} holds {kind} ({', '.join(names)}), where only plain tables belong"
        types = connection.execute(_COLUMNS.format(here=_HERE)).fetchall()
    odd = [f"{column} {data_type}" for column, data_type in types if not _PLAIN_TYPE.fullmatch(data_type)]
    if odd:
        yield f"{database.name} has columns of a type that not every tool reads ({', '.join(odd)})"
