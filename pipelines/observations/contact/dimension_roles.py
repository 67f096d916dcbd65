"""Which dimension of a table holds its regions, which its periods, and which code of another stands for all of it.

By what CBS says of the dimension, else by the form of its codes. What does not belong here: the names that a yml gives
them (``plan``).
"""

from collections.abc import Mapping, Sequence
from typing import Final

from pipelines.observations import codes
from pipelines.statline.metadata import Property

_FIRST, _LAST = 1995, 2100
_TOTAL: Final = "totaal"

Titles = Mapping[str, str]
"""Title of each code of a dimension, both without white space around them."""


def region_dimensions(dimensions: Sequence[Property], lists: Mapping[str, Titles]) -> list[str]:
    """The keys of the dimensions that hold regions; of a table that the monitor can read exactly one."""
    geographic = [each.key for each in dimensions if each.kind.startswith("Geo")]
    return geographic or [each.key for each in dimensions if _are_regions(lists[each.key])]


def period_dimension(dimensions: Sequence[Property], lists: Mapping[str, Titles]) -> str | None:
    """The key of the dimension that holds periods, if there is one."""
    return next((each.key for each in dimensions if _is_period(each, lists[each.key])), None)


def year_of_period(key: str) -> int | None:
    """The year of a period key; None for a key that is none."""
    try:
        year = codes.period_year(key)
    except ValueError:
        return None
    return year if _FIRST <= year <= _LAST else None


def total_codes(known: Titles) -> list[str]:
    """The codes that may stand for all of a dimension, the likeliest first.

    That is the one titled ``Totaal``, else those whose title begins so.
    """
    totals = [code for code, title in known.items() if title.lower().startswith(_TOTAL)]
    return [code for code in totals if known[code].lower() == _TOTAL] or totals


def _are_regions(found: Titles) -> bool:
    return bool(found) and all(codes.region_kind(code) != codes.UNKNOWN_REGION for code in found)


def _is_period(dimension: Property, found: Titles) -> bool:
    return dimension.kind == "TimeDimension" or (bool(found) and all(year_of_period(key) is not None for key in found))
