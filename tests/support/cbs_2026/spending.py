"""Iv3: what municipalities budgeted and spent per taakveld and cost category, in the catalogue IV3 of dataderden.

Ids, titles and dimensions are those of the recording, taakvelden of 6 those of the project's seed (Iv3-definities
CBS). What was spent in 2025 is not in yet. Titles of categories U.
"""

import csv
from collections.abc import Iterator
from functools import cache, partial

from pipelines.common.settings import DBT_PROJECT
from tests.support.cbs_2026.form import UNKNOWN, Code, Dimension, Table, Topic, Value
from tests.support.cbs_2026.region import municipalities
from tests.support.cbs_2026.society import amount, chance

_IDS = {
    2017: "45038NED",
    2018: "45042NED",
    2019: "45046NED",
    2020: "45050NED",
    2021: "45054NED",
    2022: "45059NED",
    2023: "45063NED",
    2024: "45067NED",
    2025: "45071NED",
    2026: "45078NED",
}
_LAST_REALISED, _LEFT_OUT_FROM = 2024, 2025
WAGES, SERVICES, INCOME, GRANTS = "L1.1", "L3.8", "L4.1.1", "B4.3.1"
_CATEGORIES = {
    WAGES: "L1.1 Salarissen en sociale lasten",
    SERVICES: "L3.8 Overige goederen en diensten",
    INCOME: "L4.1.1 Sociale uitkeringen in geld",
    GRANTS: "B4.3.1 Inkomensoverdrachten van het Rijk",  # baten: to be left out of a sum of lasten
}
_REPORTS = {"X000": "Begroting", "X005": "Jaarrekening"}


@cache
def taakvelden(year: int) -> dict[str, str]:
    """Titles by code: those of the social domain, and two of others."""
    path = DBT_PROJECT / "seeds" / "referentie" / "iv3_taakvelden_sociaal_domein.csv"
    with path.open(encoding="utf-8", newline="") as text:
        own = {row["taakveld"]: row["omschrijving"] for row in csv.DictReader(text) if row["jaar"] == str(year)}
    every = {"0.1": "Bestuur"} | own | {"7.1": "Volksgezondheid"}
    return {code: f"{code} {title}" for code, title in every.items()}


def _categories(taakveld: str) -> tuple[str, ...]:
    return (WAGES, INCOME, GRANTS) if taakveld == "6.3" else (WAGES, SERVICES, GRANTS)


def _part(taakveld: str, category: str) -> tuple[str, float]:
    share = {WAGES: 0.2, SERVICES: 0.8, INCOME: 0.8, GRANTS: 0.7}[category]
    return f"{taakveld} {category}", share


@cache
def _replaced(taakveld: str, year: int) -> bool:
    """Whether a taakveld is divided into others with a letter, so that most municipalities give nothing for itself."""
    return any(other.startswith(taakveld) and other != taakveld and other[-1].isalpha() for other in taakvelden(year))


def _spent(taakveld: str, category: str, region: str, year: int) -> float:
    return amount(year, "spent", (f"taakveld {taakveld}", 0.05), _part(taakveld, category))[region]


def _cells(year: int, taakveld: str, category: str, region: str, report: str) -> list[Value]:
    """First and second delivery; dots where a municipality gave nothing."""
    if chance("iv3", region, report) < 0.01:
        return [UNKNOWN, UNKNOWN]
    if year >= _LEFT_OUT_FROM and chance("unused", taakveld, region) < 0.08:
        return [UNKNOWN, UNKNOWN]
    figure: Value = round(_spent(taakveld, category, region, year) * (0.97 if report.endswith("X000") else 1.0))
    if _replaced(taakveld, year) and chance("letters", taakveld, region) > 0.1:
        figure = 0
    # Some deliver once; who delivers again corrects a little.
    if chance("once", region, report) < 0.1:
        return [figure, UNKNOWN]
    return [round(figure * 1.01), figure]


def _rows(year: int, reports: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for taakveld in taakvelden(year):
        for category in _categories(taakveld):
            for region in municipalities(year):
                for report in reports:
                    yield taakveld, category, region, report


def _table(year: int) -> Table:
    kinds = _REPORTS if year <= _LAST_REALISED else {"X000": _REPORTS["X000"]}
    reports = {f"{year}{form}": title for form, title in kinds.items()}

    def listed(key: str, title: str, codes: dict[str, str], kind: str = "Dimension", says: str = "other") -> Dimension:
        map_year = str(year) if kind == "GeoDimension" else ""
        return Dimension(key, title, tuple(Code(code, own) for code, own in codes.items()), kind, says, map_year)

    return Table(
        _IDS[year],
        f"Gemeenten {year} onbewerkte Iv3-data",
        (
            listed("TaakveldBalanspost", "Taakveld/balanspost", taakvelden(year)),
            listed("Categorie", "Categorie", _CATEGORIES),
            listed("Gemeenten", "Gemeenten", municipalities(year), "GeoDimension", "region"),
            listed("Verslagsoort", "Verslagsoort", reports, says="period"),
        ),
        tuple(
            Topic((title,), "1 000 euro", "Double", default="Impossible") for title in ("1e plaatsing", "2e plaatsing")
        ),
        partial(_cells, year),
        year=year,
        period=str(year),
        frequency="Onregelmatig",
        catalog="IV3",
        combinations=partial(_rows, year, tuple(reports)),
    )


def tables() -> list[Table]:
    return [_table(year) for year in _IDS]
