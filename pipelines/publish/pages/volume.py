"""Use in the whole country over the years: what CBS publishes, all municipalities together, and whether it changed.

No change is told over a break, nor one that chance and rounding may explain. What does not belong here: money
(``outlay``), and how far municipalities differ (``differences``).
"""

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from typing import Final, NamedTuple

from markupsafe import Markup

from pipelines.common import dutch
from pipelines.publish.charts import About, Point, TrendLine, trend
from pipelines.publish.pages.cells import NO_CELL, PROVISIONAL, cell, number, reason, row_of
from pipelines.publish.pages.material import ENOUGH_REPORTED, Block, Line, Material, ShownIndicator, YearFigure, Years
from pipelines.releases.reader import Row

# Why there is no direction of a change, as it stands in a cell.
NO_CHANGE: Final = {
    "reeksbreuk": "breuk",
    "cijfer_ontbreekt": "cijfer ontbreekt",
    "vergelijkcijfer_ontbreekt": "jaar ervoor ontbreekt",
    "twijfel": "twijfel",
    "telling_onbekend": "aantal niet bekend",
    "vergelijkcijfer_nul": "jaar ervoor was nul",
}
# What a change is called that is too small to be one.
WITHIN: Final = {
    "binnen_3_procent": "hooguit 3 %",
    "binnen_3_procentpunt": "hooguit 3 procentpunt",
    "niet_aantoonbaar": "niet aan te tonen",
}
# With fewer figures on each line a drawing says no more than the table.
_ENOUGH_FOR_A_CHART: Final = 3
_POPULATIONS: Final = {"inwoners": "alle inwoners", "jongeren_tot_25": "jongeren tot 25 jaar"}


class VolumeRow(NamedTuple):
    """A row of a table: of whom and in what it counts, the figures of all years, and the newest change or why none."""

    label: str
    cells: Markup
    change: str
    no_change: str


class VolumeTopic(NamedTuple):
    """An indicator with its rows: the country, the count beside it, and all municipalities with a figure together."""

    indicator: ShownIndicator
    rows: list[VolumeRow]


class VolumeSection(NamedTuple):
    """The use in one domain, with a drawing of what leads in it."""

    block: Block
    years: list[int]
    topics: list[VolumeTopic]
    charts: list[tuple[ShownIndicator, Markup]]


class Together(NamedTuple):
    """The figure of all compared municipalities together, of ``known`` of them."""

    value: float | None
    known: int
    municipalities: int

    @property
    def is_enough(self) -> bool:
        """Whether so many municipalities have a figure that those who have none do not decide it."""
        return self.known >= ENOUGH_REPORTED * self.municipalities


class Shared(NamedTuple):
    """A cell of what municipalities have together: the number, its letters, and how many of them it is of."""

    text: str
    marks: str
    known: int


