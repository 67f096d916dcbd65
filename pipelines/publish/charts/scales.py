"""From a figure to a place in a chart: extents, quantiles and round ticks."""

from collections.abc import Sequence


def coordinate(place: float) -> str:
    """A coordinate with at most one decimal, as short as SVG allows: 12.5, 12, -3."""
    return f"{round(place, 1):g}"


def quantile(ordered: Sequence[float], share: float) -> float:
    """The figure below which ``share`` (0 to 1) of the ``ordered`` figures lie, interpolated; one figure at least."""
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def without_outliers(ordered: Sequence[float], reach: float = 3.0, spare: float = 0.25) -> tuple[float, float]:
    """The lowest and highest figure of an axis that a few outliers do not squeeze.

    The axis reaches ``reach`` times as far from the middle as the 10th and the 90th percentile do. Where the figures go
    on past an end for less than ``spare`` of that, it is not worth a cut and the axis goes on with them. Where nothing
    would be left (most figures are equal) it holds all of them.
    """
    low, middle, high = (quantile(ordered, share) for share in (0.1, 0.5, 0.9))
    floor, ceiling = middle - reach * (middle - low), middle + reach * (high - middle)
    slack = spare * (ceiling - floor)
    floor = ordered[0] if ordered[0] >= floor - slack else floor
    ceiling = ordered[-1] if ordered[-1] <= ceiling + slack else ceiling
    return (floor, ceiling) if floor < ceiling else (ordered[0], ordered[-1])
