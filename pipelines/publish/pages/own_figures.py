"""What a municipality stated itself, as a part of its page: figures with their owner and day, and notes as plain text.

It stands apart from the figures of CBS, and is drawn only where there is any.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from pipelines.common import dutch
from pipelines.publish.pages.material import Material
from pipelines.releases.reader import Row

_FIGURES: Final = (
    "gm_code",
    "naam",
    "jaar",
    "waarde",
    "tekst",
    "eenheid",
    "decimalen",
    "afgerond_op",
    "status",
    "eigenaar",
    "datum",
    "opgave_id",
)
_NOTES: Final = ("gm_code", "jaar", "onderwerp", "tekst", "status", "eigenaar", "datum")


@dataclass(frozen=True)
class StatedLine:
    """A row of the table: what was stated as it is shown, with its unit, and who stated it."""

    name: str
    year: int
    text: str
    unit: str
    remark: str
    owner: str
    day: str


@dataclass(frozen=True)
class OwnStatements:
    """All that one municipality stated."""

    figures: list[StatedLine]
    notes: list[StatedLine]


class StatementsByMunicipality:
    """What was stated, by municipality; a release that has no such tables has none."""

    def __init__(self, material: Material) -> None:
        self._material = material

    def of(self, code: str) -> OwnStatements | None:
        """What a municipality stated; None where it stated nothing."""
        return self._found.get(code)

    @cached_property
    def _found(self) -> dict[str, OwnStatements]:
        release, found = self._material.release, dict[str, OwnStatements]()
        for row in release.select("eigen_opgave", _FIGURES, "gm_code, opgave_id, jaar desc"):
            found.setdefault(row["gm_code"], OwnStatements([], [])).figures.append(_figure(row))
        for row in release.select("eigen_toelichting", _NOTES, "gm_code, jaar desc, onderwerp"):
            found.setdefault(row["gm_code"], OwnStatements([], [])).notes.append(_note(row))
        return found


def _figure(row: Row) -> StatedLine:
    text = row["tekst"] if row["waarde"] is None else dutch.number(row["waarde"], row["decimalen"])
    unit = "" if row["waarde"] is None else row["eenheid"]
    step = row["afgerond_op"]
    rounded = f"afgerond op {'hele procenten' if step == 1 else dutch.number(step, 0)}" if step else ""
    return _line(row["naam"], row, text, unit, rounded)


def _note(row: Row) -> StatedLine:
    return _line(row["onderwerp"], row, row["tekst"], "", "")


def _line(name: str, row: Row, text: str, unit: str, rounded: str) -> StatedLine:
    unconfirmed = "onbevestigd" if row["status"] == "onbevestigd" else ""
    remark = ", ".join(filter(None, [rounded, unconfirmed]))
    return StatedLine(name, row["jaar"], text, unit, remark, row["eigenaar"], f"{row['datum']:%d-%m-%Y}")
