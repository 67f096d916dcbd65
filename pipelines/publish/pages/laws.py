"""The part of a municipality's page about who has provisions of more than one law, beside the country.

Drawn where the release has figures of it. What does not belong here: the indicators about more laws, which stand with
all others.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, NamedTuple

from markupsafe import Markup

from pipelines.common import dutch
from pipelines.publish.pages.cells import EMPTY, PROVISIONAL, TableCell, missing, row_of
from pipelines.releases.reader import ReleaseReader, Row

COLUMNS: Final = (
    *("Cliënten", "% van alle cliënten", "Nederland, %"),
    *("Huishoudens", "% van alle huishoudens", "Nederland, %"),
)
_SPLITS: Final = {"wet_combinatie": "Uit welke wetten", "aantal_voorzieningen": "Hoeveel voorzieningen"}
_COMBINATIONS: Final = {
    "alleen_jeugd": "Alleen Jeugdwet",
    "alleen_participatiewet": "Alleen Participatiewet",
    "alleen_wmo": "Alleen Wmo",
    "jeugd_en_participatiewet": "Jeugdwet en Participatiewet",
    "jeugd_en_wmo": "Jeugdwet en Wmo",
    "participatiewet_en_wmo": "Participatiewet en Wmo",
    "jeugd_participatiewet_en_wmo": "Alle drie de wetten",
}
# Beside each other in a row.
_COUNTED: Final = ("clienten", "huishoudens")

Key = tuple[str, str, str]


class LawsTogether(NamedTuple):
    """What the page says: the newest ``year``, its ``table``, and per split its rows, a name and its cells.

    ``is_broken``: whether they count otherwise than the figures before.
    """

    year: int
    table: str
    is_broken: bool
    splits: list[tuple[str, list[tuple[str, Markup]]]]
    reasons: frozenset[str]


class AcrossLaws:
    """Who has provisions of more than one law, of each municipality in the newest year of which it has rows."""

    def __init__(self, release: ReleaseReader) -> None:
        self._release = release

    def of(self, code: str) -> LawsTogether | None:
        """The part about the municipality ``code``; None where there is nothing of it."""
        rows = self._own.get(code)
        if not rows or all(row["waarde"] is None for row in rows):
            return None
        year = rows[0]["jaar"]
        own, country = _by_key(rows), _by_key(self._country.get(year, ()))
        return LawsTogether(
            year,
            rows[0]["tabel_id"],
            any(row["reeksbreuk"] for row in rows),
            [(words, _lines(split, own, country)) for split, words in _SPLITS.items() if _names(split, own)],
            frozenset(row["reden_ontbreekt"] for row in rows if row["reden_ontbreekt"]),
        )

    @cached_property
    def _own(self) -> Mapping[Any, list[Row]]:
        """The rows of the newest year of each municipality, by code."""
        return self._rows("regio_soort = 'gemeente' and jaar = (select max(jaar) from mart_stapeling)", "regio_code")

    @cached_property
    def _country(self) -> Mapping[Any, list[Row]]:
        return self._rows("regio_soort = 'land'", "jaar")

    def _rows(self, condition: str, key: str) -> Mapping[Any, list[Row]]:
        if not self._release.has("mart_stapeling"):
            return {}
        rows = self._release.records(
            f"select * from mart_stapeling where {condition} order by {key}, uitsplitsing, volgorde, telling"  # noqa: S608 - words of ours
        )
        return {value: list(each) for value, each in groupby(rows, itemgetter(key))}


def _by_key(rows: Sequence[Row]) -> dict[Key, Row]:
    return {(row["uitsplitsing"], row["categorie"], row["telling"]): row for row in rows}


def _names(split: str, own: Mapping[Key, Row]) -> list[str]:
    """The categories of a split, in their order."""
    return list(dict.fromkeys(category for found, category, _ in own if found == split))


def _lines(split: str, own: Mapping[Key, Row], country: Mapping[Key, Row]) -> list[tuple[str, Markup]]:
    return [
        (
            _COMBINATIONS.get(name, name),
            row_of(
                cell
                for counted in _COUNTED
                for cell in _cells(own.get((split, name, counted)), country.get((split, name, counted)))
            ),
        )
        for name in _names(split, own)
    ]


def _cells(own: Row | None, country: Row | None) -> list[TableCell]:
    """The number, its share, and that of the country."""
    if own is None:
        return [EMPTY] * 3
    marks = "v" if own["status"] in PROVISIONAL else ""
    if own["waarde"] is None:
        number = missing(own["reden_ontbreekt"])
    else:
        number = TableCell(dutch.number(own["waarde"]), marks, "", "")
    return [number, _share(own), _share(country)]


def _share(row: Row | None) -> TableCell:
    return TableCell(dutch.number(row["aandeel_pct"], 1) if row else "", "", "", "")
