"""A sparkline: one figure over the years, in one cell of a table, with the lowest and highest written beside it."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from markupsafe import Markup, escape

from pipelines.common import dutch

# In pixels of a drawing of 120 x 30, which is its size in the style sheet (`svg.sl`).
_LEFT: Final = 4
_RIGHT: Final = 60
_TOP: Final = 5
_BOTTOM: Final = 25
_TEXT: Final = 67
# Where the lower end of a written number stands, so that it is centred on its mark.
_DROP: Final = 3.5


class Point(NamedTuple):
    """The figure of one year; without a value there is a gap.

    ``after_break``: a break lies between this year and the one before it. ``doubtful``: the figure is not compared, so
    no line leads to it. ``provisional``: CBS may still change it.
    """

    year: int
    value: float | None
    after_break: bool = False
    doubtful: bool = False
    provisional: bool = False


def sparkline(points: Sequence[Point], *, decimals: int, label: str) -> Markup:
    """The line of these years (in order), interrupted at breaks, gaps and doubt; nothing if no year has a figure.

    The years of all sparklines in a table line up if each is given the same years. The lowest and the highest figure
    without doubt have a dot and are written in Dutch with ``decimals``; a doubtful figure is a cross, at the edge if it
    lies outside those two; a provisional one is hollow. ``label`` says in words what is shown.
    """
    known = [point.value for point in points if point.value is not None and not point.doubtful]
    # With only doubtful figures there is no other scale than theirs.
    known = known or [point.value for point in points if point.value is not None]
    if not known:
        return Markup("")
    low, high = min(known), max(known)
    first, span = points[0].year, points[-1].year - points[0].year
    across = (_RIGHT - _LEFT) / span if span else 0.0
    start = _LEFT if span else (_LEFT + _RIGHT) / 2
    written = dutch.number(low, decimals), dutch.number(high, decimals)
    # A difference that is not written is not drawn either.
    up = (_BOTTOM - _TOP) / (high - low) if written[0] != written[1] else 0.0
    base = _BOTTOM if up else (_TOP + _BOTTOM) / 2
    places = [
        None
        if point.value is None
        else (
            f"{round(start + (point.year - first) * across, 1):g}",
            f"{round(base - (min(high, max(low, point.value)) - low) * up, 1):g}",
        )
        for point in points
    ]
    return Markup(  # noqa: S704 - numbers, and the label is escaped
        f'<svg class="sl" role="img" aria-label="{escape(label)}">'
        f"{_marks(points, places, low, high)}{_numbers(*written)}</svg>"
    )


def _marks(points: Sequence[Point], places: Sequence[tuple[str, str] | None], low: float, high: float) -> str:
    """The line, dots (lowest, highest and lone points), hollow dots and crosses, as one path each."""
    line = dots = hollow = crosses = ""
    joined = False
    for index, (point, place) in enumerate(zip(points, places, strict=True)):
        if place is None:
            joined = False
            continue
        x, y = place
        if point.doubtful:
            crosses += f"M{x} {y}m-3-3 6 6m0-6-6 6"
            joined = False
            continue
        joins = joined and not point.after_break
        line += f"{'L' if joins else 'M'}{x} {y}"
        joined = True
        if point.provisional:
            hollow += f"M{x} {y}m-2.5 0a2.5 2.5 0 105 0 2.5 2.5 0 10-5 0"
        elif point.value == low or point.value == high or not (joins or _leads_on(points, index)):
            dots += f"M{x} {y}h0"
    paths = f'<path class="l" d="{line}"/>' if "L" in line else ""
    paths += f'<path class="d" d="{dots}"/>' if dots else ""
    paths += f'<path class="v" d="{hollow}"/>' if hollow else ""
    return paths + (f'<path class="x" d="{crosses}"/>' if crosses else "")


def _leads_on(points: Sequence[Point], index: int) -> bool:
    """Whether the line goes on to the next point."""
    if index + 1 == len(points):
        return False
    after = points[index + 1]
    return after.value is not None and not after.doubtful and not after.after_break


def _numbers(low: str, high: str) -> str:
    if low == high:
        return f'<text x="{_TEXT}" y="{(_TOP + _BOTTOM) / 2 + _DROP}">{high}</text>'
    return f'<text x="{_TEXT}" y="{_TOP + _DROP}">{high}</text><text x="{_TEXT}" y="{_BOTTOM + _DROP}">{low}</text>'