class Volume:
    """Tells of the use in the country."""

    def __init__(self, material: Material) -> None:
        self._material = material

    def sections(self) -> Iterator[VolumeSection]:
        """The use in each domain that has any, by year."""
        for block in self._material.blocks:
            lines = [line for line in block.lines if not line.indicator.is_money and line.indicator.newest is not None]
            known = sorted({year for line in lines for year in self._years(line)})
            if known:
                years = list(range(known[0], known[-1] + 1))
                topics = [self._topic(line, years) for line in lines]
                charts = [
                    (line.indicator, self._chart(line.indicator, years)) for line in lines if line.indicator.leading
                ]
                yield VolumeSection(block, years, topics, [found for found in charts if found[1]])

    @cached_property
    def together(self) -> dict[tuple[str, int], Together]:
        """All compared municipalities together, by indicator and year."""
        rows = self._material.release.tuples(
            "select indicator_id, jaar, gewogen_land, aantal_vergeleken, gemeenten from mart_benchmark_reeks"
        )
        return {(indicator, year): Together(*found) for indicator, year, *found in rows}

    def youth(self) -> list[dict[str, str]]:
        """How much of the change in youth care is more young people, and how much is more use: never over a break."""
        rows = self._material.release.records(
            """select * from mart_volumeontwikkeling_jeugd where groep_soort = 'land' and not over_breuk
               order by indicator_id, bevolking_soort, jaar_van"""
        )
        return [self._youth(row) for row in rows]

    def youth_breaks(self) -> list[Row]:
        """The steps of years that are not told because a break lies between them, with what it is."""
        return self._material.release.records(
            """select distinct jaar_van, jaar_tot, breuk_tekst from mart_volumeontwikkeling_jeugd
               where groep_soort = 'land' and over_breuk order by all"""
        )

    def _years(self, line: Line) -> set[int]:
        """The years in which the country (by rate or by count) or all municipalities together have a figure."""
        both = (line.indicator, line.count) if line.count else (line.indicator,)
        found = {year for each in both for year, figure in self._figures(each).items() if figure.value is not None}
        return found | {
            year for (indicator, year), each in self.together.items() if indicator == line.indicator.id and each.value
        }

    def _figures(self, indicator: ShownIndicator) -> Years:
        return self._material.country.get(indicator.id, {})

    def _topic(self, line: Line, years: list[int]) -> VolumeTopic:
        indicator = line.indicator
        rows = [self._of_country(each, years) for each in (indicator, line.count) if each]
        cells = [self._of_municipalities(indicator, year) for year in years]
        if any(each.text for each in cells):
            rows.append(VolumeRow("Gemeenten samen", _with_numbers(cells), "", ""))
        return VolumeTopic(indicator, rows)

    def _of_country(self, indicator: ShownIndicator, years: list[int]) -> VolumeRow:
        figures = self._figures(indicator)
        cells = (cell(figures[year], indicator) if year in figures else NO_CELL for year in years)
        return VolumeRow(f"Nederland, {indicator.unit}", row_of(cells), *self._change(indicator, figures))

    def _of_municipalities(self, indicator: ShownIndicator, year: int) -> Shared:
        found = self.together.get((indicator.id, year))
        if found is None or found.value is None:
            return Shared("", "", 0)
        marks = "b" if year in self._breaks.get(indicator.id, ()) else ""
        return Shared(number(found.value, indicator), marks, found.known)

    def _change(self, indicator: ShownIndicator, figures: dict[int, YearFigure]) -> tuple[str, str]:
        """What changed to the newest figure from the year before, or why that is not told."""
        known = [year for year, figure in figures.items() if figure.value is not None]
        row = self._changes.get((indicator.id, max(known))) if known else None
        return change_words(row) if row else ("", "")

    @cached_property
    def _changes(self) -> dict[tuple[str, int], Row]:
        """Of the country what changed from one year to the next, by indicator and the later year."""
        rows = self._material.release.records("from mart_trend where regio_soort = 'land' and stap = 1")
        return {(row["indicator_id"], row["jaar"]): row for row in rows}

    @cached_property
    def _breaks(self) -> dict[str, set[int]]:
        """The years in which a series of each indicator breaks."""
        found: dict[str, set[int]] = defaultdict(set)
        for indicator, year in self._material.release.tuples(
            "select indicator_id, jaar from dim_reeksbreuk where blokkerend"
        ):
            found[indicator].add(year)
        return dict(found)

    def _chart(self, indicator: ShownIndicator, years: list[int]) -> Markup:
        """The country and all municipalities together; of these only the years in which enough reported."""
        breaks = self._breaks.get(indicator.id, set())
        figures = self._figures(indicator)
        lines = [
            TrendLine("Nederland", "country", [_point(year, figures.get(year), year in breaks) for year in years]),
            TrendLine("Gemeenten samen", "peers", [self._enough(indicator, year, year in breaks) for year in years]),
        ]
        told = [line for line in lines if any(point.value is not None for point in line.points)]
        if all(sum(point.value is not None for point in line.points) < _ENOUGH_FOR_A_CHART for line in told):
            return Markup()
        about = About(f"beeld-{indicator.id}", f"{indicator.name}, {years[0]} tot en met {years[-1]}")
        return trend(told, about=about, unit=indicator.unit, decimals=indicator.decimals)

    def _enough(self, indicator: ShownIndicator, year: int, after_break: bool) -> Point:
        found = self.together.get((indicator.id, year))
        return Point(year, found.value if found and found.is_enough else None, after_break=after_break)

    def _youth(self, row: Row) -> dict[str, str]:
        indicator, kind = self._material.indicators.get(row["indicator_id"]), str(row["bevolking_soort"])
        shares = {name: _share(row[f"{name}_pct"]) for name in ("mutatie", "bevolkingseffect", "gebruikseffect")}
        return {
            "naam": indicator.name if indicator else str(row["indicator_id"]),
            "bevolking": _POPULATIONS.get(kind, kind),
            "jaren": f"{row['jaar_van']}-{row['jaar_tot']}",
            "gemeenten": f"{row['leden_met_cijfer']} van {row['leden']}",
            "aantal": _signed(row["mutatie"]),
            "reden_aantal": "" if row["mutatie"] is not None else reason(row["reden_ontbreekt"]),
            "reden": "" if row["mutatie_pct"] is not None else reason(row["reden_pct_ontbreekt"]),
            **shares,
        }


def change_words(row: Row) -> tuple[str, str]:
    """What changed from the year before, for a cell: how much only where chance does not explain it; or why nothing."""
    why = row["reden_geen_richting"]
    if why:
        words = NO_CHANGE.get(why, str(why))
        return "", f"geen: {words} in {row['breuk_jaar']}" if row["breuk_jaar"] else f"geen: {words}"
    since = f"sinds {row['jaar_van']}" + ("; zie breuken" if row["beleidsbreuk"] else "")
    if row["richting"] in WITHIN:
        return f"{WITHIN[row['richting']]} {since}", ""
    if row["mutatie_pct"] is None:
        return f"{row['richting']} {since}", ""
    return f"{dutch.change(row['mutatie_pct'] / 100)} {since}", ""


def _point(year: int, figure: YearFigure | None, after_break: bool) -> Point:
    if figure is None:
        return Point(year, None, after_break=after_break)
    provisional = figure.status in PROVISIONAL
    return Point(year, figure.value, after_break=after_break, doubtful=figure.doubt, provisional=provisional)


def _with_numbers(cells: list[Shared]) -> Markup:
    """Cells with how many municipalities each is of; nothing in them needs escaping."""
    marked = [f"{each.text}<sup>{each.marks}</sup>" if each.marks else each.text for each in cells]
    texts = [f"{text} <small>({each.known})</small>" if text else "" for text, each in zip(marked, cells, strict=True)]
    return Markup("".join([f"<td>{text}" for text in texts]))  # noqa: S704 - numbers and letters


def _share(percentage: float | None) -> str:
    return "" if percentage is None else dutch.change(percentage / 100)


def _signed(value: float | None) -> str:
    return "" if value is None else f"{'+' if value > 0 else ''}{dutch.number(value)}"
