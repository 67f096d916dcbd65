"""The one reader of a release: its tables, rows and header. Nothing here can change a release.

What does not belong here: which releases there are (``store``), and whether a release is whole (``verification``).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Self

import duckdb
import orjson
import polars as pl

from pipelines.common.sql import attach, attached, closed_connection, named_rows, quoted_name
from pipelines.releases.store import DATABASE, Release, ReleaseError

# What the release is called in the connection that reads it.
_NAME: Final = "opened"


@dataclass(frozen=True)
class ReleaseHeader:
    """The one row of the table `release`: ``made`` is in UTC, ``previous`` is what it was compared with.

    ``source`` is opname, live or gemengd, ``explanation`` the same in Dutch words; ``versions`` are those of the
    programs it was made with, ``inputs`` the fingerprint of what it was made of.
    """

    release_id: str
    made: datetime
    contract_version: str
    division_year: int
    source: str
    explanation: str
    previous: str | None
    git_commit: str | None
    versions: dict[str, str]
    inputs: str

    def as_row(self) -> dict[str, Any]:
        """The row of the table `release`."""
        return {
            "release_id": self.release_id,
            "gemaakt": self.made,
            "vorige": self.previous,
            "contract_versie": self.contract_version,
            "indeling_jaar": self.division_year,
            "bron": self.source,
            "toelichting": self.explanation,
            "git_commit": self.git_commit,
            "versies": json.dumps(self.versions),
            "invoer": self.inputs,
        }

    @property
    def is_recording(self) -> bool:
        """Whether the figures are of recorded tables, which every file must say."""
        return self.source != "live"


Row = dict[str, Any]


class ReleaseReader:
    """Reads one release; made by `open_folder` or `open_database`. For one thread: another has its `beside`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def beside(self) -> Self:
        """A reader of the same release for another thread, for as long as this one is open."""
        connection = self._connection.cursor()
        connection.execute(f"use {_NAME}")
        return type(self)(connection)

    @cached_property
    def tables(self) -> list[str]:
        """Names of the public tables, in alphabetical order."""
        sql = (
            "select table_name from duckdb_tables() "
            "where database_name = current_database() and schema_name = 'main' order by table_name"
        )
        return [name for (name,) in self._connection.execute(sql).fetchall()]

    def has(self, table: str) -> bool:
        """Whether the release has this table."""
        return table in self.tables

    def columns(self, table: str) -> list[str]:
        """Names of the columns of a table, in order."""
        return [row["column_name"] for row in self.records(f"describe {quoted_name(table)}")]

    def rows(self, table: str) -> pl.DataFrame:
        """All rows of a table, in the order in which the file holds them."""
        return self.query(f"from {quoted_name(table)}")

    def query(self, sql: str) -> pl.DataFrame:
        """The rows of a query as a polars frame."""
        # Over Arrow's own interface: `.pl()` would need pyarrow as well.
        return pl.DataFrame(self._connection.sql(sql))

    def records(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[Row]:
        """The rows of a query, each by column name; ``parameters`` fill ``$name`` in it."""
        return named_rows(self._connection.execute(sql, dict(parameters or {})))

    def tuples(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a query, for who reads hundreds of thousands of them."""
        return self._connection.execute(sql).fetchall()

    def select(self, table: str, columns: Sequence[str], order: str = "") -> list[Row]:
        """The rows of a table with exactly ``columns``, also of a release made before there was all of that.

        A column that the release lacks is None, a table that it lacks has no rows. ``order`` is what SQL sorts by;
        without it the order of the file stays.
        """
        if not self.has(table):
            return []
        present = self.columns(table)
        wanted = ", ".join(name if name in present else f"null as {name}" for name in columns)
        sorted_by = f" order by {order}" if order else ""
        return self.records(f"select {wanted} from {quoted_name(table)}{sorted_by}")  # noqa: S608 - names of our own

    @cached_property
    def header(self) -> ReleaseHeader:
        """What the release says of itself."""
        (row,) = self.records("from release")
        return ReleaseHeader(
            release_id=row["release_id"],
            made=row["gemaakt"],
            contract_version=row["contract_versie"],
            division_year=row["indeling_jaar"],
            source=row["bron"],
            explanation=row["toelichting"],
            previous=row["vorige"],
            git_commit=row["git_commit"],
            versions=orjson.loads(row["versies"]),
            inputs=row["invoer"],
        )


@contextmanager
def open_database(database: Path) -> Iterator[ReleaseReader]:
    """Read the finished ``database`` of a release, or of a draft of one.

    Raises:
        duckdb.Error: it is no DuckDB database, or cannot be opened.
    """
    with attached(**{_NAME: database}) as connection:
        # The order of rows is part of what is exported.
        connection.execute("set preserve_insertion_order = true")
        connection.execute("set threads = 2")
        yield ReleaseReader(connection)


@contextmanager
def open_folder(folder: Path) -> Iterator[ReleaseReader]:
    """Read the release (or the draft of one) in ``folder``; as `open_database`."""
    with open_database(folder / DATABASE) as reader:
        yield reader


@contextmanager
def open_releases(**releases: Release) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with several releases beside each other, each read-only under its name, to compare them in SQL.

    Raises:
        ReleaseError: one of them cannot be read.
    """
    with closed_connection() as connection:
        for name, release in releases.items():
            try:
                attach(connection, release.database, name)
            except duckdb.Error as error:
                raise ReleaseError(
                    f"Release {release.release_id} cannot be read: {error}. See `monitor verify {release.release_id}`."
                ) from error
        yield connection
