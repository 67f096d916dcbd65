"""The build under audit, opened read-only beside the observations and the previous release."""

import glob
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

import duckdb

from pipelines.build.checks import AuditRequest

# A pandas.DataFrame; pandas comes without types, and only Great Expectations needs it.
Frame: TypeAlias = Any

PREVIOUS = "vorige"
NO_EXTENSIONS: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}


class BuildView:
    """Queries over one build: its tables in ``main``, extra Parquet views, ``vorige`` when there is one."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, *, has_previous: bool) -> None:
        """Use `open_build`."""
        self._connection = connection
        self.has_previous = has_previous

    def tables(self) -> set[str]:
        """Name what a suite can be about: the tables and views of the build, and the Parquet views."""
        return self._names(
            "select table_name from information_schema.tables"
            " where table_catalog in (current_database(), 'temp') and table_schema = 'main'"
        )

    def previous_tables(self) -> set[str]:
        """Name the tables of the previous release; empty when there is none."""
        return self._names("select table_name from information_schema.tables where table_catalog = 'vorige'")

    def columns(self, query: str) -> list[str]:
        """Name the columns ``query`` gives, in order; raises `duckdb.Error` when it is not a valid query."""
        return [str(row[0]) for row in self._connection.execute(f"describe {_wrapped(query, '*')}").fetchall()]

    def frame(self, query: str, columns: Sequence[str]) -> Frame:
        """Fetch the rows of ``query`` as a pandas frame; only ``columns`` leave DuckDB."""
        chosen = ", ".join(_identifier(column) for column in columns)
        return self._connection.execute(_wrapped(query, chosen)).df()

    def _names(self, query: str) -> set[str]:
        return {str(row[0]) for row in self._connection.execute(query).fetchall()}


@contextmanager
def open_build(request: AuditRequest) -> Iterator[BuildView]:
    """Attach the build, the views and the previous release of ``request`` to a connection in memory.

    Nothing can be written and no extension is fetched. Raises `duckdb.Error` when a file is no DuckDB database.
    """
    with duckdb.connect(":memory:", config=NO_EXTENSIONS) as connection:
        # The build keeps its own name: views that dbt made in it carry that name in their text.
        own_name = request.database.stem
        _attach(connection, request.database, own_name)
        if request.previous is not None:
            _attach(connection, request.previous.resolve(), PREVIOUS)
        connection.execute(f"use {_identifier(own_name)}")
        for name, patterns in request.views.items():
            _create_view(connection, name, patterns)
        yield BuildView(connection, has_previous=request.previous is not None)


def _attach(connection: duckdb.DuckDBPyConnection, path: Path, name: str) -> None:
    connection.execute(f"attach {_literal(str(path))} as {_identifier(name)} (read_only)")


def _create_view(connection: duckdb.DuckDBPyConnection, name: str, patterns: Sequence[Path]) -> None:
    """A temporary view, so that it is found beside the read-only build; none when no file matches."""
    found = (glob.glob(str(pattern), recursive=True) for pattern in patterns)  # noqa: PTH207 - Path.glob is relative
    files = ", ".join(_literal(file) for file in sorted({file for group in found for file in group}))
    if files:
        parts = f"read_parquet([{files}], union_by_name = true, hive_partitioning = false)"
        connection.execute(f"create temp view {_identifier(name)} as select * from {parts}")  # noqa: S608 - quoted


def _wrapped(query: str, columns: str) -> str:
    # The line break ends a comment on the last line of the query.
    return f"select {columns} from (\n{query}\n)"  # noqa: S608 - the query is ours and the database read-only


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
