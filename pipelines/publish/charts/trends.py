"""A trend: one indicator over the years, of one to four areas beside each other."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from markupsafe import Markup

from pipelines.common import dutch
from pipelines.publish.charts.frames import (
    LETTER,
    About,
    Mark,
    apart,
    circle,
    cross,
    diamond,
    framed,
    path,
    square,
    triangle,
    wrapped,
    written,
)
from pipelines.publish.charts.scales import coordinate, round_ticks
from pipelines.publish.charts.sparklines import Point

_WIDTH: Final = 640
_HEIGHT: Final = 330
_TOP: Final = 34
# With breaks there are two more lines of text above the plot.
_TOP_WITH_BREAKS: Final = 58
_BOTTOM: Final = 274
_RIGHT: Final = 486
_LETTERS: Final = 13
_LINE: Final = 16
_LABEL_LETTERS: Final = 20
# How far from the sides of the plot the first and the last year stand.
_INSET: Final = 14
_MARKS: Final[dict[str, Mark]] = {"own": circle, "country": square, "peers": triangle, "other": diamond}
_RADIUS: Final = 3.8


class TrendLine(NamedTuple):
    """The figures of one area over the same years as the other series; its kind decides colour, dash and mark."""

    name: str
    kind: Literal["own", "country", "peers", "other"]
    points: Sequence[Point]


@dataclass(frozen=True)
class _Plot:
    """Where a year and a figure stand."""

    left: float
    top: float
    years: Sequence[int]
    low: float
    high: float

    def x(self, year: float) -> float:
        start, end = self.left + _INSET, _RIGHT - _INSET
        span = self.years[-1] - self.years[0]
        return start + (year - self.years[0]) * (end - start) / span if span else (start + end) / 2

    def y(self, value: float) -> float:
        return _BOTTOM - (value - self.low) * (_BOTTOM - self.top) / (self.high - self.low)


def trend(series: Sequence[TrendLine], *, about: About, unit: str, decimals: int) -> Markup:
    """Lines with their names beside them, from 0; nothing if no area has a figure in any year.

    Every series has the same years, in order. At a break (``after_break`` of any series, also in a year without a
    figure) stands a dashed line with its year, and no line of figures crosses it; nor does one cross a year without a
    figure or lead to a doubtful one. Provisional figures are hollow, doubtful ones a cross; a key tells so where there
    are any. ``unit`` stands above the axis, figures are written with ``decimals``.
    """
    values = [point.value for one in series for point in one.points if point.value is not None]
    if not values:
        return Markup("")
    years = [point.year for point in series[0].points]
    low, high = min(0.0, *values), max(0.0, *values)
    high = high if high > low else low + 1.0
    ticks, tick_decimals = round_ticks(low, high)
    labels = [dutch.number(tick, tick_decimals) for tick in ticks]
    broken = sorted({point.year for one in series for point in one.points[1:] if point.after_break})
    left, top = 8 + LETTER * _LETTERS * max(map(len, labels)), _TOP_WITH_BREAKS if broken else _TOP
    plot = _Plot(left, top, years, low, high)
    drawing = (
        written(0, 14, unit, "u")
        + _grid(plot, ticks, labels)
        + _breaks(plot, broken)
        # The own area is drawn last, over the others.
        + "".join(_drawn(plot, one) for one in sorted(series, key=lambda one: one.kind == "own"))
        + _names(plot, series, decimals)
        + _key(series)
    )
    return framed(about, "tr", (_WIDTH, _HEIGHT), _told(series, unit, decimals), drawing)


def _grid(plot: _Plot, ticks: Sequence[float], labels: Sequence[str]) -> str:
    """Lines at round figures, the one at zero stronger, and the years under them."""
    lines = "".join(f"M{coordinate(plot.left)} {coordinate(plot.y(tick))}H{_RIGHT}" for tick in ticks if tick)
    zero = f"M{coordinate(plot.left)} {coordinate(plot.y(0))}H{_RIGHT}"
    figures = "".join(
        written(plot.left - 6, plot.y(tick) + 4.5, label, "e") for tick, label in zip(ticks, labels, strict=True)
    )
    # Beside twelve years there is no room for the words of each.
    every = 1 + (len(plot.years) - 1) // 12
    years = "".join(written(plot.x(year), _BOTTOM + 20, str(year), "y") for year in plot.years[::-1][::every])
    return path("g", lines) + path("z", zero) + figures + years


def _breaks(plot: _Plot, broken: Sequence[int]) -> str:
    """A dashed line halfway between the year of each break and the one before."""
    lines = texts = ""
    for year in broken:
        x = coordinate(plot.x(year - 0.5))
        lines += f"M{x} {_TOP_WITH_BREAKS - 4}V{_BOTTOM}"
        texts += (
            f'<text class="y" x="{x}" y="{_TOP_WITH_BREAKS - 22}">breuk<tspan x="{x}" dy="14">{year}</tspan></text>'
        )
    return path("b", lines) + texts


def _drawn(plot: _Plot, one: TrendLine) -> str:
    """The line of a series and its marks: full, hollow (provisional) and crossed (doubtful)."""
    line = full = hollow = crossed = ""
    joined, mark = False, _MARKS[one.kind]
    for point in one.points:
        if point.value is None or point.doubtful:
            joined = False
        if point.value is None:
            continue
        x, y = plot.x(point.year), plot.y(point.value)
        if point.doubtful:
            crossed += cross(x, y, _RADIUS)
            continue
        line += f"{'L' if joined and not point.after_break else 'M'}{coordinate(x)} {coordinate(y)}"
        joined = True
        if point.provisional:
            hollow += mark(x, y, _RADIUS)
        else:
            full += mark(x, y, _RADIUS)
    line = line if "L" in line else ""
    return f'<g class="{one.kind}">{path("l", line)}{path("m", full)}{path("v", hollow)}{path("x", crossed)}</g>'


def _names(plot: _Plot, series: Sequence[TrendLine], decimals: int) -> str:
    """The name and last figure of each series to the right of its last point, none over another."""
    ends = [(one, point) for one in series if (point := _last(one)) is not None]
    lines = [wrapped(one.name, _LABEL_LETTERS) for one, _ in ends]
    heights = [_LINE * (len(words) + 1) + 6 for words in lines]
    wanted = [(plot.y(point.value or 0.0), height) for (_, point), height in zip(ends, heights, strict=True)]
    drawing = ""
    for (one, point), words, middle, height in zip(ends, lines, apart(wanted, 6, _HEIGHT - 30), heights, strict=True):
        figure = dutch.number(point.value, decimals)
        when = "" if point.year == plot.years[-1] else f" ({point.year})"
        x, y = plot.x(point.year), plot.y(point.value or 0.0)
        leader = f"M{coordinate(x + 7)} {coordinate(y)}L{_RIGHT + 2} {coordinate(middle)}"
        drawing += f'<g class="{one.kind}">{path("k", leader)}'
        first = middle - height / 2 + _LINE
        for step, text in enumerate([*words, figure + when]):
            drawing += written(_RIGHT + 7, first + step * _LINE, text, "n" if step == len(words) else "")
        drawing += "</g>"
    return drawing


def _last(one: TrendLine) -> Point | None:
    """The last point with a figure; one without doubt if there is any."""
    known = [point for point in one.points if point.value is not None]
    certain = [point for point in known if not point.doubtful]
    return certain[-1] if certain else known[-1] if known else None


def _key(series: Sequence[TrendLine]) -> str:
    """What hollow and crossed marks mean, where there are any."""
    points = [point for one in series for point in one.points if point.value is not None]
    y, x, drawing = _HEIGHT - 12, 8.0, ""
    if any(point.provisional and not point.doubtful for point in points):
        drawing += path("v", circle(x, y - 4.5, _RADIUS)) + written(x + 10, y, "voorlopig cijfer", "s")
        x += 140
    if any(point.doubtful for point in points):
        drawing += path("x", cross(x, y - 4.5, _RADIUS)) + written(x + 10, y, "cijfer wordt betwijfeld", "s")
    return f'<g class="key">{drawing}</g>' if drawing else ""


def _told(series: Sequence[TrendLine], unit: str, decimals: int) -> Iterator[str]:
    """Every figure that is drawn, in short sentences."""
    yield f"Lijngrafiek. Eenheid: {unit}."
    for one in series:
        yield f"{one.name}."
        for point in one.points:
            if point.after_break and point is not one.points[0]:
                yield f"Breuk in {point.year}."
            if point.value is None:
                yield f"{point.year}: geen cijfer."
                continue
            marks = ", betwijfeld" * point.doubtful + ", voorlopig" * point.provisional
            yield f"{point.year}: {dutch.number(point.value, decimals)}{marks}."
