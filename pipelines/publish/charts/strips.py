"""A strip: where one municipality stands among all, in one cell of a table.

A small histogram of all municipalities, from low (left) to high, with a needle for the own figure and a dashed line for
the country. The histogram (``strip_background``) is the same for all of them, and hundreds of pages hold fifty strips
each: so it stands in a style sheet (``strip_rule``), and the needles on the page (``strip``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup, escape

from pipelines.publish.charts.scales import coordinate, without_outliers

# In pixels of a drawing of 150 x 22, which is its size in the style sheet (`svg.st`).
_WIDTH: Final = 150
_HEIGHT: Final = 22
_BIN: Final = 4
_BINS: Final = 34
_LEFT: Final = 7
_RIGHT: Final = _LEFT + _BINS * _BIN
_BASE: Final = 19
_TALLEST: Final = 13
# A bin with one municipality is this tall at least: it must be seen.
_SHORTEST: Final = 2
# An image cannot ask the page for its colours: this grey is seen on white and on black.
_GREY: Final = "%2376828f"
# Where the axis is cut, so that figures further out lie beyond the arrowhead.
_MORE_BELOW: Final = "M4 16l-3 3 3 3z"
_MORE_ABOVE: Final = "M146 16l3 3-3 3z"
_AXIS: Final = f"M{_LEFT} {_BASE}h{_BINS * _BIN}v.5h-{_BINS * _BIN}z"


@dataclass(frozen=True)
class StripBackground:
    """The figures of all municipalities of an indicator and year: the ends of their axis, and a path of them."""

    low: float
    high: float
    drawing: str

    def place(self, value: float) -> float:
        """Where a figure stands, in the units of the strip; at an end if it lies beyond the axis."""
        if self.high <= self.low:
            return (_LEFT + _RIGHT) / 2
        share = (value - self.low) / (self.high - self.low)
        return _LEFT + _BINS * _BIN * min(1.0, max(0.0, share))

    def is_beyond(self, value: float) -> bool:
        """Whether a figure lies outside the axis."""
        return not self.low <= value <= self.high


def strip_background(values: Sequence[float]) -> StripBackground:
    """The histogram of these figures; outliers do not squeeze the others but lie beyond an arrowhead.

    Without figures there is an axis only. Every figure must be a number (no NaN).
    """
    ordered = sorted(values)
    if not ordered:
        return StripBackground(0.0, 0.0, _AXIS)
    low, high = without_outliers(ordered)
    # An arrowhead tells that some lie beyond.
    cut = (_MORE_BELOW if ordered[0] < low else "") + (_MORE_ABOVE if ordered[-1] > high else "")
    background = StripBackground(low, high, "")
    counts = [0] * _BINS
    for value in ordered:
        if not background.is_beyond(value):
            counts[min(_BINS - 1, int((background.place(value) - _LEFT) / _BIN))] += 1
    return StripBackground(low, high, _outline(counts) + cut + _AXIS)


def strip_rule(look: str, background: StripBackground) -> str:
    """The rule of a style sheet that draws the histogram behind every strip of the class ``look``."""
    drawing = (
        f"%3Csvg xmlns='http://www.w3.org/2000/svg' width='{_WIDTH}' height='{_HEIGHT}'%3E"
        f"%3Cpath fill='{_GREY}' d='{background.drawing}'/%3E%3C/svg%3E"
    )
    return f'.{look} {{ background-image: url("data:image/svg+xml,{drawing}"); }}\n'


def strip(background: StripBackground, own: float | None, country: float | None, *, label: str, look: str) -> Markup:
    """The strip with the own figure and that of the country, each if there is one; ``label`` says both in words.

    ``look`` is the class of `strip_rule` that draws the others behind it. A figure beyond the axis stands at its end,
    as an arrowhead instead of a needle.
    """
    marks = ""
    if country is not None:
        marks = f'<path class="c" d="M{coordinate(background.place(country))} 3v16"/>'
    if own is not None:
        marks += f'<path class="o" d="{_needle(background, own)}"/>'
    return Markup(  # noqa: S704 - the label is escaped
        f'<svg class="st {look}" role="img" aria-label="{escape(label)}">{marks}</svg>'
    )


def _needle(background: StripBackground, own: float) -> str:
    place = coordinate(background.place(own))
    if not background.is_beyond(own):
        return f"M{place} 19V6l-4-6h8l-4 6z"
    return f"M{place} 1{'l-6 5 6 5z' if own < background.low else 'l6 5-6 5z'}"


def _outline(counts: Sequence[int]) -> str:
    """The tops of the bins as one shape, from left to right; bins of the same height share a stroke."""
    unit = (_TALLEST - _SHORTEST) / max(1, max(counts) - 1)
    heights = [round(_SHORTEST + (count - 1) * unit) if count else 0 for count in counts]
    shape, level, run = f"M{_LEFT} {_BASE}", 0, 0
    for height in heights:
        if height != level:
            shape += (f"h{run}" if run else "") + f"v{level - height}"
            level, run = height, 0
        run += _BIN
    return f"{shape}h{run}V{_BASE}z" if level else shape
