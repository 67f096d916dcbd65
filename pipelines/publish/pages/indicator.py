"""The page of an indicator: all municipalities beside each other, what the figure means, and its other years.

Each indicator has three files: its page, which is complete for the newest year; a script with the figures of its
other years, for the choice of a year; and a small page that others can put into theirs.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, NamedTuple

from markupsafe import Markup, escape

from pipelines.common import dutch
from pipelines.publish.charts import MapShapes
from pipelines.publish.pages.cells import MARKS
from pipelines.publish.pages.indicator_charts import drawings_of, map_of
from pipelines.publish.pages.indicator_figures import YearOf
from pipelines.publish.pages.indicator_trend import Course, course_of
from pipelines.publish.pages.indicator_years import year_script
from pipelines.publish.pages.material import Material, ShownIndicator
from pipelines.publish.pages.standings import Standing, Standings
from pipelines.publish.pages.within_year import WithinYear
from pipelines.publish.templates import render_site, render_text
from pipelines.releases.reader import Row

PAGES: Final = "indicator"
EMBEDS: Final = "insluiten"
SCRIPTS: Final = "gegevens/indicator"
# How an id of an indicator looks in a text.
_ID: Final = re.compile(r"\b[a-z]+(?:_[a-z0-9]+)+\b")
# What a kind of indicator is, in the words of the page.
KINDS: Final = {
    "telling": "een aantal",
    "bedrag": "een bedrag",
    "gepubliceerd": "een verhouding zoals CBS die geeft, zonder teller en noemer",
    "verhouding": "een verhouding, berekend uit een teller en een noemer",
}


class IndicatorFiles(NamedTuple):
    """The files of an indicator by their path in the release."""

    indicator: ShownIndicator
    files: dict[str, str]


class DoubtReason(NamedTuple):
    """One reason for doubt: how many figures of municipalities it is about, in which years, and why."""

    figures: int
    years: list[int]
    text: str


@dataclass(frozen=True)
class IndicatorNotes:
    """What is told of an indicator beside its figures; ``remarks`` is HTML, in which other indicators are links."""

    remarks: Markup
    tables: list[Row]
    breaks: list[Row]
    doubts: list[DoubtReason]
    rates: list[ShownIndicator]


class IndicatorPages:
    """Makes the files of each indicator of a release."""

    def __init__(self, material: Material, shapes: MapShapes) -> None:
        self._material = material
        self._shapes = shapes
        self._standings = Standings(material)
        self._texts = IndicatorTexts(material)
        self._within_year = WithinYear(material)

    def files(self) -> Iterator[IndicatorFiles]:
        """Each indicator with its page, the page to embed and, where there is another year, its script."""
        lacking = dict(self._material.indicators)
        for name, years in self._standings.municipalities():
            yield IndicatorFiles(lacking[name], self._files(self._sheet(lacking.pop(name), years)))
        for indicator in lacking.values():
            yield IndicatorFiles(indicator, self._files(self._sheet(indicator, {})))

    @cached_property
    def _alphabet(self) -> dict[str, int]:
        return {area.code: place for place, area in enumerate(self._material.municipalities)}

    def _files(self, sheet: "Sheet") -> dict[str, str]:
        name, years = sheet.indicator.id, sheet.years
        content: dict[str, Any] = {
            "header": self._material.header,
            "sheet": sheet,
            "of": sheet.indicator,
            "map": map_of(sheet.newest, self._shapes) if sheet.newest and sheet.indicator.is_ratio else "",
            "drawings": drawings_of(sheet.newest) if sheet.newest and sheet.indicator.is_ratio else None,
        }
        files = {
            f"{PAGES}/{name}.html": render_site(
                "indicator_blad.html.jinja",
                root="../",
                names=self._material.names,
                links=self._material.links,
                kinds=KINDS,
                regions={kind: self._material.regions.get(kind, []) for kind in dutch.REGION_KINDS},
                region_kinds=dutch.REGION_KINDS,
                indicators=self._material.indicators,
                script=f"{SCRIPTS}/{name}.js",
                embed=f"{EMBEDS}/{name}.html",
                within_year=self._within_year.indicator(sheet.indicator),
                **content,
            ),
            f"{EMBEDS}/{name}.html": render_text("insluiten.html.jinja", root="../", **content),
        }
        others = [year for year in years if year is not sheet.newest]
        if others:
            files[f"{SCRIPTS}/{name}.js"] = year_script(sheet.indicator, others, self._shapes)
        return files

    def _sheet(self, indicator: ShownIndicator, years: Mapping[int, list[Standing]]) -> "Sheet":
        material, known = self._material, self._standings
        regions = known.regions(indicator.id) if years else {}
        centres = self._material.centres if indicator.is_shared else frozenset()
        found = [
            YearOf(
                material,
                indicator,
                year,
                standings,
                known.compared.get(indicator.id, {}).get(year),
                known.bounds.get((indicator.id, year), []),
                regions.get(year, {}),
                centres,
                self._alphabet,
            )
            for year, standings in years.items()
            if any(standing.figure.value is not None for standing in standings)
        ]
        newest = next((year for year in found if year.year == indicator.newest), None)
        notes = self._texts.notes(indicator)
        return Sheet(indicator, found, newest, course_of(material, known, indicator, found, notes.breaks), notes)


@dataclass(frozen=True)
class Sheet:
    """All that stands on the page of an indicator; ``newest`` is the year that is shown first."""

    indicator: ShownIndicator
    years: list[YearOf]
    newest: YearOf | None
    course: Course
    notes: IndicatorNotes

    @property
    def marks(self) -> dict[str, str]:
        """The letters after figures that occur in any year, and what they mean."""
        used = set().union(*(year.letters for year in self.years)) if self.years else set()
        return {letter: words for letter, words in MARKS.items() if letter in used}


class IndicatorTexts:
    """What a release tells of its indicators, beside their figures."""

    def __init__(self, material: Material) -> None:
        self._material = material

    def notes(self, indicator: ShownIndicator) -> IndicatorNotes:
        """What is told of this indicator."""
        rates = [each for each in self._material.indicators.values() if each.row["teller"] == indicator.id]
        return IndicatorNotes(
            self._linked(indicator.row["toelichting"] or ""),
            [self._tables[name] for name in indicator.tables if name in self._tables],
            self._breaks.get(indicator.id, []),
            self._doubts.get(indicator.id, []),
            rates,
        )

    def _linked(self, text: str) -> Markup:
        """A text in which the ids of indicators are their names, leading to their pages."""
        found = re.sub(_ID, lambda each: self._link(each[0]), str(escape(text)))
        return Markup(found)  # noqa: S704 - the text is escaped before links are put in

    def _link(self, name: str) -> str:
        indicator = self._material.indicators.get(name)
        return name if indicator is None else f'<a href="{name}.html">{escape(indicator.name)}</a>'

    @cached_property
    def _tables(self) -> dict[str, Row]:
        rows = self._records("select tabel_id, titel, jaren, gewijzigd from herkomst")
        return {row["tabel_id"]: row for row in rows}

    @cached_property
    def _breaks(self) -> dict[str, list[Row]]:
        return _grouped(self._records("from dim_reeksbreuk order by indicator_id, jaar, soort"))

    @cached_property
    def _doubts(self) -> dict[str, list[DoubtReason]]:
        rows = self._records(
            """select indicator_id, soort, tekst, count(*) as figures, list(distinct jaar order by jaar) as years
               from dim_twijfel inner join dim_regio using (regio_code)
               where indeling = 'actueel' and regio_soort = 'gemeente'
               group by indicator_id, soort, tekst order by indicator_id, figures desc, soort"""
        )
        return {
            name: [DoubtReason(row["figures"], row["years"], row["tekst"]) for row in found]
            for name, found in _grouped(rows).items()
        }

    def _records(self, sql: str) -> list[Row]:
        return self._material.release.records(sql)


def _grouped(rows: list[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["indicator_id"]].append(row)
    return dict(found)
