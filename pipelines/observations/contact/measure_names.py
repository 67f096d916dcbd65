"""Names for the measures of a table that nobody has named yet, from the titles that CBS gives its columns.

What does not belong here: finding the column of a measure that has a name (``columns``).
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

# Between the thousands of a number CBS writes a space.
_THOUSANDS: Final = re.compile("(?<=\\d)[ \u00a0.](?=\\d{3}(?!\\d))")
_SIGNS: Final = {"%": " pct ", "\u20ac": " euro ", "'": "", "\u2019": ""}


@dataclass
class _Naming:
    """A column that is being named: ``depth`` titles of its path, and from ``depth`` + 1 on its unit too."""

    path: Sequence[str]
    unit: str
    depth: int = 1

    @property
    def name(self) -> str:
        parts = list(self.path[-self.depth :])
        if self.depth > len(self.path):
            parts.append(self.unit)
        return "_".join(filter(None, map(snake_case, parts)))

    def can_be_clearer(self, *, is_taken: bool) -> bool:
        """Whether a title more helps; the unit only where another column has the same name."""
        return self.depth < len(self.path) or (is_taken and self.depth == len(self.path))


def snake_case(title: str) -> str:
    """``title`` in lower snake case without accents, numbers whole and ``%`` as ``pct``; may begin with a digit."""
    text = _THOUSANDS.sub("", title.strip())
    for sign, word in _SIGNS.items():
        text = text.replace(sign, word)
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return re.sub(r"[^a-z0-9]+", "_", plain.lower()).strip("_")


def name_measures(columns: Sequence[tuple[Sequence[str], str]]) -> list[str]:
    """A name for each column, given as its path of titles and its unit: its own title where that will do.

    Titles of groups, then the unit, come along where two columns would be called the same or a name would begin with
    a digit; what is still the same gets a number.
    """
    namings = [_Naming(path, unit) for path, unit in columns]
    while True:
        count = Counter(each.name for each in namings)
        unclear = [
            each
            for each in namings
            if (count[each.name] > 1 or not _is_name(each.name)) and each.can_be_clearer(is_taken=count[each.name] > 1)
        ]
        if not unclear:
            return _numbered([each.name for each in namings])
        for each in unclear:
            each.depth += 1


def _is_name(name: str) -> bool:
    return bool(name) and not name[0].isdigit()


def _numbered(names: Sequence[str]) -> list[str]:
    found: list[str] = []
    for name in names:
        base = name if _is_name(name) else f"maat_{name}".rstrip("_")
        number, free = 2, base
        while free in found:
            free, number = f"{base}_{number}", number + 1
        found.append(free)
    return found
