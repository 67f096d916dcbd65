"""The bits of SQL text that DuckDB takes no parameters for, and opening DuckDB files that nothing may change."""

from collections.abc import Iterator
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
