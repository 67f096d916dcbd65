"""Bars: one figure of one area over a few years, small enough to stand beside another chart."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup, escape

from pipelines.common import dutch
from pipelines.publish.charts.frames import About, framed, path, written
from pipelines.publish.charts.scales import coordinate
from pipelines.publish.charts.sparklines import Point

_WIDTH: Final = 340
_HEIGHT: Final = 224
_TOP: Final = 40
# With breaks there are two more lines of text above the bars, with negative figures one below them.
_TOP_WITH_BREAKS: Final = 66
_UNDER: Final = 18
_BOTTOM: Final = 178
_LEFT: Final = 2
_RIGHT: Final = 338
# Of the room of a year its bar takes so much, and never more than a bar of this width.
_SHARE: Final = 0.72
_WIDEST: Final = 54
_NOTHING: Final = "\N{EN DASH}"


@dataclass(frozen=True)
class _Bars:
    """Where the bar of a year stands, and how high a figure lies."""

    first: int
    room: float
    low: float
    high: float
    top: float

    @property
    def wide(self) -> float:
        return min(_WIDEST, _SHARE * self.room)

    def x(self, year: float) -> float:
        return _LEFT + (year - self.first + 0.5) * self.room

    def y(self, value: float) -> float:
        bottom = _BOTTOM - _UNDER * (self.low < 0)
        return bottom - (value - self.low) / (self.high - self.low) * (bottom - self.top)


def bars(points: Sequence[Point], *, about: About, unit: str, decimals: int) -> Markup:
    """A bar from 0 per year, with its figure; nothing if no year has one.

    A year without a figure has a dash instead of a bar. Provisional figures are hatched, doubtful ones hollow with a
    dashed edge, and a key tells so. A dashed line with its year stands at a break. At most twelve years fit.
    """
    values = [point.value for point in points if point.value is not None]
    if not values:
        return Markup("")
    low, high = min(0.0, *values), max(0.0, *values)
    span = points[-1].year - points[0].year + 1
    broken = [point.year for point in points[1:] if point.after_break]
    high = high if high > low else low + 1.0
    plot = _Bars(points[0].year, (_RIGHT - _LEFT) / span, low, high, _TOP_WITH_BREAKS if broken else _TOP)
    name = escape(about.name)
    drawing = (
        f'<defs><pattern id="{name}-v" width="6" height="6" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><path class="f" d="M0 0h6v6h-6z"/><path class="h" d="M0 0v6"/></pattern></defs>'
        + written(0, 14, unit, "s")
        + "".join(_bar(plot, point, name) for point in points)
        + path("z", f"M{_LEFT} {coordinate(plot.y(0))}H{_RIGHT}")
        + "".join(_texts(plot, point, decimals) for point in points)
        + "".join(_break(plot, year) for year in broken)
        + _key(points, name)
    )
    return framed(about, "ba", (_WIDTH, _HEIGHT), _told(points, unit, decimals), drawing)


def _bar(plot: _Bars, point: Point, name: str) -> str:
    if point.value is None:
        return ""
    zero, end = plot.y(0), plot.y(point.value)
    left, wide = coordinate(plot.x(point.year) - plot.wide / 2), coordinate(plot.wide)
    steps = f"M{left} {coordinate(zero)}V{coordinate(end)}h{wide}V{coordinate(zero)}z"
    if point.doubtful:
        return f'<path class="x" d="{steps}"/>'
    if point.provisional:
        return f'<path class="v" fill="url(#{name}-v)" d="{steps}"/>'
    return f'<path class="b" d="{steps}"/>'


def _texts(plot: _Bars, point: Point, decimals: int) -> str:
    """The year under the bar, and the figure at its end."""
    x = plot.x(point.year)
    year = written(x, _BOTTOM + 17, str(point.year), "y s")
    if point.value is None:
        return year + written(x, plot.y(0) - 6, _NOTHING, "y")
    y = plot.y(point.value) + (14 if point.value < 0 else -6)
    return year + written(x, y, dutch.number(point.value, decimals), "y")


def _break(plot: _Bars, year: int) -> str:
    x = coordinate(plot.x(year - 0.5))
    words = f'<text class="y s" x="{x}" y="32">breuk<tspan x="{x}" dy="14">{year}</tspan></text>'
    return path("k", f"M{x} 50V{_BOTTOM}") + words


def _key(points: Sequence[Point], name: str) -> str:
    shown = [point for point in points if point.value is not None]
    x, y, drawing = _LEFT, _HEIGHT - 3, ""
    for is_there, kind, words in (
        (any(point.provisional and not point.doubtful for point in shown), "v", "voorlopig"),
        (any(point.doubtful for point in shown), "x", "wordt betwijfeld"),
    ):
        if is_there:
            fill = f' fill="url(#{name}-v)"' if kind == "v" else ""
            drawing += f'<path class="{kind}"{fill} d="M{x} {y - 9}h14v10h-14z"/>{written(x + 20, y, words, "s")}'
            x += 100
    return drawing


def _told(points: Sequence[Point], unit: str, decimals: int) -> Iterator[str]:
    yield f"Staafgrafiek. Eenheid: {unit}."
    for point in points:
        if point.after_break and point is not points[0]:
            yield f"Breuk in {point.year}."
        if point.value is None:
            yield f"{point.year}: geen cijfer."
            continue
        marks = ", betwijfeld" * point.doubtful + ", voorlopig" * point.provisional
        yield f"{point.year}: {dutch.number(point.value, decimals)}{marks}."
