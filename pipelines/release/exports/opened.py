"""A finished release opened to be exported: its tables in order, and their rows in the order of the file."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
import orjson
import polars as pl

from pipelines.release.releases import DATABASE
from pipelines.release.sql import quoted_name


class ExportError(Exception):
    """A file cannot be made so that it says what the database says; the message names table and column."""


@dataclass(frozen=True)
class Header:
    """The one row of the table `release`: ``made`` is in UTC, ``previous`` is what it was compared with.

    ``versions`` are those of the programs it was made with, ``inputs`` the fingerprint of what it was made of.
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

    @property
    def is_recording(self) -> bool:
        """Whether the figures are of recorded tables, which every file must say."""
        return self.source != "live"


class Opened:
    """The tables of one release; nothing here can change them."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection

    def tables(self) -> list[str]:
        """Names of the public tables, in alphabetical order."""
        found = self.connection.execute(
            "select table_name from duckdb_tables() where schema_name = 'main' order by table_name"
        ).fetchall()
        return [name for (name,) in found]

    def has(self, table: str) -> bool:
        """Whether the release has this table."""
        return table in self.tables()

    def rows(self, table: str) -> pl.DataFrame:
        """All rows of a table, in the order in which the file holds them."""
        return self.query(f"from {quoted_name(table)}")

    def query(self, sql: str) -> pl.DataFrame:
        """The rows of a query."""
        # Over Arrow's own interface: `.pl()` would need pyarrow as well.
        return pl.DataFrame(self.connection.sql(sql))

    def header(self) -> Header:
        """What the release says of itself."""
        row = self.rows("release").row(0, named=True)
        return Header(
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
def opened(folder: Path) -> Iterator[Opened]:
    """The release in ``folder``, read-only, with rows in a fixed order."""
    settings: dict[str, str | bool | int | float | list[str]] = {"preserve_insertion_order": True, "threads": 2}
    with duckdb.connect(str(folder / DATABASE), read_only=True, config=settings) as connection:
        yield Opened(connection)
