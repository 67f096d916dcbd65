"""How many municipalities have a figure, per indicator and year: the cells of a heat map, and why others have none."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from pipelines.common.dutch import DOMAINS
from pipelines.releases.reader import ReleaseReader, Row

# The share of municipalities from which a cell has this shade; `vol` is every single one of them.
SHADES = ((0.9, "s90"), (0.75, "s75"), (0.5, "s50"), (0.25, "s25"), (0.0, "s0"))
_COUNTS_SQL = """
    select indicator_id, jaar, count(waarde) as known, count(*) as members
    from fct_indicator
    where regio_soort = 'gemeente' and indeling = 'origineel'
    group by all
    order by all
"""
_REASONS_SQL = """
    select indicator_id, jaar, reden_ontbreekt, count(*) as figures
    from fct_indicator
    where regio_soort = 'gemeente' and indeling = 'origineel' and waarde is null
    group by all
    order by indicator_id, jaar, figures desc, reden_ontbreekt
"""


@dataclass(frozen=True)
class CoverageCell:
    """Of the municipalities of a year (``members``) those with a figure; without members it is outside the series."""

    year: int
    known: int = 0
    members: int = 0

    @property
    def shade(self) -> str:
        """Name of the shade of the cell."""
        if not self.members:
            return "buiten"
        if not self.known:
            return "geen"
        share = self.known / self.members
        return "vol" if self.known == self.members else next(name for least, name in SHADES if share >= least)


@dataclass(frozen=True)
class CoverageLine:
    """An indicator and its cells, one per year of the map."""

    indicator_id: str
    name: str
    cells: tuple[CoverageCell, ...]


@dataclass(frozen=True)
class Coverage:
    """The heat map: ``years`` with the number of municipalities in each, lines by domain, reasons per figure."""

    years: dict[int, int]
    domains: dict[str | None, list[CoverageLine]]
    complete: int
    cells: int


def coverage_of(release: ReleaseReader) -> Coverage:
    """The heat map of a release, of municipalities in the division of each year."""
    found = {(row["indicator_id"], row["jaar"]): row for row in counts(release)}
    years: dict[int, int] = {}
    for (_, year), row in found.items():
        years[year] = max(years.get(year, 0), row["members"])
    years = dict(sorted(years.items()))
    domains: dict[str | None, list[CoverageLine]] = defaultdict(list)
    for indicator in indicators(release):
        name = indicator["indicator_id"]
        cells = tuple(_cell(year, found.get((name, year))) for year in years)
        domains[indicator["domein"]].append(CoverageLine(name, indicator["naam"] or name, cells))
    full = sum(row["known"] == row["members"] for row in found.values())
    return Coverage(years, dict(domains), full, len(found))


def counts(release: ReleaseReader) -> list[Row]:
    """Per indicator and year: how many municipalities have a figure (``known``), of all of them (``members``)."""
    return release.records(_COUNTS_SQL) if release.has("fct_indicator") else []


def reasons(release: ReleaseReader) -> list[Row]:
    """Per indicator, year and ``reden_ontbreekt``: how many ``figures`` of municipalities lack for that reason."""
    return release.records(_REASONS_SQL) if release.has("fct_indicator") else []


def indicators(release: ReleaseReader) -> list[Row]:
    """Every indicator with name and domain, in the order of the domains; also those without a figure."""
    return sorted(release.select("dim_indicator", ("indicator_id", "naam", "domein")), key=by_domain)


def by_domain(indicator: Row) -> tuple[int, str]:
    """Where an indicator stands: domains in the order of the guide, in each by id."""
    order: Iterable[str] = DOMAINS
    places = {name: place for place, name in enumerate(order)}
    return places.get(indicator["domein"], len(places)), indicator["indicator_id"]


def _cell(year: int, row: Row | None) -> CoverageCell:
    return CoverageCell(year) if row is None else CoverageCell(year, row["known"], row["members"])
