"""The fields of a row that a service gave, or gave once and a snapshot kept: each is read here, as what it should be.

What is not as it should be is an error that names the row, the field, what was expected and what was found; whoever
reads a row gets a text, a number or a moment, or that sentence. What does not belong here: which rows are ours
(``catalogue``), what the entities of a table hold (``metadata``), and the cells of a table (``observations``).
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import orjson

from pipelines.statline.errors import InvalidFieldError

_WHOLE_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,18}")
# `fromisoformat` takes much else that CBS never writes, such as 2024W07 and 20240217.
_MOMENT: Final = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?(Z|[+-]\d{2}:\d{2})?")
_LONGEST_SHOWN: Final = 60
# More than this fits in none of the numbers that we make of it.
_MOST: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of one ``row``; ``where`` says in messages which row it is, as "TableInfos of table 85098NED"."""

    row: object
    where: str

    def text(self, name: str, *, one_of: Collection[str] = ()) -> str:
        """A text, as it stands there; one of these where there is a choice."""
        found = self._present(name)
        if not isinstance(found, str) or (one_of and found not in one_of):
            raise self._wrong(name, f"be {' or '.join(one_of)}" if one_of else "be a text", found)
        return found

    def filled_text(self, name: str) -> str:
        """A text that is not blank."""
        found = self._present(name)
        if not isinstance(found, str) or not found.strip():
            raise self._wrong(name, "be a text that is not blank", found)
        return found

    def optional_text(self, name: str) -> str | None:
        """A text, or None where the field is null or absent."""
        return None if self._value(name) is None else self.text(name)

    def whole_number(self, name: str, *, least: int = 0, most: int = _MOST) -> int:
        """A whole number in these bounds, also when it was written as text or with a decimal point."""
        found = self._present(name)
        number = _as_whole_number(found)
        if number is None or not least <= number <= most:
            bounds = f"from {least} to {most}" if most != _MOST else f"of at least {least}"
            raise self._wrong(name, f"be a whole number {bounds}", found)
        return number

    def optional_whole_number(self, name: str, *, least: int = 0, most: int = _MOST) -> int | None:
        """A whole number in these bounds, or None where the field is null or absent."""
        return None if self._value(name) is None else self.whole_number(name, least=least, most=most)

    def moment(self, name: str) -> str:
        """A moment as CBS writes it (``2024-01-31T02:00:00``, its local time), as it stands there."""
        found = self._present(name)
        if not isinstance(found, str) or not _is_moment(found):
            raise self._wrong(name, "be a moment such as 2024-01-31T02:00:00", found)
        return found

    def optional_moment(self, name: str) -> str | None:
        """A moment, or None where the field is null or absent."""
        return None if self._value(name) is None else self.moment(name)

    def _value(self, name: str) -> object:
        if not isinstance(self.row, dict):
            raise InvalidFieldError(f"{self.where} should be a JSON object with named fields, found {shown(self.row)}")
        return self.row.get(name)

    def _present(self, name: str) -> object:
        found = self._value(name)
        if found is None and isinstance(self.row, dict) and name not in self.row:
            known = ", ".join(map(str, self.row)) or "none"
            raise InvalidFieldError(
                f"{self.where} should have the field {name}, found {_cut(known)}; {InvalidFieldError.remedy}"
            )
        return found

    def _wrong(self, name: str, expected: str, found: object) -> InvalidFieldError:
        return InvalidFieldError(
            f"{self.where}: the field {name} should {expected}, found {shown(found)}; {InvalidFieldError.remedy}"
        )


def shown(value: object) -> str:
    """A value of JSON as it stands there, on one line, as far as that is readable."""
    try:
        return _cut(orjson.dumps(value).decode())
    except orjson.JSONEncodeError:
        return _cut(ascii(value))


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."


def _as_whole_number(found: object) -> int | None:
    if isinstance(found, bool):
        return None
    if isinstance(found, int):
        return found
    if isinstance(found, float):
        return int(found) if found.is_integer() else None
    if isinstance(found, str) and _WHOLE_NUMBER.fullmatch(found.strip()):
        return int(found)
    return None


def _is_moment(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return _MOMENT.fullmatch(text) is not None
