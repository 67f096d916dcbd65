"""The drawings of one year of an indicator: which figures go in, and what each is called."""

import re
from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

from markupsafe import Markup

from pipelines.publish.charts import (
    About,
    FunnelLimits,
    FunnelPoint,
    FunnelText,
    MapScale,
    MapShapes,
    RankingRow,
    RankingText,
    Shade,
    funnel,
    municipal_map,
    ranking,
)
from pipelines.publish.pages.indicator_figures import YearOf
from pipelines.publish.pages.standings import DOUBTED, NO_CLASS, Standing

# The names of the drawings on the page.
MAP: Final = "kaartbeeld"
RANKING: Final = "ranglijst"
FUNNEL: Final = "trechterbeeld"
# How many standard deviations hold 95 of 100 figures.
REACH: Final = 1.96
INTERVAL: Final = "zoveel kan een cijfer door toeval en afronding schelen (95 %)"
_SHADES: Final[Mapping[str, Shade]] = {NO_CLASS: "none", DOUBTED: "doubt", "1": 1, "2": 2, "3": 3, "4": 4, "5": 5}
_SIDES: Final[Mapping[str, Literal["high", "low", "within"]]] = {
    "boven_buitengrens": "high",
    "onder_buitengrens": "low",
    "binnen_grenzen": "within",
}


class Drawings(NamedTuple):
    """The ranking and the funnel of one year; empty where there is nothing to draw."""

    ranking: Markup
    funnel: Markup


class MapWords(NamedTuple):
    """The texts of a map and its legend, as they stand in its SVG."""

    title: str
    description: str
    legend: str


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


def map_words(of: YearOf, shapes: MapShapes) -> MapWords:
    """What differs between the maps of two years beside the class of each municipality."""
    drawn = str(map_of(of, shapes))
    title, description = re.findall(r"<(?:title|desc) id=[^>]*>(.*?)</(?:title|desc)>", drawn)
    # The legend is what follows the last group: it holds no group itself.
    return MapWords(title, description, drawn.rpartition("</g>")[2].removesuffix("</svg>"))


def drawings_of(of: YearOf) -> Drawings:
    """The ranking and the funnel of a ratio; no ranking where too few are compared for a place."""
    return Drawings(_ranking(of) if of.ranked else Markup(), _funnel(of) if of.is_limited else Markup())


def _ranking(of: YearOf) -> Markup:
    known = [of.standings[index] for index in of.order if of.standings[index].figure.value is not None]
    known.sort(key=lambda standing: standing.figure.doubt)
    text = RankingText(of.indicator.unit, of.indicator.decimals, INTERVAL if of.is_limited else "")
    about = About(RANKING, f"{of.indicator.name} in {of.year}, van hoog naar laag")
    return ranking([_row(of, standing) for standing in known], about=about, text=text, country=of.country_value)


def _row(of: YearOf, standing: Standing) -> RankingRow:
    value, chance = standing.figure.value or 0.0, standing.limits.chance
    low = high = None
    if chance is not None and not standing.figure.doubt:
        low, high = max(0.0, value - REACH * chance), value + REACH * chance
        high = min(100.0, high) if of.is_share else high
    return RankingRow(
        of.material.names[standing.code],
        value,
        low,
        high,
        small=standing.beside.small,
        doubtful=standing.figure.doubt,
    )


def _funnel(of: YearOf) -> Markup:
    """Nothing where the denominators are not known: then who lies outside is told in words alone."""
    indicator, compared = of.indicator, of.compared
    base = of.material.indicators.get(indicator.row["noemer"] or "")
    points, limits = [], []
    for standing in of.standings:
        size, value = standing.limits.size, standing.figure.value
        if not size or value is None:
            continue
        points.append(_point(of, standing, size, value))
        ends = standing.limits.ends
        if ends is not None:
            limits.append(FunnelLimits(size, *ends))
    if not points or not limits or base is None or compared is None or compared.weighted is None:
        return Markup()
    about = About(FUNNEL, f"{indicator.name} in {of.year} naar {_lower(base.name)}")
    text = FunnelText(indicator.unit, indicator.decimals, _lower(base.name))
    return funnel(points, limits, compared.weighted, about=about, text=text)


def _point(of: YearOf, standing: Standing, size: float, value: float) -> FunnelPoint:
    side = _SIDES.get(standing.beside.flag or "")
    return FunnelPoint(of.material.names[standing.code], size, value, side or "none", standing.figure.doubt)


def _lower(name: str) -> str:
    return name[:1].lower() + name[1:]
