"""Lasten and baten of the social domain, budgeted and realised, added up per group of taakvelden from the Iv3 tables.

Amounts are in units of 1 000 euro. Iv3 has no periods and states no status. Netto is taken of whole groups, lasten less
baten, and never per taakveld.
"""

from dataclasses import dataclass
from pathlib import Path

from tests.oracle.figures import LAND, NOT_RECORDED, Figure, Series, sum_of_all
from tests.oracle.recording import Table

TABLES = {
    2017: "45038NED", 2018: "45042NED", 2019: "45046NED", 2020: "45050NED", 2021: "45054NED",
    2022: "45059NED", 2023: "45063NED", 2024: "45067NED", 2025: "45071NED", 2026: "45078NED",
}  # fmt: skip
REPORTS = {"lasten": "Jaarrekening", "begroot": "Begroting"}
GROUPS = (
    "jeugd", "wmo", "wmo_zonder_opvang", "wijkteams", "jeugd_wmo_en_wijkteams", "participatie", "sociaal_domein",
)  # fmt: skip
NET_GROUPS = tuple(group for group in GROUPS if group != "jeugd_wmo_en_wijkteams")
NET = {"lasten": "netto_lasten", "begroot": "netto_begroot"}

RENUMBERED = 2025
"""From this year taakvelden have other numbers, and one that a municipality leaves out counts as 0."""

STATUS = "onbekend"
Amounts = dict[str, float | None]
"""Amount per taakveld of the social domain; None where CBS has '.'."""


def taakvelden_of(group: str, year: int, in_table: set[str]) -> set[str]:
    """Give the taakvelden (as text: 6.6 is not 6.60) of a group in a year."""
    if group == "sociaal_domein":
        return {code for code in in_table if code.startswith("6")}
    if group == "participatie":
        return {"6.3", "6.4", "6.5"}
    youth, wmo, teams = _care(year)
    return {
        "jeugd": youth,
        "wmo": wmo | {"6.81"},
        "wmo_zonder_opvang": wmo,
        "wijkteams": teams,
        "jeugd_wmo_en_wijkteams": youth | wmo | teams | {"6.81"} | ({"6.79"} if year >= RENUMBERED else set()),
    }[group]


def _care(year: int) -> tuple[set[str], set[str], set[str]]:
    """Youth, Wmo without shelter (6.81) and neighbourhood teams; personal budgets (6.79) are in none of them."""
    if year >= RENUMBERED:
        return {"6.22", "6.75", "6.76", "6.82", "6.92"}, {"6.21", "6.60", "6.71", "6.91"}, {"6.21", "6.22", "6.23"}
    youth = {"6.72", "6.73", "6.74", "6.82"} if year >= 2023 else {"6.72", "6.82"}
    return youth, {"6.6", "6.71"}, {"6.2"}


def iv3_series(recording: Path, municipalities: dict[int, list[str]]) -> dict[str, Series]:
    """Compute lasten, begroot, baten, netto_lasten and netto_begroot of every group, for years whose table has them."""
    series: dict[str, Series] = {f"{kind}_{group}": {} for kind in REPORTS for group in GROUPS}
    series |= {f"{kind}_{group}": {} for kind in ("baten", *NET.values()) for group in NET_GROUPS}
    for year, table_id in TABLES.items():
        table = Table(recording, table_id)
        in_table = table.codes("TaakveldBalanspost")
        for kind, title in REPORTS.items():
            report = table.member("Verslagsoort", title)
            if report is None:
                continue
            sides = _Sides(_amounts(table, report, "L"), _amounts(table, report, "B"))
            for group in GROUPS:
                taakvelden = taakvelden_of(group, year, in_table)
                made = sides.figures(kind, group, taakvelden, year, municipalities[year])
                for name, figures in made.items():
                    series[name] |= figures | {(LAND, year): sum_of_all(list(figures.values()))}
    return series


@dataclass(frozen=True)
class _Sides:
    lasten: dict[str, "Amounts"]
    baten: dict[str, "Amounts"]

    def figures(
        self, kind: str, group: str, taakvelden: set[str], year: int, municipalities: list[str]
    ) -> dict[str, Series]:
        """The series of one report and group by name; of baten and netto only where the table has baten."""

        def each(amounts: dict[str, Amounts]) -> Series:
            return {(code, year): group_figure(amounts.get(code), taakvelden, year) for code in municipalities}

        lasten, baten = each(self.lasten), each(self.baten)
        made = {f"{kind}_{group}": lasten}
        if self.baten and group in NET_GROUPS:
            made[f"{NET[kind]}_{group}"] = {key: _net(figure, baten[key]) for key, figure in lasten.items()}
            if kind == "lasten":
                made[f"baten_{group}"] = baten
        return made


def _net(lasten: Figure, baten: Figure) -> Figure:
    if lasten.waarde is None or baten.waarde is None:
        return Figure(None, lasten.reden or baten.reden, STATUS)
    return Figure(lasten.waarde - baten.waarde, None, STATUS)


def group_figure(amounts: Amounts | None, taakvelden: set[str], year: int) -> Figure:
    """Add up one municipality's group; `amounts` is None when the table has no row for it."""
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


def _amounts(table: Table, report: str, side: str) -> dict[str, Amounts]:
    """Amounts per municipality of the categories that begin with ``side``: L are lasten, B are baten."""
    second, first = table.column("2e plaatsing"), table.column("1e plaatsing")
    amounts: dict[str, Amounts] = {}
    for row in table.rows:
        taakveld = row["TaakveldBalanspost"].strip()
        is_asked = row["Verslagsoort"].strip() == report and row["Categorie"].startswith(side)
        if is_asked and taakveld.startswith("6"):
            texts = [row[second].strip(), row[first].strip()]
            numbers = [float(text) for text in texts if text not in {".", ""}]
            amounts.setdefault(row["Gemeenten"].strip(), {})[taakveld] = numbers[0] if numbers else None
    return amounts
