"""How the compared municipalities lie on one line, per indicator and year: drawn once, used on the page of each."""

from collections import defaultdict
from functools import cache, cached_property

from markupsafe import Markup

from pipelines.publish.charts.strips import StripBackground, strip, strip_background
from pipelines.publish.pages.cells import number
from pipelines.publish.pages.material import Figure, Indicator, Material


class Spread:
    """The figures of all compared municipalities."""

    def __init__(self, material: Material) -> None:
        self._material = material

    @cached_property
    def values(self) -> dict[tuple[str, int], list[float]]:
        """Of each indicator and year the figures that are compared: not those that are doubted."""
        found: dict[tuple[str, int], list[float]] = defaultdict(list)
        rows = self._material.release.tuples(
            """select indicator_id, jaar, waarde from mart_gemeente_profiel where rang is not null
               order by indicator_id, jaar, gm_code"""
        )
        for indicator, year, value in rows:
            found[indicator, year].append(value)
        return dict(found)

    @cache  # noqa: B019 - as many as there are indicators and years, and it goes with the release
    def background(self, indicator: str, year: int) -> StripBackground | None:
        """The line of an indicator in one year; None where nothing is compared."""
        values = self.values.get((indicator, year))
        return strip_background(values) if values else None

    def strip(self, indicator: Indicator, year: int, figure: Figure | None, country: float | None) -> Markup:
        """The line with one municipality on it; empty where nothing is compared."""
        background = self.background(indicator.id, year)
        if background is None:
            return Markup()
        own = figure.value if figure and not figure.doubt else None
        values = self.values[indicator.id, year]
        label = f"Alle gemeenten, van {number(min(values), indicator)} tot {number(max(values), indicator)}"
        return strip(background, own, country, label=label)
