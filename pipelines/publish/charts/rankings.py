"""A ranking: all municipalities of one indicator and year from high to low, with how much chance can shift each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from markupsafe import Markup

from pipelines.common import dutch
from pipelines.publish.charts.frames import LETTER, About, circle, cross, framed, path, written
from pipelines.publish.charts.scales import coordinate, round_ticks, without_outliers

_WIDTH: Final = 700
_LEFT: Final = 44
_RIGHT: Final = 682
_TOP: Final = 64
_ROW: Final = 6
_RADIUS: Final = 2.2
_LETTERS: Final = 13
# Between those that have a place and those that are not compared.
_GAP: Final = 26
_EVERY: Final = 25


class RankingRow(NamedTuple):
    """The figure of one municipality; ``low`` and ``high`` are the ends of its interval, where it has one.

    ``small``: the figure rests on small numbers. ``doubtful``: it is not compared, and stands apart at the end.
    """

    name: str
    value: float
    low: float | None = None
    high: float | None = None
    small: bool = False
    doubtful: bool = False
    own: bool = False


class RankingText(NamedTuple):
    """The words of a ranking: unit, decimals, what the intervals are (nothing if there are none), and the country."""

    unit: str
    decimals: int
    interval: str = ""
    country: str = "Nederland"


@dataclass(frozen=True)
class _Axis:
    """From the lowest figure to the highest, from left to right."""

    low: float
    high: float

    def x(self, value: float) -> float:
        """Where a figure stands; at an end if it lies beyond."""
        within = min(self.high, max(self.low, value))
        return _LEFT + (within - self.low) / (self.high - self.low) * (_RIGHT - _LEFT)

    def is_beyond(self, value: float) -> bool:
        return not self.low <= value <= self.high


def ranking(rows: Sequence[RankingRow], *, about: About, text: RankingText, country: float | None) -> Markup:
    """Rows as they are given, those without doubt first: a dot each, in its interval; nothing without rows.

    The axis is cut where outliers would squeeze the others; who lies beyond has an arrowhead at its end. A dashed line
    is the country. The scale at the left counts rows, so that a place can be found; the own row has its name. Small
    numbers are hollow, doubtful figures crosses below the others. Names are for the table beside it.
    """
    if not rows:
        return Markup("")
    sure, doubted = [row for row in rows if not row.doubtful], [row for row in rows if row.doubtful]
    axis = _axis(rows, country)
    below = _TOP + len(sure) * _ROW + _GAP
    tops = [_TOP + (index + 0.5) * _ROW for index in range(len(sure))]
    tops += [below + (index + 0.5) * _ROW for index in range(len(doubted))]
    bottom, ordered = tops[-1] + _ROW, [*sure, *doubted]
    drawing = (
        written(0, 14, text.unit, "s")
        + _grid(axis, bottom)
        + _places(len(sure))
        + (_country(axis, country, text, bottom) if country is not None else "")
        + _rows(axis, ordered, tops)
        + (written(_LEFT, below - 7, "cijfers die worden betwijfeld, zonder plaats", "s") if doubted else "")
        + _own(axis, ordered, tops, text)
        + _key(axis, rows, text, bottom + 40)
    )
    return framed(about, "rk", (_WIDTH, round(bottom + 50)), _told(rows, text, country), drawing)


def _axis(rows: Sequence[RankingRow], country: float | None) -> _Axis:
    """From the lowest to the highest figure but outliers, with a little room, and the country within."""
    low, high = without_outliers(sorted(row.value for row in rows))
    if country is not None:
        low, high = min(low, country), max(high, country)
    room = (high - low) * 0.04 or max(1.0, abs(low) * 0.1)
    # Room may not suggest figures below 0 where there are none.
    return _Axis(low - room if low < 0 or low - room >= 0 else 0.0, high + room)


def _grid(axis: _Axis, bottom: float) -> str:
    """Lines from top to bottom at round figures, which stand above and below."""
    ticks, decimals = round_ticks(axis.low, axis.high, 7)
    lines = "".join(f"M{coordinate(axis.x(tick))} {_TOP - 6}V{coordinate(bottom)}" for tick in ticks)
    texts = "".join(
        written(axis.x(tick), y, dutch.number(tick, decimals), "y") for tick in ticks for y in (_TOP - 12, bottom + 16)
    )
    return path("g", lines) + texts


def _places(count: int) -> str:
    """The number of the first row, and of every 25th."""
    numbers = [1, *range(_EVERY, count + 1, _EVERY)] if count else []
    return "".join(written(_LEFT - 10, _TOP + (number - 0.5) * _ROW + 4, str(number), "e") for number in numbers)


def _country(axis: _Axis, country: float, text: RankingText, bottom: float) -> str:
    x, label = axis.x(country), f"{text.country} {dutch.number(country, text.decimals)}"
    # Where it would leave the chart it ends or starts at the line instead of standing around it.
    kind = "e" if x > _RIGHT - 70 else "y" if x > _LEFT + 70 else "t"
    return path("c", f"M{coordinate(x)} {_TOP - 28}V{coordinate(bottom)}") + written(x, _TOP - 33, label, kind)


def _rows(axis: _Axis, rows: Sequence[RankingRow], tops: Sequence[float]) -> str:
    """All intervals, dots, hollow dots, crosses and arrowheads, as one path each."""
    whiskers = dots = hollow = crossed = beyond = ""
    for row, y in zip(rows, tops, strict=True):
        x = axis.x(row.value)
        if row.low is not None and row.high is not None:
            whiskers += f"M{coordinate(axis.x(row.low))} {coordinate(y)}H{coordinate(axis.x(row.high))}"
        if axis.is_beyond(row.value):
            beyond += _arrowhead(x, y, row.value < axis.low)
        elif row.doubtful:
            crossed += cross(x, y, _RADIUS)
        elif row.small:
            hollow += circle(x, y, _RADIUS)
        else:
            dots += f"M{coordinate(x)} {coordinate(y)}h0"
    return path("w", whiskers) + path("d", dots) + path("v", hollow) + path("x", crossed) + path("f", beyond)


def _arrowhead(x: float, y: float, is_below: bool) -> str:
    side = "" if is_below else "-"
    return f"M{coordinate(x)} {coordinate(y)}l{side}7 2.8v-5.6z"


def _own(axis: _Axis, rows: Sequence[RankingRow], tops: Sequence[float], text: RankingText) -> str:
    """A larger dot over each own row, with its name and figure on the side where there is room."""
    drawing = ""
    for row, y in zip(rows, tops, strict=True):
        if row.own:
            x, label = axis.x(row.value), f"{row.name} {dutch.number(row.value, text.decimals)}"
            has_room = x + 30 + LETTER * _LETTERS * len(label) < _RIGHT
            drawing += path("m", circle(x, y, 4.5))
            drawing += written(x + (26 if has_room else -26), y + 4.5, label, "n" if has_room else "n e")
    return f'<g class="own">{drawing}</g>' if drawing else ""


def _key(axis: _Axis, rows: Sequence[RankingRow], text: RankingText, y: float) -> str:
    """What the marks mean, of those that are there."""
    x, middle, drawing = float(_LEFT), y - 4, ""
    if text.interval:
        drawing += path("w", f"M{coordinate(x)} {coordinate(middle)}h20") + written(x + 26, y, text.interval, "s")
        x += 48 + LETTER * _LETTERS * len(text.interval)
    for is_there, kind, steps, words in (
        (any(row.small and not row.doubtful for row in rows), "v", circle(0, middle, _RADIUS), "kleine aantallen"),
        (any(row.doubtful for row in rows), "x", cross(0, middle, _RADIUS), "wordt betwijfeld"),
        (any(axis.is_beyond(row.value) for row in rows), "f", _arrowhead(3, middle, False), "ligt buiten de as"),
    ):
        if is_there:
            mark = f'<g transform="translate({coordinate(x + 3)})">{path(kind, steps)}</g>'
            drawing += mark + written(x + 11, y, words, "s")
            x += 36 + LETTER * _LETTERS * len(words)
    return drawing


def _told(rows: Sequence[RankingRow], text: RankingText, country: float | None) -> Iterator[str]:
    ranked = [row for row in rows if not row.doubtful]
    yield f"Ranglijst van {dutch.counted(len(ranked), 'gemeente', 'gemeenten')}, van hoog naar laag."
    yield f"Eenheid: {text.unit}."
    if ranked:
        for words, row in (("Hoogste", ranked[0]), ("Laagste", ranked[-1])):
            yield f"{words} cijfer: {row.name}, {dutch.number(row.value, text.decimals)}."
    if country is not None:
        yield f"{text.country}: {dutch.number(country, text.decimals)}."
    for row in rows:
        if row.own:
            yield f"{row.name}: {dutch.number(row.value, text.decimals)}."
    if small := sum(row.small and not row.doubtful for row in rows):
        yield f"Kleine aantallen: {dutch.counted(small, 'gemeente', 'gemeenten')}."
    if doubted := len(rows) - len(ranked):
        yield f"Betwijfeld, zonder plaats: {dutch.counted(doubted, 'gemeente', 'gemeenten')}."
