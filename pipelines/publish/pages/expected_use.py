"""The part of a municipality's page about young people with youth care beside the number that is expected by age.

Drawn where the release has figures of it. It says what chance does, and marks nothing by it.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Final, NamedTuple

from markupsafe import Markup

from pipelines.common import dutch
from pipelines.publish.pages.cells import PROVISIONAL, TableCell, row_of
from pipelines.releases.reader import ReleaseReader, Row

COLUMNS: Final = ("Jongeren met jeugdzorg", "Verwacht naar leeftijd", "Index", "Ondergrens", "Bovengrens")


class ExpectedUse(NamedTuple):
    """What the page says: the newest ``year`` that has an index, its cells, and its ``table``."""

    year: int
    cells: Markup
    table: str


class ExpectedByAge:
    """Young people with youth care beside the number that is expected by age, of each municipality.

    One year: beside each other they would be read as a course, over breaks that there are.
    """

    def __init__(self, release: ReleaseReader) -> None:
        self._release = release

    def of(self, code: str) -> ExpectedUse | None:
        """The part about the municipality ``code``; None where no year has an index."""
        row = self._rows.get(code)
        return None if row is None else ExpectedUse(row["jaar"], row_of(_cells(row)), row["tabel_id"])

    @cached_property
    def _rows(self) -> Mapping[str, Row]:
        if not self._release.has("mart_verwacht_gebruik"):
            return {}
        rows = self._release.records(
            "select * from mart_verwacht_gebruik where index_verwacht is not null order by gm_code, jaar"
        )
        return {row["gm_code"]: row for row in rows}


def _cells(row: Row) -> list[TableCell]:
    marks = "v" if row["status"] in PROVISIONAL else ""
    return [
        TableCell(dutch.number(row[name]), marks if name == "waargenomen" else "", "", "")
        for name in ("waargenomen", "verwacht", "index_verwacht", "ondergrens", "bovengrens")
    ]
