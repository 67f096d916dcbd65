"""A finished release opened to be exported: its tables in order, and their rows in the order of the file."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Final

import duckdb
import orjson
import polars as pl

from pipelines.common.sql import quoted_name
from pipelines.releases.store import DATABASE
from pipelines.sources.datasets import load_datasets


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


LICENCE_URL: Final = "https://creativecommons.org/licenses/by/4.0/deed.nl"
# Of CBS's own catalogue; those of third parties have portals of their own, without a page per table.
_STATLINE = "https://opendata.cbs.nl/statline/#/CBS/nl/dataset/"


@dataclass(frozen=True)
class SourceTable:
    """A CBS table: its title, when CBS changed it, where to see it (empty: unknown) and its attribution."""

    table: str
    title: str
    changed: datetime
    url: str
    licence: str
    attribution: str


def sources_of(release: Opened) -> list[SourceTable]:
    """The tables in `herkomst`, by their id."""
    if not release.has("herkomst"):
        return []
    rows = release.query(
        "select tabel_id, titel, gewijzigd, dataset, licentie, bronvermelding from herkomst order by tabel_id"
    ).rows()
    return [
        SourceTable(table, title, changed, statline_url(table, dataset), licence, attribution)
        for table, title, changed, dataset, licence, attribution in rows
    ]


def statline_url(table: str, dataset: str | None) -> str:
    """Where CBS shows a table to people, or the portal of its third party; empty for a dataset that is not ours."""
    link = _links().get(dataset or "", "")
    return link + table if link == _STATLINE else link


@cache
def _links() -> dict[str, str]:
    return {each.name: _STATLINE if each.catalogus == "CBS" else each.link for each in load_datasets().values()}
