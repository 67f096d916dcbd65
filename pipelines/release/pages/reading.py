"""Rows of a release for a page: a release may lack a table or a column, and a page says so instead of failing."""

from collections.abc import Sequence
from typing import Any

from pipelines.release.exports.opened import Opened
from pipelines.release.sql import quoted_name

Row = dict[str, Any]


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
