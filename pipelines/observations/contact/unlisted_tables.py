"""Tables that look like a next year of a dataset and that no yml lists: the same title with another year in it.

What does not belong here: taking such a table into use, which is a line in a yml.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from pipelines.sources.datasets import Dataset
from pipelines.statline.catalogue import Catalogue, CatalogueRow
from pipelines.statline.errors import InvalidFieldError

_YEAR: Final = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


@dataclass(frozen=True)
class UnlistedTable:
    """A table of the catalogue: ``twin`` is the listed table that already has its year, if there is one."""

    dataset: str
    table: str
    title: str
    year: int
    status: str | None
    twin: str | None

    @property
    def line(self) -> str:
        """What to write under ``tabellen`` to read it."""
        return f"- {{tabel: {self.table}, jaren: {self.year}}}"


def find_unlisted(dataset: Dataset, catalogue: Catalogue, listed: Iterable[str]) -> Iterator[UnlistedTable]:
    """The tables in ``catalogue`` titled as those of ``dataset`` but for the year, in the same language, by year.

    ``listed`` are the ids that some yml has; those are passed over.
    """
    known = set(listed)
    patterns = {_pattern(row) for row in _rows(catalogue, (table.tabel for table in dataset.tabellen))} - {None}
    found = [
        (row, int(years[-1]))
        for row in _rows(catalogue, (table for table in catalogue if table not in known))
        if (years := _YEAR.findall(row.title)) and _pattern(row) in patterns
    ]
    for row, year in sorted(found, key=lambda pair: (pair[1], pair[0].table)):
        twin = next((table.tabel for table in dataset.tabellen if year in table.jaren), None)
        status = row.fields.get("OutputStatus")
        yield UnlistedTable(
            dataset.name, row.table, row.title.strip(), year, status if isinstance(status, str) else None, twin
        )


def _rows(catalogue: Catalogue, tables: Iterable[str]) -> Iterator[CatalogueRow]:
    for table in tables:
        # What is wrong with somebody else's row hurts nobody, and ours is told where the table itself is asked for.
        with suppress(InvalidFieldError, KeyError):
            yield catalogue[table]


def _pattern(row: CatalogueRow) -> tuple[str, object] | None:
    """The words of a title with its years left open, and its language; None for a title without a year."""
    if not _YEAR.search(row.title):
        return None
    words = re.findall(r"[\w{}]+", _YEAR.sub("{jaar}", row.title).lower())
    return " ".join(words), row.fields.get("Language")
