"""What is newer than the newest year: figures of a half-year, a quarter or a month, apart from those of years.

They stand in no course, place or comparison with years. What does not belong here: figures of years.
"""

from collections import defaultdict
from functools import cached_property
from typing import Final, NamedTuple

from pipelines.publish.pages.cells import EMPTY, MARKS, TableCell, cell
from pipelines.publish.pages.material import COUNTRY, MUNICIPALITY, Material, ShownIndicator, YearFigure
from pipelines.releases.reader import Row

TABLE: Final = "fct_indicator_periode"
_LEVELS: Final = {"land": "nieuwste_periode_land", MUNICIPALITY: "nieuwste_periode_gemeente"}
# The only letter that a figure of a part of a year can have.
_LEGEND: Final = {"v": MARKS["v"]}


class PartReading(NamedTuple):
    """An indicator in a part of a year: the figure of an area, and that of the country in the same part."""

    indicator: ShownIndicator
    period: str
    own: TableCell
    country: TableCell
    table: str


class MunicipalPart(NamedTuple):
    """The figure of a municipality in the newest part of a year of an indicator."""

    code: str
    name: str
    own: TableCell


class NewestParts(NamedTuple):
    """What the page of an indicator says beside its years: of the country, and of all municipalities with a row.

    Either may be of another period, and either lacks where its newest figure is that of a year.
    """

    country: PartReading | None
    period: str
    municipalities: list[MunicipalPart]
    known: int
    tables: list[str]

    @property
    def legend(self) -> dict[str, str]:
        """The letter after its figures and what that means, if any bears one."""
        shown = [each.own for each in self.municipalities] + ([self.country.own] if self.country else [])
        return _LEGEND if any("v" in each.marks for each in shown) else {}


class WithinYear:
    """Tells of the figures of a release that are newer than its newest year."""

    def __init__(self, material: Material) -> None:
        self._material = material

    def country(self) -> list[PartReading]:
        """Of each indicator the newest part of a year of the country, where it is newer than its newest year."""
        rows = self._rows["land"].get(COUNTRY, [])
        return [self._reading(row, None) for row in self._in_order(rows)]

    def municipality(self, code: str) -> list[PartReading]:
        """Of each indicator the figure of a municipality in the newest part of a year in which any has one."""
        rows = self._rows[MUNICIPALITY].get(code, [])
        return [self._reading(row, self._beside.get(row["indicator_id"])) for row in self._in_order(rows)]

    def indicator(self, indicator: ShownIndicator) -> NewestParts | None:
        """What the page of an indicator shows; None where nothing is newer than a year."""
        country = next((each for each in self.country() if each.indicator.id == indicator.id), None)
        rows = [
            (area, row)
            for area in self._material.municipalities
            for row in self._rows[MUNICIPALITY].get(area.code, ())
            if row["indicator_id"] == indicator.id
        ]
        if country is None and not rows:
            return None
        found = [MunicipalPart(area.code, area.name, _cell(row, indicator)) for area, row in rows]
        return NewestParts(
            country,
            rows[0][1]["periode"] if rows else "",
            found,
            sum(bool(each.own.text) for each in found),
            sorted({row["tabel_id"] for _, row in rows} | ({country.table} if country else set())),
        )

    def _reading(self, row: Row, country: Row | None) -> PartReading:
        indicator = self._material.indicators[row["indicator_id"]]
        beside = _cell(country, indicator) if country else EMPTY
        return PartReading(indicator, row["periode"], _cell(row, indicator), beside, row["tabel_id"])

    def _in_order(self, rows: list[Row]) -> list[Row]:
        """In the order in which indicators are shown."""
        places = {name: place for place, name in enumerate(self._material.indicators)}
        return sorted(rows, key=lambda row: places[row["indicator_id"]])

    @cached_property
    def _rows(self) -> dict[str, dict[str, list[Row]]]:
        """By level and area the figures in the newest period of each indicator, where that is a part of a year."""
        found: dict[str, dict[str, list[Row]]] = {level: defaultdict(list) for level in _LEVELS}
        for row in self._figures:
            level, code = row["regio_soort"], row["regio_code"]
            # Of a municipality that changed since it is a figure of another area than that of its page.
            if row["periode"] == self._newest(row["indicator_id"], level) and row["jaar"] >= self._changed.get(code, 0):
                found[level][code].append(row)
        return found

    @cached_property
    def _beside(self) -> dict[str, Row]:
        """By indicator the country in the period that its municipalities are shown in."""
        return {
            row["indicator_id"]: row
            for row in self._figures
            if row["regio_code"] == COUNTRY and row["periode"] == self._newest(row["indicator_id"], MUNICIPALITY)
        }

    def _newest(self, name: str, level: str) -> str | None:
        """The newest period of an indicator at a level, where that is a part of a year; a year is four digits."""
        found = self._material.indicators[name].row.get(_LEVELS[level])
        return None if found is None or found.isdecimal() else found

    @cached_property
    def _figures(self) -> list[Row]:
        release = self._material.release
        named = [name for name in self._material.indicators if any(self._newest(name, level) for level in _LEVELS)]
        if TABLE not in release.tables or not named:
            return []
        return release.records(
            f"""select indicator_id, regio_soort, regio_code, jaar, periode, waarde, reden_ontbreekt, status, tabel_id
                from {TABLE} where list_contains($named, indicator_id) order by all""",  # noqa: S608 - a name of ours
            {"named": named},
        )

    @cached_property
    def _changed(self) -> dict[str, int]:
        """The year in which a municipality last became a larger or a smaller one."""
        if "herindeling" not in self._material.release.tables:
            return {}
        rows = self._material.release.tuples(
            """select nieuwe_code, max(year(datum)) from herindeling
               where oude_code <> nieuwe_code and soort <> 'grenscorrectie' group by nieuwe_code"""
        )
        return dict(rows)


def _cell(row: Row, indicator: ShownIndicator) -> TableCell:
    figure = YearFigure(
        row["waarde"], row["reden_ontbreekt"], row["status"], doubt=False, broken=False, table=row["tabel_id"]
    )
    return cell(figure, indicator)
