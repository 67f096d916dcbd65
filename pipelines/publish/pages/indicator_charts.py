"""The drawings of one year of an indicator: which figures go in, and what each is called."""

from typing import Final, NamedTuple

from markupsafe import Markup

from pipelines.publish.charts import About, MapScale, MapShapes, Shade, municipal_map
from pipelines.publish.pages.indicator_figures import YearOf
from pipelines.publish.pages.standings import DOUBTED, NO_CLASS


class Drawings(NamedTuple):
    """The ranking and the funnel of one year; empty where there is nothing to draw."""

    ranking: Markup
    funnel: Markup


MAP: Final = "kaartbeeld"
_SHADES: Final[dict[str, Shade]] = {NO_CLASS: "none", DOUBTED: "doubt", "1": 1, "2": 2, "3": 3, "4": 4, "5": 5}


def map_of(of: YearOf, shapes: MapShapes) -> Markup:
    """The map of a ratio."""
    return municipal_map(
        shapes,
        {standing.code: _SHADES[standing.map_class] for standing in of.standings},
        about=About(MAP, f"{of.indicator.name} per gemeente in {of.year}"),
        scale=MapScale(
            of.indicator.unit,
            of.indicator.decimals,
            {bound.fifth: (bound.low, bound.high) for bound in of.bounds},
        ),
    )


def drawings_of(of: YearOf) -> Drawings:
    """The ranking and the funnel of a ratio."""
    return Drawings(Markup(), Markup())
