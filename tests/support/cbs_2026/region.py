"""Regions of the made CBS: the real municipalities of every year, and the regions they lie in.

Municipalities and mergers are the project's own seeds, official lists of CBS. ``memberships.csv`` says in which region
each municipality of 2025 lies: province, landsdeel, COROP and labour market region of 86247NED, veiligheidsregio of
85385NED, both as recorded; GGD region and youth region derived from the borders of CBS and PDOK (gebiedsindelingen
2025, CC BY 4.0, Bron: CBS/PDOK). ``region_names.csv`` has their names; youth regions by their name of 2025. A
municipality of another year is taken to lie where its successor does: made up, as all wijken and buurten are. So is
the merger of the year after the newest list.
"""

import csv
from collections import defaultdict
from functools import cache
from pathlib import Path

from pipelines.common.settings import DBT_PROJECT
from tests.support.cbs_2026.form import Code, Dimension

FIRST_YEAR, LAST_YEAR = 2010, 2027
# CBS adds to a name that is also that of a province.
_SAME_AS_PROVINCE = ("Groningen", "Utrecht", "'s-Gravenhage")
# Wijken and buurten only of these: the four largest, and others that exist from 2010 to 2026.
WITH_WIJKEN = (
    *("GM0014", "GM0034", "GM0080", "GM0106", "GM0141", "GM0153", "GM0193", "GM0200", "GM0202", "GM0268"),
    *("GM0307", "GM0344", "GM0363", "GM0392", "GM0518", "GM0599", "GM0772", "GM0796", "GM0935", "GM1680"),
)
_WIJKEN, _BUURTEN = ("00 Centrum", "01 Oost", "02 Buitengebied"), ("Noord", "Zuid")
_KINDS = {"PV": "pv", "LD": "ld", "CR": "cr", "JZ": "jz"}
# Not a sum of whole provinces; its code is unproven, the title is printed with 85100NED.
WEST_WITHOUT_FOUR, FOUR = "LD99", ("GM0363", "GM0599", "GM0518", "GM0344")

# A merger of which no list is official yet, in the words of CBS: who went, and the size of each.
MERGED: dict[str, str] = {
    "GM0840": "6447 hectare met 9683 woningen en 23204 inwoners",
    "GM0879": "12071 hectare met 9461 woningen en 22176 inwoners",
}
MERGED_INTO, MERGED_NAME = "GM1999", "Verzonnen Aa"

_SEEDS = DBT_PROJECT / "seeds" / "referentie"
_HERE = Path(__file__).resolve().parent


def _table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


@cache
def _names() -> dict[int, dict[str, str]]:
    years: dict[int, dict[str, str]] = defaultdict(dict)
    for row in _table(_SEEDS / "gemeenten_per_jaar.csv"):
        years[int(row["jaar"])][row["gm_code"]] = row["gm_naam"]
    for year in range(max(years) + 1, LAST_YEAR + 1):
        left = {code: name for code, name in years[year - 1].items() if code not in MERGED}
        years[year] = {**left, MERGED_INTO: MERGED_NAME}
    return dict(years)


@cache
def municipalities(year: int) -> dict[str, str]:
    """Names by code on the first of January of ``year``, in the order of names that CBS lists them in."""
    return dict(sorted(_names()[year].items(), key=lambda pair: (pair[1].lstrip("'").casefold(), pair[0])))


@cache
def parts(year: int) -> dict[str, tuple[str, ...]]:
    """Which municipalities of 2010 each of ``year`` is made of; a split one goes to where most of its people went."""
    found: dict[str, list[str]] = defaultdict(list)
    for code in _names()[FIRST_YEAR]:
        found[_successor(code, year)].append(code)
    return {code: tuple(found[code]) for code in _names()[year]}


@cache
def _successor(code: str, year: int) -> str:
    while code not in _names()[year]:
        rows = [row for row in _table_of_mergers() if row["oude_code"] == code]
        code = max(rows, key=lambda row: int(row["inwoners"] or 0))["nieuwe_code"]
    return code


@cache
def _table_of_mergers() -> tuple[dict[str, str], ...]:
    made = {"nieuwe_code": MERGED_INTO, "datum": f"{LAST_YEAR}-01-01", "inwoners": "1"}
    return (*_table(_SEEDS / "herindelingen.csv"), *({"oude_code": code, **made} for code in MERGED))


@cache
def memberships() -> dict[str, dict[str, str]]:
    """The regions of every municipality since 2010: code by kind (``pv``, ``ld``, ``cr``, ``am``, ``vr``, ``gg``,
    ``jz``).
    """
    now = {row["gm_code"]: row for row in _table(_HERE / "memberships.csv")}
    every = {code for names in _names().values() for code in names}
    found = {code: now[_successor(code, 2025)] for code in every - {MERGED_INTO}}
    return {**found, MERGED_INTO: found[min(MERGED)]}


