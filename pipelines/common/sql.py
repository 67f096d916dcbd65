"""The bits of SQL text that DuckDB takes no parameters for, and opening DuckDB files that nothing may change."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

# Nothing is fetched or loaded because a file names it.
_CLOSED: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}


def quoted(text: object) -> str:
    """``text`` as an SQL string literal."""
    return "'" + str(text).replace("'", "''") + "'"


def quoted_pattern(path: Path) -> str:
    """``path`` as the literal of a function that takes patterns, such that it means that one file and no other.

    A folder may be called ``data [2026]``. DuckDB knows no escape but a class of one character.
    """
    return quoted(re.sub(r"([*?\[])", r"[\1]", str(path)))


def parquet_files(files: Iterable[Path]) -> str:
    """The rows of ``files`` together, by the names of their columns, as what SQL selects from.

    A folder on the way may hold an equals sign: that is no column.
    """
    listed = ", ".join(map(quoted_pattern, files))
    return f"read_parquet([{listed}], union_by_name = true, hive_partitioning = false)"


def quoted_name(name: str) -> str:
    """``name`` of a table or column as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def attach(connection: duckdb.DuckDBPyConnection, database: Path, name: str) -> None:
    """Attach the file ``database``, read-only, under ``name``."""
    connection.execute(f"attach {quoted(database)} as {quoted_name(name)} (read_only)")


def closed_connection() -> duckdb.DuckDBPyConnection:
    """A connection in memory that fetches and loads no extension by itself."""
    return duckdb.connect(config=_CLOSED)


@contextmanager
def attached(**databases: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection in memory with ``databases`` attached read-only, each under its name; the first one is in use.

    Never a connection to the file itself: settings go for all that a process has open of one file, so two readers of it
    in one process would disturb each other.

    Raises:
        duckdb.Error: a file is no DuckDB database, or cannot be opened.
    """
    with closed_connection() as connection:
        for name, database in databases.items():
            attach(connection, database, name)
        connection.execute(f"use {quoted_name(next(iter(databases)))}")
        yield connection


def named_rows(result: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """The rows of an executed query, each by column name."""
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
