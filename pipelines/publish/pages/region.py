"""The page of a region: who its members are, its figures beside those of the country, and its members side by side."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

from markupsafe import Markup

from pipelines.common import dutch
from pipelines.publish.charts.sparklines import Point, sparkline
from pipelines.publish.pages.cells import MARKS, NO_CELL, PROVISIONAL, SHORT, TableCell, cell, number, reason, row_of
from pipelines.publish.pages.material import Area, Block, Line, Material, ShownIndicator, YearFigure, Years
from pipelines.publish.pages.membership import Memberships, RegionMembers
from pipelines.publish.templates import render_site

# Beside the marks of every figure: CBS published this one itself, where the others are sums of municipalities.
OWN_FIGURE: Final = "r"
REGION_MARKS: Final = {letter: words for letter, words in MARKS.items() if letter != "c"} | {
    OWN_FIGURE: "cijfer van CBS over de regio zelf, geen som van gemeenten"
}
# The money that stands beside the use of each member: per inhabitant, and of the Wmo without what centre
# municipalities pay for others.
_MONEY: Final = (
    "lasten_jeugd_per_inwoner",
    "lasten_wmo_zonder_opvang_per_inwoner",
    "lasten_participatie_per_inwoner",
    "lasten_sociaal_domein_per_inwoner",
)
_SIZE: Final = "inwoners"
# With fewer figures a line says no more than the figures do.
_ENOUGH_FOR_A_LINE: Final = 3
_SMALL: Final = "k"


class RegionReading(NamedTuple):
    """A row of a table of the page, in one year: own figure and count, that of the country, members, and a drawing.

    ``is_published``: that of the country is CBS's, not that of all municipalities with a figure together.
    """

    line: Line
    year: int
    own: TableCell
    amount: TableCell | None
    country: str
    is_published: bool
    known: str
    course: Markup


class RegionSection(NamedTuple):
    """The part of the page about one domain."""

    block: Block
    use: list[RegionReading]
    money: list[RegionReading]


class MemberColumn(NamedTuple):
    """A column of the table of members: an indicator in its newest year."""

    indicator: ShownIndicator
    year: int


class RegionMember(NamedTuple):
    """A member with its figures; ``code`` is empty where the municipality is no more, and has no page."""

    code: str
    name: str
    cells: Markup


@dataclass(frozen=True)
class Region:
    """A region with its figures; without ``composition`` no member is known."""

    area: Area
    figures: dict[str, Years]
    composition: RegionMembers | None
    by_cbs: frozenset[tuple[str, int]]


class RegionPages:
    """Makes the page of each region of a release."""

    def __init__(self, material: Material, memberships: Memberships) -> None:
        self._material = material
        self._memberships = memberships

    def pages(self) -> Iterator[tuple[Region, str]]:
        """Each region with its page, by code."""
        areas = {area.code: area for kind in self._material.regions.values() for area in kind}
        for code, figures in self._material.figures(*self._material.regions):
            region = Region(
                areas[code],
                figures,
                self._memberships.compositions.get(code),
                frozenset(self._memberships.by_cbs.get(code, ())),
            )
            yield region, self._page(region)

    def _page(self, of: Region) -> str:
        sections = [found for block in self._material.blocks if (found := self._section(of, block))]
        return render_site(
            "regio.html.jinja",
            root="../",
            header=self._material.header,
            title=_title(of.area),
            of=of,
            kind=dutch.REGION_KINDS[of.area.kind],
            origins=self._origins(of),
            sections=sections,
            years=sorted({year for years in of.figures.values() for year in _known(years)}),
            columns=self._columns,
            own=row_of(self._cell(of, column.indicator, column.year) for column in self._columns),
            members=list(self._members(of)),
            marks=REGION_MARKS,
            shorts=self._shorts(of),
        )

    def _origins(self, of: Region) -> list[tuple[str, list[str]]]:
        """Where the membership comes from, with the names of whom it is about if not all are alike."""
        origins = of.composition.origins if of.composition else {}
        names = self._memberships.names
        return [
            (origin, [names.get(code, code) for code in codes] if len(origins) > 1 else [])
            for origin, codes in origins.items()
        ]

    # --- figures ---

    def _section(self, of: Region, block: Block) -> RegionSection | None:
        readings = [self._reading(of, line) for line in block.lines if line.indicator.newest is not None]
        if not readings:
            return None
        return RegionSection(
            block,
            [each for each in readings if not each.line.indicator.is_money],
            [each for each in readings if each.line.indicator.is_money],
        )

    def _reading(self, of: Region, line: Line) -> RegionReading:
        indicator, year = line.indicator, line.indicator.newest or 0
        country, is_published = self._country(indicator, year)
        return RegionReading(
            line,
            year,
            self._cell(of, indicator, year),
            self._cell(of, line.count, year) if line.count else None,
            number(country, indicator),
            is_published,
            self._known(of, indicator),
            _course(indicator, of.figures.get(indicator.id, {})),
        )

    def _cell(self, of: Region, indicator: ShownIndicator, year: int) -> TableCell:
        found = of.figures.get(indicator.id, {}).get(year)
        shown = cell(found, indicator)
        if found is not None and found.value is not None and (indicator.id, year) in of.by_cbs:
            return shown._replace(marks=shown.marks + OWN_FIGURE)
        return shown

    def _country(self, indicator: ShownIndicator, year: int) -> tuple[float | None, bool]:
        """The figure of the country: of a ratio that of all compared municipalities, which is as a region's is made.

        Where that cannot be made CBS's own, and that it is.
        """
        weighted = self._weighted.get((indicator.id, year))
        if weighted is not None:
            return weighted, False
        found = self._material.country.get(indicator.id, {}).get(year)
        value = found.value if found else None
        return value, indicator.is_ratio and value is not None

    def _known(self, of: Region, indicator: ShownIndicator) -> str:
        """How many members have a figure, as 10 van 12, or that all have."""
        known, members = self._coverage.get((of.area.code, indicator.id), (0, 0))
        if not members:
            return ""
        return "alle" if known == members else f"{known} van {members}"

    def _shorts(self, of: Region) -> dict[str, str]:
        """The short reasons that stand on the page, with what they mean."""
        members = of.composition.members if of.composition else ()
        found = {figure.reason for years in of.figures.values() for figure in years.values()}
        shorts = {each.short for code in members for each in self._of_members.get(code, {}).values()}
        return {words: reason(code) for code, words in SHORT.items() if code in found or words in shorts}

    @cached_property
    def _weighted(self) -> dict[tuple[str, int], float | None]:
        rows = self._material.release.tuples("select indicator_id, jaar, gewogen_land from mart_benchmark_reeks")
        return {(indicator, year): value for indicator, year, value in rows}

    @cached_property
    def _coverage(self) -> dict[tuple[str, str], tuple[int, int]]:
        """Members with a figure and all members, in the newest year of each indicator."""
        rows = self._material.release.tuples(
            """select regio_code, indicator_id, leden_met_cijfer, leden from mart_dekking_actueel
               inner join dim_indicator using (indicator_id)
               where jaar = laatste_jaar_met_cijfer and regio_soort <> 'land'"""
        )
        return {(code, indicator): (known, members) for code, indicator, known, members in rows}

    # --- members ---

    @cached_property
    def _columns(self) -> list[MemberColumn]:
        """What the members are shown by: how many live there, what leads the use of each domain, and the money."""
        leading = [each for each in self._material.indicators.values() if each.leading]
        others = (self._material.indicators.get(name) for name in (_SIZE, *_MONEY))
        size, *money = others
        found = [size, *leading, *money]
        return [MemberColumn(each, each.newest) for each in found if each is not None and each.newest is not None]

    def _members(self, of: Region) -> Iterator[RegionMember]:
        for code in of.composition.members if of.composition else ():
            cells = self._of_members.get(code, {})
            address = code if code in self._material.names else ""
            name = self._memberships.names.get(code, code)
            yield RegionMember(
                address, name, row_of(cells.get(column.indicator.id, NO_CELL) for column in self._columns)
            )

    @cached_property
    def _of_members(self) -> dict[str, dict[str, TableCell]]:
        """The figures of all municipalities in the columns of that table."""
        if not self._columns:
            return {}
        wanted = ", ".join(f"('{column.indicator.id}', {column.year})" for column in self._columns)
        rows = self._material.release.tuples(
            f"""select figure.regio_code, figure.indicator_id, figure.waarde, figure.reden_ontbreekt, figure.status,
                    coalesce(figure.twijfel, false), coalesce(figure.reeksbreuk, false), figure.tabel_id,
                    coalesce(beside.kleine_aantallen, false)
                from mart_indicator_actueel as figure
                left join mart_gemeente_profiel as beside
                    on figure.regio_code = beside.gm_code and figure.indicator_id = beside.indicator_id
                        and figure.jaar = beside.jaar
                where figure.regio_soort = 'gemeente' and (figure.indicator_id, figure.jaar) in ({wanted})"""  # noqa: S608 - ids and years of the release
        )
        found: dict[str, dict[str, TableCell]] = defaultdict(dict)
        for code, indicator, *figure, small in rows:
            shown = cell(YearFigure(*figure), self._material.indicators[indicator])
            if small and shown.text:
                shown = shown._replace(marks=shown.marks + _SMALL)
            found[code][indicator] = shown
        return found


def _title(area: Area) -> str:
    """Its name and what it is: there are five regions called Groningen, and a municipality."""
    kind = dutch.REGION_KINDS[area.kind]
    return f"{area.name} ({kind if kind[:2].isupper() else kind.lower()})"


def _known(years: Years) -> list[int]:
    """The years with a figure."""
    return [year for year, figure in years.items() if figure.value is not None]


def _course(indicator: ShownIndicator, years: Years) -> Markup:
    """The figures of all years as a small line; not of amounts, since what becomes dearer always rises."""
    if len(_known(years)) < _ENOUGH_FOR_A_LINE or (indicator.is_money and not indicator.is_ratio):
        return Markup()
    points = [
        Point(year, each.value, after_break=each.broken, doubtful=each.doubt, provisional=each.status in PROVISIONAL)
        for year, each in years.items()
    ]
    return sparkline(points, decimals=indicator.decimals, label=f"Verloop {points[0].year}-{points[-1].year}")
