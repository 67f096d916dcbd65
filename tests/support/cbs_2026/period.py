"""Periods as CBS keys them (``2024JJ00``, ``2024HJ01``, ``2024MM10``), as they stand in the summer of 2026.

Youth and Wmo of 2025 are provisional, their first half further on; the months of 2026 too. Titles without the stars
that cbs.nl prints for a status.
"""

from collections.abc import Mapping

from tests.support.cbs_2026.form import Code, Dimension

HALF_YEARS = ("HJ01", "HJ02", "JJ00")
# A client of half a year counts once in the year too.
_PART_OF_YEAR = {"HJ01": 0.80, "HJ02": 0.84, "JJ00": 1.0}
MONTHS = (
    *("januari", "februari", "maart", "april", "mei", "juni"),
    *("juli", "augustus", "september", "oktober", "november", "december"),
)
_PROVISIONAL_YEAR, _CURRENT_YEAR = 2025, 2026
_SAYS = {"Definitief": "", "Voorlopig": "Voorlopige cijfers", "NaderVoorlopig": "Nader voorlopige cijfers"}


def year_of(period: str) -> int:
    return int(period[:4])


def part_of_year(period: str) -> float:
    """Which part of a year's clients is seen in this period."""
    return _PART_OF_YEAR[period[4:]]


def halves(years: range, newest_halves_only: bool = False) -> tuple[str, ...]:
    """Half-years and years; with ``newest_halves_only`` half-years of the last year alone."""
    return tuple(
        f"{year}{form}"
        for year in years
        for form in HALF_YEARS
        if form == "JJ00" or not newest_halves_only or year == years[-1]
    )


def perioden(
    keys: tuple[str, ...], statuses: Mapping[str, str] | None = None, *, without_status: bool = False
) -> Dimension:
    """The dimension Perioden; 70072ned says no status at all."""
    codes = []
    for key in keys:
        status = (statuses or {}).get(key) or _status(key)
        fields = {"Description": _SAYS[status], "Status": status}
        codes.append(Code(key, _title(key), {"Description": "", "Status": None} if without_status else fields))
    return Dimension("Perioden", "Perioden", tuple(codes), "TimeDimension", "period")


def _status(key: str) -> str:
    year, form = year_of(key), key[4:]
    if year < _PROVISIONAL_YEAR or (form.startswith("MM") and year < _CURRENT_YEAR):
        return "Definitief"
    return "NaderVoorlopig" if form == "HJ01" else "Voorlopig"


def _title(key: str) -> str:
    year, form = key[:4], key[4:]
    if form.startswith("HJ"):
        return f"{int(form[2:])}e halfjaar {year}"
    return f"{year} {MONTHS[int(form[2:]) - 1]}" if form.startswith("MM") else year
