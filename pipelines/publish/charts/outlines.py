"""The outlines of all municipalities as a chart draws them: projected, and rounded to whole units.

Neighbours share the points of their border in the source, so rounding moves both alike and leaves no sliver between
them. Made once per release; every map uses it.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import shapely
from shapely.geometry.base import BaseGeometry

from pipelines.publish.files.boundaries import Boundaries

# Units from the northernmost to the southernmost point. Half as many would show steps in the borders of small
# municipalities, twice as many would make every map a quarter heavier.
_TALL: Final = 1000


@dataclass(frozen=True)
class MapShapes:
    """Municipalities on a map of ``width`` by ``height`` units, in the order of their codes.

    ``outlines`` are steps of SVG paths, ``shapes`` the same as polygons; ``lacking`` are the municipalities without a
    boundary, as (code, name).
    """

    width: int
    height: int
    names: Mapping[str, str]
    outlines: Mapping[str, str]
    shapes: Mapping[str, BaseGeometry]
    lacking: Sequence[tuple[str, str]]


def map_shapes(boundaries: Boundaries) -> MapShapes:
    """Project boundaries in degrees: equirectangular, true to shape in the middle of the country."""
    west, south, east, north = boundaries.box or (0.0, 0.0, 1.0, 1.0)
    scale = _TALL / (north - south)
    narrower = math.cos(math.radians((south + north) / 2))

    def project(longitudes: Any, latitudes: Any) -> tuple[Any, Any]:
        return ((longitudes - west) * narrower * scale).round(), ((north - latitudes) * scale).round()

    # Rounding can make a ring touch itself; a valid shape is needed to join them.
    shapes = shapely.make_valid(
        [shapely.transform(shape, project, interleaved=False) for shape in boundaries.shapes],
        method="structure",
        keep_collapsed=False,
    )
    return MapShapes(
        width=round((east - west) * narrower * scale),
        height=_TALL,
        names=dict(zip(boundaries.codes, boundaries.names, strict=True)),
        outlines={code: area_steps(shape) for code, shape in zip(boundaries.codes, shapes, strict=True)},
        shapes=dict(zip(boundaries.codes, shapes, strict=True)),
        lacking=boundaries.lacking,
    )


def area_steps(shape: BaseGeometry) -> str:
    """The rings of a polygon, or of several, as steps of one path."""
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    rings = [ring for part in parts for ring in (part.exterior, *part.interiors)]
    return "".join(f"{_steps(ring.coords[:-1])}z" for ring in rings)


def line_steps(shape: BaseGeometry) -> str:
    """Lines as steps of one path."""
    return "".join(_steps(line.coords) for line in shapely.get_parts(shape) if line.geom_type == "LineString")


def _steps(points: Iterable[Sequence[float]]) -> str:
    """Whole points as one line: the first as it is, each next one from the one before, without needless spaces."""
    whole = [(int(x), int(y)) for x, y in points]
    steps = f"M{whole[0][0]} {whole[0][1]}l"
    for (left, top), (x, y) in pairwise(whole):
        across, down = x - left, y - top
        space = "" if steps[-1] == "l" or across < 0 else " "
        steps += f"{space}{across}{'' if down < 0 else ' '}{down}"
    return steps
