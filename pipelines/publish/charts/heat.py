"""The cells of a heat map: in which class a figure lies, beside those of all municipalities."""

from collections.abc import Mapping


def heat_class(value: float | None, bounds: Mapping[int, tuple[float, float]]) -> str:
    """The CSS class of a cell, ``k1`` (lowest) to ``k5``, or nothing without a figure or classes.

    ``bounds`` are the lowest and highest municipal figure of each class (`mart_kaart.klasse_laagste` and
    ``klasse_hoogste``). A figure between two classes, as of a region, belongs to the lower one: it has not reached the
    lowest figure of the higher. Below the lowest of all it is in the first.
    """
    if value is None or not bounds:
        return ""
    reached = [number for number, (lowest, _) in bounds.items() if lowest <= value]
    return f"k{max(reached, default=min(bounds))}"
