"""The first page: find a municipality, the country in short, and the way to everything else."""

from collections import defaultdict
from typing import NamedTuple

from pipelines.common import dutch
from pipelines.publish.pages.cells import MARKS, TableCell, cell
from pipelines.publish.pages.material import Area, Material, ShownIndicator
from pipelines.publish.templates import render_site
from pipelines.releases.store import HOME

# What a person can take with them, in the order in which it is offered.
DOWNLOADS = (
    ("monitor.xlsx", "Excel-werkmap met de cijfers per gemeente"),
    ("csv/mart_gemeente_jaar.csv", "CSV met alle cijfers per gemeente en jaar"),
    ("kaart/gemeenten.geojson", "Gemeentegrenzen voor een kaart"),
    ("monitor.duckdb", "De hele database, voor wie zelf rekent"),
    ("LEESMIJ.md", "Alle bestanden, met uitleg"),
    ("LICENTIE.txt", "Licentie en bronnen"),
)

# What is shown of the country beside what leads in each domain.
_ALSO = frozenset(
    {"inwoners", "lasten_sociaal_domein_per_inwoner", "lasten_jeugd_per_inwoner", "lasten_wmo_per_inwoner"}
)


class Shown(NamedTuple):
    """The newest figure of the country."""

    indicator: ShownIndicator
    year: int
    cell: TableCell


class Named(NamedTuple):
    """A municipality with the names under which people look for it too."""

    area: Area
    former: list[str]


def home_page(material: Material) -> str:
    """The first page of a release."""
    return render_site(
        f"{HOME}.jinja",
        root="",
        here=HOME,
        header=material.header,
        municipalities=_named(material),
        country=_country(material),
        blocks=material.blocks,
        regions=material.regions,
        kinds=dutch.REGION_KINDS,
        downloads=DOWNLOADS,
        marks=MARKS,
    )


def _named(material: Material) -> list[Named]:
    former: dict[str, set[str]] = defaultdict(set)
    for new, old in material.release.tuples(
        "select nieuwe_code, oude_naam from herindeling where soort <> 'grenscorrectie'"
    ):
        former[new].add(old)
    return [Named(area, _names(area, former)) for area in material.municipalities]


def _names(area: Area, former: dict[str, set[str]]) -> list[str]:
    return sorted(name for name in former.get(area.code, ()) if name != area.name)


def _country(material: Material) -> list[Shown]:
    """What leads in each domain, and the spending per inhabitant: the newest figure that the country has of each."""
    found = []
    for indicator in material.indicators.values():
        if indicator.leading or indicator.id in _ALSO:
            years = material.country.get(indicator.id, {})
            year = max((year for year, each in years.items() if each.value is not None), default=None)
            if year is not None:
                found.append(Shown(indicator, year, cell(years[year], indicator)))
    return found
