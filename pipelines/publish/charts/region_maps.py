"""A map of who works together with whom: municipalities joined to regions, no two neighbours in the same tint."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, count
from typing import Final

import shapely
from markupsafe import Markup, escape
from shapely.geometry.base import BaseGeometry

from pipelines.common import dutch
from pipelines.publish.charts.frames import About, framed, path, wrapped, written
from pipelines.publish.charts.outlines import MapShapes, area_steps, line_steps

_SEA: Final = 40
_LINE: Final = 40
_LEGEND_LETTERS: Final = 22
# Tints: four suffice for any map whose regions each lie in one piece.
_TINTS: Final = 4


@dataclass(frozen=True)
class RegionShapes:
    """Regions as one shape each, with a tint (from 0) that none of their neighbours has, and the borders within them.

    ``unknown`` are the municipalities with a boundary but without a region, as one shape; ``members`` counts the
    municipalities of each region that are on the map.
    """

    regions: Mapping[str, BaseGeometry]
    tints: Mapping[str, int]
    members: Mapping[str, int]
    unknown: BaseGeometry
    inner: str


def region_shapes(shapes: MapShapes, region_of: Mapping[str, str]) -> RegionShapes:
    """Join municipalities to the regions of ``region_of`` (code of a municipality: code of its region)."""
    joined: dict[str, list[BaseGeometry]] = defaultdict(list)
    for code, shape in shapes.shapes.items():
        joined[region_of.get(code, "")].append(shape)
    unknown = _union(joined.pop("", []))
    regions = {region: _union(joined[region]) for region in sorted(joined)}
    return RegionShapes(
        regions=regions,
        tints=_tinted(regions),
        members={region: len(joined[region]) for region in regions},
        unknown=unknown,
        inner=_inner(list(shapes.shapes.values()), [*regions.values(), unknown]),
    )


def region_map(
    shapes: MapShapes, regions: RegionShapes, labels: Mapping[str, str], *, about: About, unknown: str
) -> Markup:
    """Every region in its tint, with thick borders and its label (short: a number or a code) in the middle.

    Each is a path with its code in ``data-r``. ``unknown`` says in words, for the legend, why a municipality has no
    region; it is hatched. ``labels`` has every region; the list beside the map says which is which.
    """
    name = escape(about.name)
    tinted = "".join(
        f'<path class="r{regions.tints[region]}" data-r="{escape(region)}" d="{area_steps(shape)}"/>'
        for region, shape in regions.regions.items()
    )
    missing = area_steps(regions.unknown)
    hatching = (
        f'<defs><pattern id="{name}-none" width="16" height="16" patternUnits="userSpaceOnUse">'
        '<path class="h" d="M0 8h16"/></pattern></defs>'
    )
    hatched = f'<path class="none" fill="url(#{name}-none)" d="{missing}"/>' if missing else ""
    texts = "".join(_label(shape, labels[region]) for region, shape in regions.regions.items())
    drawing = (
        f"{hatching if missing else ''}"
        f'<g transform="translate({_SEA} 10)">{tinted}{hatched}{path("i", regions.inner)}{texts}</g>'
        f"{_legend(name, shapes, unknown if missing else '')}"
    )
    size = (shapes.width + _SEA + 10, shapes.height + 20)
    return framed(about, "rg", size, _told(shapes, regions, labels, unknown), drawing)


def _union(shapes: Sequence[BaseGeometry]) -> BaseGeometry:
    return shapely.union_all(list(shapes), grid_size=1)


def _inner(municipalities: Sequence[BaseGeometry], regions: Sequence[BaseGeometry]) -> str:
    """The borders between municipalities that are not borders of a region, each once."""
    borders = shapely.union_all(shapely.boundary(municipalities), grid_size=1)
    # What became so thin by rounding that it encloses nothing is no border.
    _, _, loose, _ = shapely.polygonize_full(shapely.get_parts(borders))
    outer = shapely.union_all([loose, *shapely.boundary(list(regions))], grid_size=1)
    return line_steps(shapely.line_merge(shapely.difference(borders, outer, grid_size=1)))


def _tinted(regions: Mapping[str, BaseGeometry]) -> dict[str, int]:
    """A tint per region so that no neighbours share one, with four tints, or as many more as it takes."""
    neighbours: dict[str, set[str]] = {region: set() for region in regions}
    for one, other in combinations(regions, 2):
        if shapely.length(shapely.intersection(regions[one], regions[other])) > 0:
            neighbours[one].add(other)
            neighbours[other].add(one)
    # Those with most neighbours first: hardly ever must a choice be taken back.
    order = sorted(regions, key=lambda region: (-len(neighbours[region]), region))
    for tints in count(_TINTS):
        found: dict[str, int] = {}
        if _colour(order, neighbours, tints, found):
            return found
    raise AssertionError


def _colour(order: Sequence[str], neighbours: Mapping[str, set[str]], tints: int, found: dict[str, int]) -> bool:
    """Give the regions in ``order`` that have none a tint; says whether that is possible."""
    # The region with the fewest tints left comes next.
    left = [region for region in order if region not in found]
    if not left:
        return True
    free = {
        region: [tint for tint in range(tints) if all(found.get(other) != tint for other in neighbours[region])]
        for region in left
    }
    region = min(left, key=lambda one: len(free[one]))
    for tint in free[region]:
        found[region] = tint
        if _colour(order, neighbours, tints, found):
            return True
        del found[region]
    return False


def _label(shape: BaseGeometry, text: str) -> str:
    """A label in the widest place of the largest part of a region."""
    largest = max(shapely.get_parts(shape), key=lambda part: float(part.area))
    middle = shapely.maximum_inscribed_circle(largest, 2).coords[0]
    return written(round(middle[0]), round(middle[1]) + 9, text, "y")


def _legend(name: str, shapes: MapShapes, unknown: str) -> str:
    y, drawing = 34, ""
    if unknown:
        drawing += f'<path class="none" fill="url(#{name}-none)" d="M4 {y - 20}h36v26h-36z"/>'
        for line in wrapped(unknown, _LEGEND_LETTERS):
            drawing += written(50, y, line)
            y += _LINE
    if shapes.lacking:
        names = f"Niet op de kaart: {dutch.listed([found for _, found in shapes.lacking])}"
        for line in wrapped(names, _LEGEND_LETTERS):
            drawing += written(4, y + 8, line, "u")
            y += _LINE - 4
    return drawing


def _told(shapes: MapShapes, regions: RegionShapes, labels: Mapping[str, str], unknown: str) -> Iterator[str]:
    several = "regio's"
    yield f"Kaart van {dutch.counted(len(regions.regions), 'regio', several)}."
    for region, members in regions.members.items():
        yield f"{labels[region]}: {dutch.counted(members, 'gemeente', 'gemeenten')}."
    lost = len(shapes.shapes) - sum(regions.members.values())
    if lost:
        yield f"{unknown}: {dutch.counted(lost, 'gemeente', 'gemeenten')}."
    if shapes.lacking:
        yield f"Niet op de kaart: {dutch.listed([name for _, name in shapes.lacking])}."
