"""The corrections of known errors in what CBS publishes, applied to cells as the build does, in a way of its own.

What does not belong here: which corrections a release applied (its table `correctie` says so).
"""

import csv
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from pipelines.explain.model import Cell, Correction

_FILE = "referentie/correcties.csv"


class _CorrectionRow(BaseModel):
    """A row of the file: which cell, what was published there, and what is right."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    tabel_id: str
    regio: str
    jaar: int
    maat: str
    uitsplitsing: str
    gepubliceerd: str
    juist: str
    verwijzing: str
    datum: str
    toelichting: str


class Corrections:
    """The corrections of the seeds in ``folder``; an older project has none."""

    def __init__(self, folder: Path) -> None:
        path = folder / _FILE
        self._rows: list[_CorrectionRow] = []
        if path.exists():
            with path.open(encoding="utf-8", newline="") as file:
                self._rows = [_CorrectionRow.model_validate(row) for row in csv.DictReader(file)]

    def apply(
        self, table: str, measure: str, year: int, cells: Mapping[str, Mapping[str, tuple[Cell, ...]]]
    ) -> dict[str, dict[str, tuple[Cell, ...]]]:
        """The cells of a measure in a year, by region and part, with those replaced that are corrected."""
        corrected = {region: dict(parts) for region, parts in cells.items()}
        for row in self._rows:
            if (row.tabel_id, row.maat, row.jaar) == (table, measure, year):
                found = corrected.get(row.regio, {}).get(row.uitsplitsing, ())
                same = [cell for cell in found if cell.gebruikt and _is_published_as(cell, row.gepubliceerd)]
                # More than one cell like it: which of them is wrong the row does not say.
                if len(same) == 1:
                    corrected[row.regio][row.uitsplitsing] = tuple(
                        _corrected(cell, row) if cell is same[0] else cell for cell in found
                    )
        return corrected


def _is_published_as(cell: Cell, text: str) -> bool:
    if cell.correctie is not None:
        return False
    published = (cell.tekst or "").strip()
    return published == text or (_number(published) is not None and _number(published) == _number(text))


def _corrected(cell: Cell, row: _CorrectionRow) -> Cell:
    value = _number(row.juist)
    correction = Correction(row.juist, row.verwijzing, row.datum, row.toelichting)
    return replace(cell, waarde=value, reden=row.juist if value is None else None, correctie=correction)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
