"""How numbers, moments and codes are written in Dutch.

Thousands are apart by a space that never breaks on a page (``number``), and by a full stop in plain text such as
``kwaliteit`` (``dotted``), where such a space would be taken for an ordinary one.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

# Between thousands, as CBS writes them; a line never breaks there.
_THIN = "\N{NO-BREAK SPACE}"
_MONTHS = (
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
)
DOMAINS = {
    "context": "Context",
    "jeugd": "Jeugd",
    "wmo": "Wmo",
    "bijstand": "Bijstand",
    "participatie": "Participatie",
    "sociaal_domein": "Sociaal domein als geheel",
}


def number(value: float | None, decimals: int = 0) -> str:
    """A number with spaces between thousands and a decimal comma; nothing for None."""
    if value is None:
        return ""
    return f"{value:,.{decimals}f}".replace(",", _THIN).replace(".", ",")


def plain(value: float | None) -> str:
    """A number with as many decimals as it has, at most ten digits."""
    if value is None:
        return ""
    return f"{value:,.10g}".replace(",", _THIN).replace(".", ",")


def dotted(number: int) -> str:
    """A whole number with full stops between thousands: 71429 is 71.429."""
    return f"{number:,}".replace(",", ".")


def significant(value: float, digits: int = 10) -> str:
    """A number with a decimal comma, at most so many digits, and nothing between thousands, as in a column."""
    return f"{value:.{digits}g}".replace(".", ",")


def day(moment: datetime | None) -> str:
    """A date, as 5 maart 2026."""
    return "" if moment is None else f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"


def minute(moment: datetime | None) -> str:
    """A date and time; every moment in a release is in UTC."""
    return "" if moment is None else f"{day(moment)}, {moment:%H:%M} UTC"


def stamp(moment: datetime | None, precision: str = "minute") -> str:
    """A date, and to the minute a time, in digits: for columns."""
    if moment is None:
        return ""
    date = f"{moment.day}-{moment.month}-{moment.year}"
    return date if precision == "day" else f"{date} {moment:%H:%M}"


def counted(count: int, one: str, more: str) -> str:
    """A number with what it counts."""
    return f"{number(count)} {one if count == 1 else more}"


def listed(names: Sequence[str]) -> str:
    """Names in a sentence, as a, b en c."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} en {names[-1]}" if names else ""


def years(found: Iterable[int]) -> str:
    """Years as spans, as 2017 tot en met 2019, 2021 en 2023; nothing for none."""
    spans: list[list[int]] = []
    for year in sorted(found):
        if spans and year == spans[-1][-1] + 1:
            spans[-1].append(year)
        else:
            spans.append([year])
    return listed([_span(span) for span in spans])


def _span(span: Sequence[int]) -> str:
    if len(span) < 3:
        return " en ".join(map(str, span))
    return f"{span[0]} tot en met {span[-1]}"


def domain(code: str | None) -> str:
    """The name of a domain."""
    return DOMAINS.get(code, code) if code else "Overige"
