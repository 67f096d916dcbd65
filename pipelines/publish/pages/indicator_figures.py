"""One year of an indicator as it is shown: a row for every municipality and region, and who can be compared."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

from markupsafe import Markup, escape

from pipelines.publish.pages.cells import MARKS, NO_CELL, NO_PLACE, TableCell, cell, number, row_of
from pipelines.publish.pages.material import ENOUGH_REPORTED, Area, Material, ShownIndicator, YearFigure
from pipelines.publish.pages.standings import Bound, MunicipalSpread, Standing

_NO_PLACE: Final = {letter.value: words for letter, words in NO_PLACE.items()}


class MunicipalRow(NamedTuple):
    """A row of the table: the own figure, the count ``behind`` it, its place, the figure of its peers, and its class.

    ``fifth`` is its class on the map; empty without.
    """

    code: str
    name: str
    own: TableCell
    behind: str
    place: str
    peers: str
    fifth: str


@dataclass(frozen=True)
class YearOf:
    """One year of an indicator; ``standings`` by code.

    ``compared`` is there of a ratio only. ``centres``: whose figure is about others as well. ``alphabet``: the place of
    each municipality by name.
    """

    material: Material
    indicator: ShownIndicator
    year: int
    standings: Sequence[Standing]
    compared: MunicipalSpread | None
    bounds: Sequence[Bound]
    regional: Mapping[str, YearFigure]
    centres: frozenset[str]
    alphabet: Mapping[str, int]

    @cached_property
    def rows(self) -> list[MunicipalRow]:
        """Every municipality, by code; a figure has the letters that not every figure has."""
        if not self.common:
            return self._rows
        return [row._replace(own=_without(self.common, row.own)) for row in self._rows]

    @cached_property
    def _rows(self) -> list[MunicipalRow]:
        if self.indicator.is_ratio:
            return [self._row(standing) for standing in self.standings]
        names, indicator, centres = self.material.names, self.indicator, self.centres
        return [
            MunicipalRow(code, names[code], cell(figure, indicator, None, centre=code in centres), "", "", "", "")
            for code, figure, *_ in self.standings
        ]

    @cached_property
    def order(self) -> list[int]:
        """The numbers of the rows from high to low; those without a figure last, by name."""
        return sorted(
            range(len(self.standings)),
            key=lambda index: (
                self.standings[index].figure.value is None,
                -(self.standings[index].figure.value or 0.0),
                self.alphabet[self.standings[index].code],
            ),
        )

    @property
    def shown(self) -> list[MunicipalRow]:
        """The rows in the order in which they are shown."""
        return [self.rows[index] for index in self.order]

    @property
    def municipal_rows(self) -> Markup:
        """The rows of the table of municipalities as HTML, without end tags: they are most of a page."""
        rows = []
        for code, name, own, behind, place, peers, fifth in self.shown:
            cells = own.text + (f"<sup>{own.marks}</sup>" if own.marks else "") or f"<em>{escape(own.reason)}</em>"
            if self.counted:
                cells += f"<td>{behind}"
            if self.ranked:
                cells += f"<td>{_place_in_words(place)}"
            if self.indicator.is_ratio:
                cells += f"<td>{peers}<td>{fifth}"
            rows.append(f'<tr><th scope="row"><a href="../gemeente/{code}.html">{escape(name)}</a><td>{cells}\n')
        return Markup("".join(rows))  # noqa: S704 - codes, numbers and escaped words

    def regional_rows(self, areas: Iterable[Area]) -> Markup:
        """The rows of a table of regions as HTML."""
        rows = [
            f'<tr><th scope="row"><a href="../regio/{area.code}.html">{escape(area.name)}</a>'
            f"{row_of([self.regional_cells.get(area.code, NO_CELL)])}\n"
            for area in areas
        ]
        return Markup("".join(rows))  # noqa: S704 - as above

    @cached_property
    def known(self) -> int:
        """How many municipalities have a figure."""
        return sum(standing.figure.value is not None for standing in self.standings)

    @cached_property
    def doubted(self) -> int:
        """How many of those figures are doubted."""
        return sum(standing.figure.value is not None and standing.figure.doubt for standing in self.standings)

    @property
    def members(self) -> int:
        """How many municipalities there are."""
        return len(self.standings)

    @cached_property
    def ranked(self) -> int:
        """Of how many municipalities a place is one; 0 where too few can be compared for a place."""
        compared = self.compared.compared if self.compared else 0
        return compared if compared >= ENOUGH_REPORTED * self.members else 0

    @property
    def is_limited(self) -> bool:
        """Whether there are limits to say who differs from others."""
        return self.compared is not None and self.compared.limit_reason is None

    @cached_property
    def by_middle(self) -> bool:
        """Whether of peers only the middle one is known: a percentage of which nobody knows the counts."""
        return bool(self.standings) and not any(each.beside.peers is not None for each in self.standings)

    @property
    def country(self) -> str:
        """The figure of the country as a number."""
        return number(self.country_value, self.indicator)

    @cached_property
    def country_value(self) -> float | None:
        """The figure of the country: of all that are compared, else as CBS gives it."""
        if self.compared is not None:
            weighted, published = self.compared.weighted, self.compared.published
            return published if weighted is None else weighted
        found = self.material.country.get(self.indicator.id, {}).get(self.year)
        return found.value if found else None

    @property
    def is_share(self) -> bool:
        """Whether no figure can be above 100."""
        return self.compared is not None and self.compared.limit_method == "binomiaal" and self.indicator.unit == "%"

    @cached_property
    def letters(self) -> frozenset[str]:
        """The letters behind the figures of this year."""
        own = "".join(row.own.marks for row in self._rows)
        return frozenset(own + "".join(found.marks for found in self._regional_cells.values()))

    @cached_property
    def common(self) -> str:
        """The letters that every figure of a municipality has: they stand in the head of the column, once."""
        return _common(row.own for row in self._rows)

    @cached_property
    def regional_common(self) -> str:
        """The letters that every figure of a region has."""
        return _common(self._regional_cells.values())

    @cached_property
    def regional_cells(self) -> dict[str, TableCell]:
        """The cell of every region, by code; a figure has the letters that not every figure has."""
        return {code: _without(self.regional_common, each) for code, each in self._regional_cells.items()}

    @cached_property
    def _regional_cells(self) -> dict[str, TableCell]:
        return {code: cell(figure, self.indicator) for code, figure in self.regional.items()}

    @property
    def regional_reasons(self) -> dict[str, str]:
        """Why regions have no figure: in short, and what that means."""
        return {each.short: each.reason for each in self.regional_cells.values() if each.short}

    @cached_property
    def outside(self) -> dict[str, list[MunicipalRow]]:
        """Who lies above and below the outer limit, as `mart_benchmark.vlag` says, from high to low."""
        flags = {standing.code: standing.beside.flag for standing in self.standings}
        return {
            flag: [row for row in self.shown if flags[row.code] == flag]
            for flag in ("boven_buitengrens", "onder_buitengrens")
        }

    @property
    def map_classes(self) -> str:
        """The letter of the class of each municipality on the map, by code."""
        return "".join(standing.map_class for standing in self.standings)

    def _row(self, standing: Standing) -> MunicipalRow:
        code, indicator, count = standing.code, self.indicator, self.counted
        own = cell(standing.figure, indicator, standing.beside, centre=code in self.centres)
        return MunicipalRow(
            code,
            self.material.names[code],
            own,
            number(standing.numerator, count) if count else "",
            self._place(standing),
            number(standing.middle if self.by_middle else standing.beside.peers, indicator),
            "" if standing.fifth is None else str(standing.fifth),
        )

    @cached_property
    def counted(self) -> ShownIndicator | None:
        """The indicator of the count that stands beside a rate."""
        return self.material.indicators.get(self.indicator.row["teller"] or "")

    def _place(self, standing: Standing) -> str:
        if not self.ranked or standing.figure.value is None:
            return ""
        lacking = self.material.no_place(standing.code, self.indicator, self.year, standing.figure, standing.beside)
        return lacking or str(standing.beside.rank)


def _place_in_words(place: str) -> str:
    words = _NO_PLACE.get(place)
    return f"geen: {words}" if words else place


def _common(cells: Iterable[TableCell]) -> str:
    """The letters of all figures; of a single figure none."""
    found = [each.marks for each in cells if each.text]
    return "".join(letter for letter in MARKS if len(found) > 1 and all(letter in marks for marks in found))


def _without(letters: str, of: TableCell) -> TableCell:
    return of._replace(marks="".join(letter for letter in of.marks if letter not in letters)) if of.marks else of
