"""Rows of a release for a page: a release may lack a table or a column, and a page says so instead of failing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from pipelines.release.exports.opened import Opened
from pipelines.release.sql import quoted_name

Row = dict[str, Any]

_HEADER = (
    "release_id",
    "gemaakt",
    "vorige",
    "contract_versie",
    "indeling_jaar",
    "bron",
    "toelichting",
    "git_commit",
    "versies",
    "invoer",
)


def records(release: Opened, table: str, columns: Sequence[str], order: str = "") -> list[Row]:
    """The rows of a table with exactly ``columns``, None where the release has no such column.

    Without such a table there are no rows. ``order`` is what SQL sorts by; without it the order of the file stays.
    """
    if not release.has(table):
        return []
    present = set(release.query(f"describe {quoted_name(table)}")["column_name"])
    wanted = ", ".join(column if column in present else f"null as {column}" for column in columns)
    sorted_by = f" order by {order}" if order else ""
    return query(release, f"select {wanted} from {quoted_name(table)}{sorted_by}")  # noqa: S608 - names of our own


def query(release: Opened, sql: str) -> list[Row]:
    """The rows of a query."""
    return release.query(sql).to_dicts()


@dataclass(frozen=True)
class Header:
    """The one row of `release`, with ``gemaakt`` in UTC and ``versies`` by program; ``vorige``: compared with."""

    release_id: str
    gemaakt: datetime
    vorige: str | None
    contract_versie: str
    indeling_jaar: int
    bron: str
    toelichting: str
    git_commit: str | None
    versies: dict[str, str]
    invoer: str

    @property
    def is_recorded(self) -> bool:
        """Whether the release was made of recorded tables instead of the live service."""
        return self.bron != "live"


def header(release: Opened) -> Header:
    """What `release` says of the release."""
    (row,) = records(release, "release", _HEADER)
    return Header(**row | {"versies": orjson.loads(row["versies"])})
