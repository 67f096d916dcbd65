"""Types of Wmo help that a municipality registers otherwise, a second time: shares from the recorded cells."""

from fractions import Fraction
from pathlib import Path

from tests.oracle.published import WMO, WMO_SOORTEN, Leader, wmo
from tests.oracle.recording import Table

SMALLEST_SHARE, JUMP, FEWEST = Fraction(1, 3), 2, 25

Cell = tuple[str, str, int]
"""Indicator, municipality, year."""


def marks(recording: Path, official: dict[int, list[str]]) -> dict[Cell, str]:
    """Mark the counts of a type by its share in all clients of the municipality: too low, or a jump between years."""
    everyone = {year: _counts(recording, wmo("Totaal")[year], year, official[year]) for year in WMO}
    found: dict[Cell, str] = {}
    for name, title in WMO_SOORTEN.items():
        counts = {year: _counts(recording, wmo(title)[year], year, official[year]) for year in WMO}
        shares = {
            year: {code: Fraction(n, everyone[year][code]) for code, n in of.items() if code in everyone[year]}
            for year, of in counts.items()
        }
        for year, of in shares.items():
            country = Fraction(sum(counts[year][code] for code in of), sum(everyone[year].values()))
            for code, share in of.items():
                low = share < SMALLEST_SHARE * country
                jumped = any(
                    code in shares.get(other, {})
                    and max(counts[year][code], counts[other][code]) >= FEWEST
                    and max(share, shares[other][code]) >= JUMP * min(share, shares[other][code])
                    for other in (year - 1, year + 1)
                )
                if low or jumped:
                    found[f"wmo_{name}", code, year] = "registratie_laag" if low else "registratie_sprong"
    return found


def _counts(recording: Path, leader: Leader, year: int, municipalities: list[str]) -> dict[str, int]:
    table = Table(recording, leader.table)
    members = {dimension: str(table.member(dimension, title)) for dimension, title in leader.members.items()}
    cells = table.cells(table.column(*leader.titles), year, members)
    return {code: int(cells[code]) for code in municipalities if cells.get(code, ".").strip() not in ("", ".")}
