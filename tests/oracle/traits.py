"""The traits that municipalities are alike by, a second time: from the cells of the recorded tables, year by year."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.oracle.divisions import GEBIEDEN, Share, successors
from tests.oracle.published import KWB
from tests.oracle.recording import RecordingError, Table, municipalities_per_year

YEARS = range(2017, 2027)
PEOPLE = ("Bevolking", "Bevolkingssamenstelling op 1 januari", "Totale bevolking")
DENSITY = ("Statistische gegevens", "Omgevingsadressendichtheid")
HOMES = ("Bevolking", "Particuliere huishoudens")
IN_KWB = {
    "everyone": ("Bevolking", "Aantal inwoners"),
    "young": ("Bevolking", "Leeftijdsgroepen", "0 tot 15 jaar"),
    "old": ("Bevolking", "Leeftijdsgroepen", "65 jaar of ouder"),
    "homes": (*HOMES, "Huishoudens totaal"),
    "single": (*HOMES, "Eenpersoonshuishoudens"),
    "children": (*HOMES, "Huishoudens met kinderen"),
    "bijstand": ("Sociale zekerheid", "Personen per soort uitkering; Bijstand"),
}

Counts = dict[str, float]
"""What is counted of a municipality, by name; what CBS does not give is not there."""


@dataclass(frozen=True)
class Trait:
    """A trait of a municipality of today: of which year it is, and whether inhabitants of a split one are in it."""

    value: float
    year: int
    estimated: bool


def all_traits(recording: Path) -> dict[tuple[int, str, str], Trait]:
    """Choose for every year of comparison the trait of each municipality of today that is nearest in time.

    Returns:
        The traits by year of comparison, municipality and name of the trait.
    """
    known: dict[tuple[str, str], list[Trait]] = {}
    lists = municipalities_per_year()
    for year in YEARS:
        counts = _counts(recording, year, lists[year])
        wholes: dict[str, dict[str, Share]] = {}
        for old, heirs in successors(lists[year], year).items():
            for heir, share in heirs.items():
                wholes.setdefault(heir, {})[old] = share
        for code, parts in wholes.items():
            estimated = any(share.is_split for share in parts.values())
            for name, value in _values(_added(parts, counts)).items():
                known.setdefault((code, name), []).append(Trait(value, year, estimated))
    return {
        (year, code, name): min(found, key=lambda t, y=year: (t.estimated, abs(t.year - y), -t.year))  # type: ignore[misc]
        for (code, name), found in known.items()
        for year in YEARS
    }


def _counts(recording: Path, year: int, municipalities: list[str]) -> dict[str, Counts]:
    columns = {"people": _numbers(Table(recording, "70072ned"), PEOPLE, year)}
    columns["density"] = _numbers(Table(recording, GEBIEDEN[year]), DENSITY, year)
    if year in KWB:
        kwb = Table(recording, KWB[year])
        columns |= {name: _numbers(kwb, titles, year) for name, titles in IN_KWB.items()}
    found = {code: {name: cells[code] for name, cells in columns.items() if code in cells} for code in municipalities}
    for counts in found.values():
        if {"density", "people"} <= counts.keys():
            counts["addresses"] = counts["density"] * counts["people"]
    return found


def _numbers(table: Table, titles: tuple[str, ...], year: int) -> dict[str, float]:
    try:
        cells = table.cells(table.column(*titles), year, {})
    except RecordingError:
        return {}
    return {code: float(text) for code, text in cells.items() if text.strip() not in ("", ".")}


def _added(parts: Mapping[str, Share], counts: Mapping[str, Counts]) -> Counts:
    """What every part has, added by the share of its inhabitants that went along."""
    shared = set.intersection(*(set(counts[code]) for code in parts))
    return {name: math.fsum(counts[code][name] * share.inhabitants for code, share in parts.items()) for name in shared}


def _values(of: Counts) -> dict[str, float]:
    formulas = {
        "log_inwoners": (("people",), lambda: math.log(of["people"])),
        "log_omgevingsadressendichtheid": (("addresses",), lambda: math.log1p(of["addresses"] / of["people"])),
        "aandeel_tot_15_pct": (("young", "everyone"), lambda: 100 * of["young"] / of["everyone"]),
        "aandeel_65_plus_pct": (("old", "everyone"), lambda: 100 * of["old"] / of["everyone"]),
        "aandeel_eenpersoonshuishoudens_pct": (("single", "homes"), lambda: 100 * of["single"] / of["homes"]),
        "aandeel_huishoudens_met_kinderen_pct": (("children", "homes"), lambda: 100 * of["children"] / of["homes"]),
        "bijstand_per_1000_inwoners": (("bijstand", "people"), lambda: 1000 * of["bijstand"] / of["people"]),
    }
    return {name: formula() for name, (needed, formula) in formulas.items() if set(needed) <= of.keys()}