@cache
def region_names() -> dict[str, str]:
    """Names of all kinds of regions by code."""
    return {row["code"]: row["naam"] for row in _table(_HERE / "region_names.csv")}


@cache
def members(year: int) -> dict[str, tuple[str, ...]]:
    """The municipalities of ``year`` in every region that is not one itself, ``NL`` among them."""
    found: dict[str, list[str]] = defaultdict(list)
    for code in municipalities(year):
        found["NL"].append(code)
        for kind in _KINDS.values():
            found[memberships()[code][kind]].append(code)
        if memberships()[code]["ld"] == "LD03" and code not in FOUR:
            found[WEST_WITHOUT_FOUR].append(code)
    return {region: tuple(codes) for region, codes in found.items()}


def wijken(gm_code: str) -> dict[str, str]:
    """The wijken of a municipality, names by code."""
    digits = gm_code[2:]
    return {f"WK{digits}{name[:2]}": f"Wijk {name}" for name in _WIJKEN} if gm_code in WITH_WIJKEN else {}


def buurten(wijk_code: str) -> dict[str, str]:
    """The buurten of a wijk, names by code."""
    return {f"BU{wijk_code[2:]}{number:02}": name for number, name in enumerate(_BUURTEN)}


def title_of(code: str, name: str) -> str:
    """The name of a municipality as CBS gives it beside provinces of the same name."""
    return f"{name} (gemeente)" if name in _SAME_AS_PROVINCE else name


def regio_s(
    years: range, kinds: tuple[str, ...] = (), *, key: str = "RegioS", other: tuple[Code, ...] = ()
) -> Dimension:
    """A list of regions: the country, ``kinds`` such as PV, and every municipality of any of ``years``."""
    codes = [Code("NL01", "Nederland")]
    for kind in kinds:
        codes += [
            Code(code, f"{name} ({kind})") for code, name in sorted(region_names().items()) if code.startswith(kind)
        ]
    codes += other
    every = {code: name for year in years for code, name in municipalities(year).items()}
    ordered = sorted(every.items(), key=lambda pair: (pair[1].lstrip("'").casefold(), pair[0]))
    codes += [Code(code, title_of(code, name), {"Description": _history(code, years[-1])}) for code, name in ordered]
    title = "Regio's" if key == "RegioS" else key
    return Dimension(key, title, tuple(codes), "GeoDimension", "region")


def _history(code: str, year: int) -> str:
    """When a municipality came and went since 2010, as CBS knows in the summer of 2026 or in ``year``."""
    until = max(year, LAST_YEAR - 1)
    years = [year for year in sorted(_names()) if code in _names()[year] and year <= until]
    lines = []
    if years[-1] < until:
        gone = [row["datum"] for row in _table_of_mergers() if row["oude_code"] == code and row["datum"] > "2010-01-01"]
        lines.append(f"Opgeheven per {_dutch(max(gone))}")
    if code == MERGED_INTO:
        names = _names()[LAST_YEAR - 1]
        lines.append(f"Ontstaan per 01-01-{years[0]}, ontvangen van:")
        lines += [line for part, size in MERGED.items() for line in (f"- {names[part]} ({part}),", f"... {size}")]
    elif years[0] > FIRST_YEAR:
        lines.append(f"Ontstaan per 01-01-{years[0]}")
    return "\r\n".join(lines)


def _dutch(date: str) -> str:
    return "-".join(reversed(date.split("-")))


def detail(year: int, key: str = "Wijken") -> Dimension:
    """A list with the country, every municipality of ``year`` and its wijken, for WijkenEnBuurten also buurten."""
    codes = [Code("NL00", "Nederland")]
    for gm_code, name in municipalities(year).items():
        codes.append(_place(gm_code, title_of(gm_code, name), gm_code))
        for wijk, wijk_name in wijken(gm_code).items():
            codes.append(_place(wijk, f"{wijk_name} {name}", gm_code))
            if key == "WijkenEnBuurten":
                codes += [_place(buurt, f"{own} {name}", gm_code) for buurt, own in buurten(wijk).items()]
    title = "Wijken" if key == "Wijken" else "Wijken en buurten"
    return Dimension(key, title, tuple(codes), "GeoDetail", "region", str(year))


def _place(code: str, title: str, gm_code: str) -> Code:
    return Code(code, title, {"Municipality": gm_code, "DetailRegionCode": code})


@cache
def texts_of(year: int) -> dict[str, tuple[str, str, str]]:
    """What the columns under Regioaanduiding say of a region in a table of wijken: name, kind and code."""
    found = {"NL00": ("Nederland", "Land", "NL00")}
    for gm_code, name in municipalities(year).items():
        found[gm_code] = (name, "Gemeente", gm_code)
        for wijk in wijken(gm_code):
            found[wijk] = (name, "Wijk", wijk)
            found |= {buurt: (name, "Buurt", buurt) for buurt in buurten(wijk)}
    return found
