"""From a figure to a place in a chart: extents, quantiles and round ticks."""

import math
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


def round_ticks(low: float, high: float, most: int = 5) -> tuple[list[float], int]:
    """Round figures from ``low`` to ``high`` (which is higher), at most so many, and how many decimals they need.

    The step is 1, 2, 2.5 or 5 times a power of ten; from 0 on there are three at least.
    """
    power = math.floor(math.log10((high - low) / most)) - 1
    while True:
        for first in (1.0, 2.0, 2.5, 5.0):
            step = first * 10.0**power
            counted = range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)
            if len(counted) <= most:
                decimals = max(0, -power + (first == 2.5))
                return [round(count * step, decimals) for count in counted], decimals
        power += 1
