"""A funnel: every municipality by how many people its figure is about, within the limits of ordinary spread."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from markupsafe import Markup, escape

from pipelines.common import dutch
from pipelines.publish.charts.frames import LETTER, About, circle, cross, framed, path, wrapped, written
from pipelines.publish.charts.scales import coordinate, round_ticks

_WIDTH: Final = 700
_HEIGHT: Final = 456
_TOP: Final = 34
_BOTTOM: Final = 366
_RIGHT: Final = 590
_LETTERS: Final = 13
_LINE: Final = 15
_RADIUS: Final = 2.4
# A limit is drawn through points so far apart: it bends slowly.
_STEP: Final = 8
# More names than this would cover each other and the points.
_NAMES: Final = 8


class FunnelPoint(NamedTuple):
    """A municipality: ``base`` (above 0) is how many people or whatever else its figure is about.

    ``side`` is where it lies by the outer limit (`mart_benchmark.vlag`): ``high``, ``low`` or ``within``; ``none`` if
    it has no limits (small numbers). ``doubtful``: it is not compared.
    """

    name: str
    base: float
    value: float
    side: Literal["high", "low", "within", "none"]
    doubtful: bool = False
    own: bool = False


class FunnelLimits(NamedTuple):
    """The limits for a municipality of this ``base``: the inner pair (95 %) and the outer pair (99 %)."""

    base: float
    inner_low: float
    inner_high: float
    outer_low: float
    outer_high: float


class FunnelText(NamedTuple):
    """The words of a funnel: unit and decimals of the figures, what the bases count (as inwoners), and the country."""

    unit: str
    decimals: int
    base: str
    country: str = "Nederland"


@dataclass(frozen=True)
class _Field:
    """Where a base and a figure stand: the base on a scale on which each tenfold is as wide."""

    left: float
    smallest: float
    largest: float
    low: float
    high: float

    def x(self, base: float) -> float:
        wide = math.log(self.largest / self.smallest)
        return self.left + math.log(base / self.smallest) / wide * (_RIGHT - self.left)

    def y(self, value: float) -> float:
        return _BOTTOM - (value - self.low) / (self.high - self.low) * (_BOTTOM - _TOP)


def funnel(
    points: Sequence[FunnelPoint], limits: Sequence[FunnelLimits], country: float, *, about: About, text: FunnelText
) -> Markup:
    """Points within their limits around the figure of the country; nothing without points.

    Outside the outer limit a point is a triangle, up or down, with its name if there are few; without limits it is
    hollow, in doubt a cross. ``limits`` may be those of the municipalities themselves, in any order. The axis starts
    at 0 or at the lowest figure; a limit beyond the highest figure runs out of the chart.
    """
    if not points:
        return Markup("")
    values = [point.value for point in points]
    low, high = min(0.0, *values), max(*values, country) * 1.04
    high = high if high > low else low + 1.0
    ticks, decimals = round_ticks(low, high, 6)
    labels = [dutch.number(tick, decimals) for tick in ticks]
    bases = [point.base for point in points]
    field = _Field(10 + LETTER * _LETTERS * max(map(len, labels)), min(bases) * 0.85, max(bases) * 1.18, low, high)
    name = escape(about.name)
    drawing = (
        written(0, 14, text.unit, "s")
        + _grid(field, list(zip(ticks, labels, strict=True)), text)
        + f'<clipPath id="{name}-c"><path d="M{_RIGHT} {_TOP}V{_BOTTOM}H{coordinate(field.left)}V{_TOP}z"/></clipPath>'
        + f'<g clip-path="url(#{name}-c)">{_curves(field, limits)}</g>'
        + _country(field, country, text)
        + _marks(field, points)
        + _names(field, points)
        + _key(points, limits)
    )
    return framed(about, "fn", (_WIDTH, _HEIGHT), _told(points, country, text), drawing)


def _grid(field: _Field, ticks: Sequence[tuple[float, str]], text: FunnelText) -> str:
    left = coordinate(field.left)
    lines = "".join(f"M{left} {coordinate(field.y(tick))}H{_RIGHT}" for tick, _ in ticks)
    figures = "".join(written(field.left - 6, field.y(tick) + 4.5, label, "e") for tick, label in ticks)
    bases = "".join(
        written(field.x(base), _BOTTOM + 18, dutch.number(base), "y") for base in _bases(field.smallest, field.largest)
    )
    return path("g", lines) + figures + bases + written((field.left + _RIGHT) / 2, _BOTTOM + 38, text.base, "y s")


def _bases(smallest: float, largest: float) -> list[float]:
    """Round numbers on the scale of the bases: 1, 2 and 5 times powers of ten if these fit, else only the powers."""
    powers = range(math.floor(math.log10(smallest)), math.ceil(math.log10(largest)) + 1)
    dense = [first * 10.0**power for power in powers for first in (1, 2, 5) if power >= 0 or first == 1]
    found = [base for base in dense if smallest <= base <= largest]
    return found if len(found) <= 9 else [base for base in found if f"{base:e}"[0] == "1"]


def _curves(field: _Field, limits: Sequence[FunnelLimits]) -> str:
    """The four limits from the smallest to the largest base."""
    drawn: list[FunnelLimits] = []
    for limit in sorted(limits):
        if not drawn or field.x(limit.base) - field.x(drawn[-1].base) >= _STEP:
            drawn.append(limit)
    # The last one is always drawn: the curve goes as far as the points do.
    drawn += sorted(limits)[-1:]
    inner = outer = ""
    for side in ("low", "high"):
        for place, limit in enumerate(drawn):
            step = f"{'L' if place else 'M'}{coordinate(field.x(limit.base))} "
            inner += step + coordinate(field.y(getattr(limit, f"inner_{side}")))
            outer += step + coordinate(field.y(getattr(limit, f"outer_{side}")))
    return path("i", inner) + path("o", outer)


def _country(field: _Field, country: float, text: FunnelText) -> str:
    """A line at the country with its name and figure beside it."""
    y = field.y(country)
    lines = wrapped(text.country, 14)
    drawing = path("c", f"M{coordinate(field.left)} {coordinate(y)}H{_RIGHT}")
    for step, line in enumerate([*lines, dutch.number(country, text.decimals)]):
        drawing += written(_RIGHT + 6, y - 3 + (step + 1 - len(lines)) * _LINE, line, "n" if step == len(lines) else "")
    return drawing


def _marks(field: _Field, points: Sequence[FunnelPoint]) -> str:
    """Dots, hollow dots, triangles and crosses, as one path each; the own point larger and last."""
    dots = hollow = outside = crossed = own = ""
    for point in points:
        x, y = field.x(point.base), field.y(point.value)
        if point.own:
            own += circle(x, y, 5)
        if point.doubtful:
            crossed += cross(x, y, _RADIUS)
        elif point.side == "none":
            hollow += circle(x, y, _RADIUS)
        elif point.side == "within":
            dots += f"M{coordinate(x)} {coordinate(y)}h0"
        else:
            outside += _arrow(x, y, point.side == "high")
    own = f'<g class="own">{path("m", own)}</g>' if own else ""
    return path("d", dots) + path("v", hollow) + path("x", crossed) + own + path("f", outside)


def _arrow(x: float, y: float, is_up: bool) -> str:
    tall = "-9" if is_up else "9"
    return f"M{coordinate(x - 5)} {coordinate(y - float(tall) / 2)}h10l-5 {tall}z"


def _names(field: _Field, points: Sequence[FunnelPoint]) -> str:
    """The name of the own point, and of those outside the outer limit that stand clear of other names."""
    outside = [point for point in points if point.side in ("high", "low") and not point.doubtful and not point.own]
    own = [point for point in points if point.own]
    taken: list[tuple[float, float, float]] = []
    drawing = ""
    for point in [*own, *(outside if len(outside) <= _NAMES else [])]:
        x, y = field.x(point.base), field.y(point.value)
        wide = LETTER * _LETTERS * len(point.name)
        has_room = x + 10 + wide < _WIDTH
        start = x + 10 if has_room else x - 10 - wide
        is_clear = all(abs(y - other) >= _LINE or start > right or start + wide < left for left, right, other in taken)
        if point.own or is_clear:
            taken.append((start, start + wide, y))
            label = written(x + (10 if has_room else -10), y + 4.5, point.name, "" if has_room else "e")
            drawing += f'<g class="own">{label}</g>' if point.own else label
    return drawing


def _key(points: Sequence[FunnelPoint], limits: Sequence[FunnelLimits]) -> str:
    x, y, drawing = 4.0, float(_HEIGHT - 28), ""
    sides = {point.side for point in points if not point.doubtful}
    for is_there, kind, steps, words in (
        (bool(limits), "i", "M-4 0h18", "grens van 95 %"),
        (bool(limits), "o", "M-4 0h18", "grens van 99 %"),
        (bool({"high", "low"} & sides), "f", _arrow(3, 0, True), "wijkt af van andere gemeenten"),
        ("none" in sides, "v", circle(3, 0, _RADIUS), "kleine aantallen, geen grenzen"),
        (any(point.doubtful for point in points), "x", cross(3, 0, _RADIUS), "wordt betwijfeld"),
    ):
        if is_there:
            room = 20 if kind in "io" else 13
            wide = room + 16 + LETTER * _LETTERS * len(words)
            if x + wide > _WIDTH:
                x, y = 4.0, y + 20
            drawing += f'<g transform="translate({coordinate(x)} {coordinate(y - 4)})">{path(kind, steps)}</g>'
            drawing += written(x + room, y, words, "s")
            x += wide
    return drawing


def _told(points: Sequence[FunnelPoint], country: float, text: FunnelText) -> Iterator[str]:
    sure = [point for point in points if not point.doubtful]
    yield f"Trechter van {dutch.counted(len(points), 'gemeente', 'gemeenten')}: {text.unit}, naar {text.base}."
    yield f"{text.country}: {dutch.number(country, text.decimals)}."
    for side, words in (("high", "Boven de buitenste grens"), ("low", "Onder de buitenste grens")):
        found = [point for point in sure if point.side == side]
        yield f"{words}: {dutch.counted(len(found), 'gemeente', 'gemeenten')}."
        for point in found:
            yield f"{point.name}: {dutch.number(point.value, text.decimals)}."
    for point in points:
        if point.own and point not in [found for found in sure if found.side in ("high", "low")]:
            yield f"{point.name}: {dutch.number(point.value, text.decimals)}."
    if none := sum(point.side == "none" for point in sure):
        yield f"Zonder grenzen door kleine aantallen: {dutch.counted(none, 'gemeente', 'gemeenten')}."
    if doubted := len(points) - len(sure):
        yield f"Betwijfeld: {dutch.counted(doubted, 'gemeente', 'gemeenten')}."
