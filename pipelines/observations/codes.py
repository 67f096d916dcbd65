"""CBS codes: what a region code, a period key and a status text stand for. Every code is trimmed before it is read."""

import re
from typing import Final

# The form of a code says what it stands for; titles do not (several region kinds share names, e.g. "Utrecht").
REGION_FORMS: Final[dict[str, str]] = {
    "gemeente": r"^GM\d{4}$",
    "wijk": r"^WK\d{6}$",
    "buurt": r"^BU\d{8}$",
    "land": r"^NL\d{2}$",
    "provincie": r"^PV\d{2}$",
    "landsdeel": r"^LD\d{2}$",
    "corop": r"^CR\d{2}$",
    "arbeidsmarktregio": r"^AM\d{2}$",
    "jeugdregio": r"^JZ\d{2}$",
    "ggd_regio": r"^GG\d{4}$",
    "veiligheidsregio": r"^VR\d{2}$",
}
UNKNOWN_REGION: Final = "onbekend"
# Their names are those of a table, and their codes those of a year.
BELOW_MUNICIPALITY: Final = ("wijk", "buurt")
_REGION = re.compile("|".join(f"(?P<{kind}>{form})" for kind, form in REGION_FORMS.items()))

STATUSES: Final[dict[str, str]] = {
    "Definitief": "definitief",
    "NaderVoorlopig": "nader_voorlopig",
    "Voorlopig": "voorlopig",
}
UNKNOWN_STATUS: Final = "onbekend"

_PERIOD = re.compile(r"^(\d{4})(\w{4})$")

PARTS_OF_A_YEAR: Final = (
    *(f"HJ{number:02}" for number in range(1, 3)),
    *(f"KW{number:02}" for number in range(1, 5)),
    *(f"MM{number:02}" for number in range(1, 13)),
)
"""The kinds of period that are shorter than a year: half-years, quarters and months."""


def region_kind(code: str) -> str:
    """Kind of region of a trimmed CBS code (``GM0363`` is a gemeente); ``onbekend`` for a form not seen before."""
    match = _REGION.match(code)
    return UNKNOWN_REGION if match is None else str(match.lastgroup)


def is_below_municipality(code: str) -> bool:
    """Whether this is the code of a wijk or a buurt."""
    return region_kind(code) in BELOW_MUNICIPALITY


def period_year(key: str) -> int:
    """Year of a period key such as ``2021JJ00``, ``2020HJ01`` or Iv3's ``2023X005``.

    Raises:
        ValueError: if the key does not start with a year.
    """
    return int(_split_period(key)[0])


def period_kind(key: str) -> str:
    """What follows the year in a period key: JJ00 (year), HJ01 (half-year), KW04, MM12, X000 (Iv3 budget)."""
    return _split_period(key)[1]


def is_period(key: str, *kinds: str) -> bool:
    """Whether this is the key of a period, of one of ``kinds`` if any is given."""
    match = _PERIOD.match(key.strip())
    return match is not None and (not kinds or match[2] in kinds)


def _split_period(key: str) -> tuple[str, str]:
    match = _PERIOD.match(key.strip())
    if not match:
        raise ValueError(f"'{key}' is not a period key: expected four digits of a year and four characters (2021JJ00)")
    return match[1], match[2]


def status_of(text: str | None) -> str:
    """Our word for a CBS period status; ``onbekend`` where the table states none or a word not seen before."""
    return STATUSES.get((text or "").strip(), UNKNOWN_STATUS)
