"""Compiled models of a build, run over tables made for a test: no dbt, no files, one DuckDB in memory."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from pipelines.build.workspace import Workspace

Row = tuple[Any, ...]


class MadeTables:
    """The two databases of a build, with only what the test puts into them."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, models: Path) -> None:
        """Use ``connection``, and the compiled models below the folder ``models``."""
        self._connection = connection
        self._models = models

    def table(self, name: str, rows: list[dict[str, Any]], types: dict[str, str]) -> None:
        """Make a table of the columns in ``types``; ``name`` has its database: ``intern.int_gemeente_jaar``."""
        columns = ", ".join(f"{column} {kind}" for column, kind in types.items())
        self._connection.execute(f"create table {self._qualified(name)} ({columns})")
        for row in rows:
            values = [row.get(column) for column in types]
            self._connection.execute(
                f"insert into {self._qualified(name)} values ({', '.join('?' * len(types))})", values
            )

    def model(self, name: str) -> None:
        """Build a model into its database, from its compiled SQL."""
        (path,) = self._models.rglob(f"{name.partition('.')[2]}.sql")
        self._connection.execute(f"create table {self._qualified(name)} as {path.read_text(encoding='utf-8')}")

    def rows(self, query: str) -> list[Row]:
        """Run a query; tables are named with their database."""
        return self._connection.execute(query).fetchall()

    @staticmethod
    def _qualified(name: str) -> str:
        database, _, table = name.partition(".")
        return f"{database}.main.{table}"


@contextmanager
def made_tables(built: Workspace) -> Iterator[MadeTables]:
    """Empty databases ``intern`` and ``monitor`` beside the compiled models of ``built``."""
    with duckdb.connect() as connection:
        for name in ("intern", "monitor"):
            connection.execute(f"attach ':memory:' as {name}")
        yield MadeTables(connection, built.folder / "dbt/compiled/monitor/models")
