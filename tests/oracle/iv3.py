"""Lasten and begroting of the social domain, added up per group of taakvelden from the Iv3 tables.

Amounts are in units of 1 000 euro. Iv3 has no periods and states no status.
"""

from pathlib import Path

from tests.oracle.figures import LAND, NOT_RECORDED, Figure, Series, sum_of_all
from tests.oracle.recording import Table

TABLES = {
    2017: "45038NED", 2018: "45042NED", 2019: "45046NED", 2020: "45050NED", 2021: "45054NED",
    2022: "45059NED", 2023: "45063NED", 2024: "45067NED", 2025: "45071NED", 2026: "45078NED",
}  # fmt: skip
REPORTS = {"lasten": "Jaarrekening", "begroot": "Begroting"}
GROUPS = ("jeugd", "wmo", "participatie", "sociaal_domein")

RENUMBERED = 2025
"""From this year 6.79 mixes jeugd and Wmo, and a taakveld that a municipality leaves out counts as 0."""

STATUS = "onbekend"
Amounts = dict[str, float | None]
"""Amount per taakveld of the social domain; None where CBS has '.'."""


def taakvelden_of(group: str, year: int, in_table: set[str]) -> set[str] | None:
    """Give the taakvelden (as text: 6.6 is not 6.60) of a group in a year; None when they can't be told apart."""
    if group == "sociaal_domein":
        return {code for code in in_table if code.startswith("6")}
    if group == "participatie":
        return {"6.3", "6.4", "6.5"}
    if year >= RENUMBERED:
        return None
    if group == "wmo":
        return {"6.6", "6.71", "6.81"}
    return {"6.72", "6.73", "6.74", "6.82"} if year >= 2023 else {"6.72", "6.82"}


def iv3_series(recording: Path, municipalities: dict[int, list[str]]) -> dict[str, Series]:
    """Compute lasten_<group> and begroot_<group> for every year whose table has that report."""
    series: dict[str, Series] = {f"{kind}_{group}": {} for kind in REPORTS for group in GROUPS}
    for year, table_id in TABLES.items():
        table = Table(recording, table_id)
        in_table = table.codes("TaakveldBalanspost")
        for kind, title in REPORTS.items():
            report = table.member("Verslagsoort", title)
            if report is None:
                continue
            amounts = _amounts(table, report)
            for group in GROUPS:
                taakvelden = taakvelden_of(group, year, in_table)
                figures = {
                    (code, year): group_figure(amounts.get(code), taakvelden, year) for code in municipalities[year]
                }
                series[f"{kind}_{group}"] |= figures | {(LAND, year): sum_of_all(list(figures.values()))}
    return series


def group_figure(amounts: Amounts | None, taakvelden: set[str] | None, year: int) -> Figure:
    """Add up one municipality's group; `amounts` is None when the table has no row for it.

    A group that can't be delimited that year is deel_ontbreekt for all, also for who delivered nothing.
    """
    if taakvelden is None:
        return Figure(None, "deel_ontbreekt", STATUS)
    if amounts is None:
        return NOT_RECORDED
    if all(amount is None for amount in amounts.values()):
        return Figure(None, "niet_geleverd", STATUS)
    parts = [amounts[code] for code in taakvelden]
    if year >= RENUMBERED:
        parts = [amount or 0.0 for amount in parts]
    known = [amount for amount in parts if amount is not None]
    if len(known) < len(parts):
        return Figure(None, "deel_ontbreekt", STATUS)
    return Figure(sum(known), None, STATUS)


def _amounts(table: Table, report: str) -> dict[str, Amounts]:
    second, first = table.column("2e plaatsing"), table.column("1e plaatsing")
    amounts: dict[str, Amounts] = {}
    for row in table.rows:
        taakveld = row["TaakveldBalanspost"].strip()
        if row["Verslagsoort"].strip() == report and taakveld.startswith("6"):
            texts = [row[second].strip(), row[first].strip()]
            numbers = [float(text) for text in texts if text not in {".", ""}]
            amounts.setdefault(row["Gemeenten"].strip(), {})[taakveld] = numbers[0] if numbers else None
    return amounts
