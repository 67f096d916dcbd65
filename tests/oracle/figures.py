"""One figure and what can be said about it: value, reason when there is none, status, parts of a ratio."""

from collections.abc import Iterable
from dataclasses import dataclass

LAND = "NL"

Status = str
"""definitief, nader_voorlopig, voorlopig or onbekend."""

Key = tuple[str, str, int]
"""indicator_id, regio_code (GM0363, or NL for the country), jaar."""

STATUS_OF_CBS = {"Definitief": "definitief", "NaderVoorlopig": "nader_voorlopig", "Voorlopig": "voorlopig"}
WEAKEST_FIRST = ("voorlopig", "nader_voorlopig", "onbekend", "definitief")


@dataclass(frozen=True, slots=True)
class Figure:
    """A row of `fct_indicator` without its key: `waarde` is None exactly when `reden` is filled.

    Attributes:
        waarde: the figure in the unit of its indicator, unrounded.
        reden: why there is no figure (`reden_ontbreekt`), else None.
        status: how definitive CBS calls it.
        teller: numerator of a computed ratio, in the unit of the numerator's own indicator.
        noemer: denominator of a computed ratio, in the unit of the denominator's own indicator.
        schatting: estimate by inhabitants that moved, only where `reden` is gesplitst.
    """

    waarde: float | None
    reden: str | None
    status: Status
    teller: float | None = None
    noemer: float | None = None
    schatting: float | None = None


Series = dict[tuple[str, int], Figure]
"""The figures of one measure by (regio_code, jaar)."""

NOT_RECORDED = Figure(None, "niet_opgenomen", "onbekend")
"""What no recorded table has a row for: of CBS that says nothing."""


def from_cell(text: str | None, status: Status) -> Figure:
    """Read one cell of UntypedDataSet: None (no such row), '.', blank or a number with a decimal point."""
    if text is None:
        return NOT_RECORDED
    match text.strip():
        case ".":
            return Figure(None, "onbekend_of_geheim", status)
        case "":
            return Figure(None, "kan_niet_voorkomen", status)
        case number:
            return Figure(float(number), None, status)


def combined_status(statuses: Iterable[Status]) -> Status:
    """Give the weakest status present, in the order of the public contract."""
    present = set(statuses)
    return next(status for status in WEAKEST_FIRST if status in present)


def sum_of_all(parts: list[Figure]) -> Figure:
    """Add figures up; one unknown part makes the sum unknown, because a sum of known parts is not the whole."""
    status = combined_status(part.status for part in parts)
    known = [part.waarde for part in parts if part.waarde is not None]
    if len(known) < len(parts):
        return Figure(None, "deel_ontbreekt", status)
    return Figure(sum(known), None, status)


def years_of(series: Series) -> set[int]:
    """Give the years in which a series has rows, with or without a value."""
    return {jaar for _, jaar in series}
