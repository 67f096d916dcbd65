"""Up to twelve areas beside each other, for every indicator: without a script the provinces, with one any areas."""

from collections.abc import Mapping
from typing import NamedTuple

from pipelines.common import dutch
from pipelines.publish.pages.cells import MARKS, SHORT, TableCell, cell, reason
from pipelines.publish.pages.data_files import DataFiles
from pipelines.publish.pages.material import Material, ShownIndicator, Years
from pipelines.publish.templates import render_site
from pipelines.releases.store import COMPARISON

# More do not fit beside each other.
MOST_AREAS = 12
_SHOWN_FIRST = "provincie"


class Square(NamedTuple):
    """A cell of the heat map: in which fifth of the municipalities the figure lies, where they have these."""

    cell: TableCell
    klass: int | None


class HeatRow(NamedTuple):
    """An indicator in its newest year, in each of the areas."""

    indicator: ShownIndicator
    year: int
    squares: list[Square]


def comparison_page(material: Material, data: DataFiles, provinces: Mapping[str, Mapping[str, Years]]) -> str:
    """The page on which people compare; ``provinces`` are the figures of each."""
    areas = material.regions.get(_SHOWN_FIRST, [])[:MOST_AREAS]
    blocks = []
    for block in material.blocks:
        rows = [
            HeatRow(
                line.indicator,
                line.indicator.newest,
                [_square(data, line.indicator, line.indicator.newest, provinces.get(area.code, {})) for area in areas],
            )
            for line in block.lines
            if line.indicator.newest is not None
        ]
        blocks.append((block.title, rows))
    return render_site(
        f"{COMPARISON}.jinja",
        root="",
        here=COMPARISON,
        header=material.header,
        areas=areas,
        blocks=blocks,
        most=MOST_AREAS,
        marks=MARKS,
        shorts={words: reason(code) for code, words in SHORT.items()},
        choices=[("Gemeenten", material.municipalities)]
        + [(dutch.REGION_KINDS[kind], found) for kind, found in material.regions.items()],
    )


def _square(data: DataFiles, indicator: ShownIndicator, year: int, figures: Mapping[str, Years]) -> Square:
    figure = figures.get(indicator.id, {}).get(year)
    if figure is None or figure.value is None or figure.doubt:
        return Square(cell(figure, indicator), None)
    return Square(cell(figure, indicator), data.class_of(indicator, year, figure.value))
