"""What the script of the website reads to show another year, another group or another area: figures as they are shown.

A page opened from a folder may not read a file, but it may run a script that lies beside it; so each is a script that
hands over its content::

    gegevens/GM0363.js    monitor.gebied({code, naam, soort, redenen, cijfers: {indicator_id: [jaar, [...], ...]}})
    gegevens/gebieden.js  monitor.gebieden([[code, naam, soort], ...]): what can be chosen
    gegevens/groepen.js   monitor.groepen({PV20: {indicator_id: {jaar: number}}}): members together
    gegevens/stroken.js   monitor.stroken({indicator_id: {jaar: [land, van, laag, hoog, tekening]}})

Of an indicator there is its first year, and then a list for each year: [number, letters, reason, peers, place, class].
What is empty at its end is left out. ``reason`` is a place in the list ``redenen``, from 1; ``place`` is one of so many
(``van``) municipalities; ``class`` is that of the map, from 1 (the lowest fifth of the municipalities) to 5.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final

import orjson

from pipelines.common import dutch
from pipelines.publish.pages.cells import cell, number
from pipelines.publish.pages.material import COUNTRY, Area, Beside, Line, Material, ShownIndicator, YearFigure, Years
from pipelines.publish.pages.spread import Spread

Content = list[str | int]
# Where the reason stands in the list of a figure.
_REASON: Final = 2
# A region has nothing beside its figures.
_NOWHERE: Final[Mapping[int, Beside]] = {}


class DataFiles:
    """Makes the scripts with figures."""

    def __init__(self, material: Material, spread: Spread) -> None:
        self._material = material
        self._spread = spread

    def of_area(self, area: Area, figures: Mapping[str, Years], beside: Mapping[str, Mapping[int, Beside]]) -> bytes:
        """The script with all figures of one area; ``beside`` is empty for a region."""
        reasons: list[str] = []
        found = {
            line.indicator.id: self._series(area.code, line, figures, beside.get(line.indicator.id, _NOWHERE), reasons)
            for block in self._material.blocks
            for line in block.lines
            if line.indicator.id in figures
        }
        about = {"code": area.code, "naam": area.name, "soort": area.kind, "redenen": reasons, "cijfers": found}
        return _script("gebied", about)

    def _series(
        self, code: str, line: Line, figures: Mapping[str, Years], beside: Mapping[int, Beside], reasons: list[str]
    ) -> list[int | Content]:
        """The first year of an indicator, and what there is of that year and each after it."""
        years = figures[line.indicator.id]
        found: list[int | Content] = [min(years)]
        for year in range(min(years), max(years) + 1):
            content = self._content(code, line.indicator, year, years[year], beside.get(year)) if year in years else []
            if len(content) > _REASON and content[_REASON]:
                if content[_REASON] not in reasons:
                    reasons.append(str(content[_REASON]))
                content[_REASON] = reasons.index(str(content[_REASON])) + 1
            found.append(content)
        return found

    def strips(self) -> bytes:
        """The script with the country, and the drawing of all compared municipalities, in each year."""
        found: dict[str, dict[str, list[Any]]] = defaultdict(dict)
        for (indicator, year), of_all in self._spread.figures.items():
            drawn = self._spread.background(indicator, year)
            country = number(of_all.country, self._material.indicators[indicator])
            found[indicator][str(year)] = [country, len(of_all.values), drawn.low, drawn.high, drawn.drawing]
        return _script("stroken", found)

    def areas(self) -> bytes:
        """The script with every area that has figures, the country first."""
        found = [[COUNTRY, self._material.names[COUNTRY], ""]]
        found += [[area.code, area.name, "Gemeente"] for area in self._material.municipalities]
        for kind, areas in self._material.regions.items():
            found += [[area.code, area.name, dutch.REGION_KINDS[kind]] for area in areas]
        return _script("gebieden", found)

    def groups(self) -> bytes:
        """The script with the figures of provinces and size classes that municipalities are compared with."""
        found: dict[str, dict[str, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
        rows = self._material.release.tuples(
            """select groep_code, indicator_id, jaar, gewogen from mart_benchmark_groep
               where groep_soort in ('provincie', 'grootteklasse') and gewogen is not null order by all"""
        )
        for group, indicator, year, value in rows:
            found[group][indicator][str(year)] = number(value, self._material.indicators[indicator])
        return _script("groepen", found)

    def class_of(self, indicator: ShownIndicator, year: int, value: float) -> int | None:
        """In which fifth of the municipalities a figure lies, from 1; None where these have no classes."""
        bounds = self._bounds.get((indicator.id, year))
        return None if bounds is None else min(bisect_left(bounds, value) + 1, len(bounds))

    @cached_property
    def _bounds(self) -> dict[tuple[str, int], list[float]]:
        """The highest figure of each class of the map, per indicator and year."""
        found: dict[tuple[str, int], list[float]] = defaultdict(list)
        rows = self._material.release.tuples(
            """select indicator_id, jaar, klasse, max(klasse_hoogste) from mart_kaart
               where klasse is not null group by all order by all"""
        )
        for indicator, year, _, highest in rows:
            found[indicator, year].append(highest)
        return dict(found)

    def _content(
        self, code: str, indicator: ShownIndicator, year: int, figure: YearFigure, beside: Beside | None
    ) -> Content:
        own = cell(figure, indicator, beside)
        content: Content = [own.text, own.marks, own.short]
        content.append(number(beside.peers, indicator) if beside else "")
        has_place = beside and not self._material.no_place(code, indicator, year, figure, beside)
        content.append(beside.rank or "" if beside and has_place else "")
        compared = figure.value is not None and not figure.doubt and not (beside and beside.small)
        content.append((self.class_of(indicator, year, figure.value or 0) if compared else None) or "")
        while content and content[-1] == "":
            content.pop()
        return content


def _script(function: str, content: Any) -> bytes:
    """A classic script that hands ``content`` to the script of the website."""
    return b"monitor." + function.encode() + b"(" + orjson.dumps(content) + b");\n"
