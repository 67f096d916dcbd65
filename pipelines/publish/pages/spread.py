"""How the compared municipalities lie on one line, per indicator and year: drawn once, used on the page of each."""

from functools import cached_property
from typing import NamedTuple

from markupsafe import Markup

from pipelines.publish.charts.strips import StripBackground, strip, strip_background, strip_rule
from pipelines.publish.pages.cells import number
from pipelines.publish.pages.material import Material, ShownIndicator, YearFigure


class Compared(NamedTuple):
    """The figures of an indicator in a year that are compared: not those that are doubted; and that of the country."""

    country: float | None
    values: list[float]


class Spread:
    """The figures of all compared municipalities."""

    def __init__(self, material: Material) -> None:
        self._material = material
        self._drawn: dict[tuple[str, int], StripBackground] = {}

    @cached_property
    def figures(self) -> dict[tuple[str, int], Compared]:
        """What is compared, per indicator and year."""
        found: dict[tuple[str, int], Compared] = {}
        rows = self._material.release.tuples(
            """select indicator_id, jaar, waarde, gewogen_land from mart_gemeente_profiel where rang is not null
               order by indicator_id, jaar, gm_code"""
        )
        for indicator, year, value, country in rows:
            found.setdefault((indicator, year), Compared(country, [])).values.append(value)
        return found

    def background(self, indicator: str, year: int) -> StripBackground:
        """The line of an indicator in one year."""
        if (indicator, year) not in self._drawn:
            self._drawn[indicator, year] = strip_background(self.figures[indicator, year].values)
        return self._drawn[indicator, year]

    def style(self) -> str:
        """A style sheet with the histogram of each indicator in its newest year."""
        newest = {name: max(year for of, year in self.figures if of == name) for name, _ in self.figures}
        return "".join(strip_rule(self._look(name), self.background(name, year)) for name, year in newest.items())

    def _look(self, indicator: str) -> str:
        """The class of the strips of an indicator: short, since hundreds of pages name it."""
        # A letter that no class with a number begins with: those of the quality report are s0 to s90.
        return f"b{self._numbers[indicator]}"

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {name: number for number, name in enumerate(self._material.indicators)}

    def strip(self, indicator: ShownIndicator, year: int, figure: YearFigure | None, country: float | None) -> Markup:
        """The line with one municipality on it; empty where nothing is compared."""
        if (indicator.id, year) not in self.figures:
            return Markup()
        values = self.figures[indicator.id, year].values
        own = figure.value if figure and not figure.doubt else None
        label = f"Alle gemeenten, van {number(min(values), indicator)} tot {number(max(values), indicator)}"
        return strip(self.background(indicator.id, year), own, country, label=label, look=self._look(indicator.id))
