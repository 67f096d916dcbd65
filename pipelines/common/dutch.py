"""Numbers, moments, lists and codes as they are written in Dutch, wherever an analyst reads them.

What does not belong here: sentences (each stands where its subject is), and what goes to a terminal or a log.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

# Between thousands: on a page, where no line may break there; in plain text, where one must find a number by typing it;
# and in the table `kwaliteit`, where either would be taken for the end of the number.
NO_BREAK, SPACE, POINT = "\N{NO-BREAK SPACE}", " ", "."
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
# Groups of spending as they stand in a sentence, in the order in which they are shown.
SPENDING = {
    "jeugd": "jeugd",
    "wmo": "Wmo",
    "wmo_zonder_opvang": "Wmo zonder beschermd wonen en opvang",
    "participatie": "participatie",
    "wijkteams": "wijkteams en toegang",
    "jeugd_wmo_en_wijkteams": "jeugd, Wmo en wijkteams samen",
    "sociaal_domein": "het hele sociaal domein",
}
# Kinds of region as people name one, in the order in which they are shown.
REGION_KINDS = {
    "jeugdregio": "Jeugdregio",
    "arbeidsmarktregio": "Arbeidsmarktregio",
    "ggd_regio": "GGD-regio",
    "veiligheidsregio": "Veiligheidsregio",
    "corop": "COROP-gebied",
    "provincie": "Provincie",
    "landsdeel": "Landsdeel",
    "grootteklasse": "Grootteklasse",
}


def number(value: float | None, decimals: int = 0, *, thousands: str = NO_BREAK) -> str:
    """A number with so many decimals and a decimal comma, what rounds to zero without a sign; nothing for None."""
    return "" if value is None else _in_dutch(f"{value:z,.{decimals}f}", thousands)


def plain(value: float | None, *, thousands: str = NO_BREAK) -> str:
    """A number with the decimals that it has, in at most ten digits; whole numbers in full; nothing for None."""
    if value is None:
        return ""
    return _in_dutch(f"{value:,.0f}" if float(value).is_integer() else f"{value:,.10g}", thousands)


def exact(value: float | None, *, thousands: str = NO_BREAK) -> str:
    """A number with every digit that tells it from any other, and no exponent; nothing for None."""
    if value is None:
        return ""
    return number(
        value,
        0 if float(value).is_integer() else len(f"{Decimal(str(value)):f}".partition(".")[2]),
        thousands=thousands,
    )


def change(share: float, decimals: int = 1, *, thousands: str = NO_BREAK) -> str:
    """How much more (or less) something became, as +10,0 %; ``share`` is 0.1 then."""
    return _in_dutch(f"{100 * share:+,.{decimals}f} %", thousands)


def dotted(count: int) -> str:
    """A whole number with full stops between thousands: 71429 is 71.429."""
    return _in_dutch(f"{count:,}", POINT)


def significant(value: float, digits: int = 10) -> str:
    """A number with a decimal comma, at most so many digits, and nothing between thousands, as in a column."""
    return _in_dutch(f"{value:.{digits}g}", POINT)


def _in_dutch(text: str, thousands: str) -> str:
    """A number as Python writes it, with a decimal comma and ``thousands`` between each three digits."""
    # By replacing alone: a release writes hundreds of thousands of numbers.
    return text.replace(",", "_").replace(".", ",").replace("_", thousands)


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
