"""What the gemeentefonds reckons for a municipality, beside what it spends net: two amounts that are not subtracted.

Drawn from `mart_verdeling`, of the newest report with baten; a release without that table has no such section. What
does not belong here: spending beside use (``municipality``), and any word on whether the one covers the other.
"""

from collections import defaultdict
from functools import cached_property
from typing import Final, NamedTuple

from markupsafe import Markup

from pipelines.common import dutch
from pipelines.publish.pages.cells import TableCell, missing, row_of
from pipelines.publish.pages.material import Material
from pipelines.releases.reader import Row

_TABLE: Final = "mart_verdeling"
# What only centre municipalities pay, also for others: an amount by inhabitant would be of the wrong inhabitants.
SHELTER: Final = "beschermd_wonen_en_opvang"
PARTS: Final = {
    "jeugd": "Jeugd",
    "wmo": "Wmo",
    "participatie": "Participatie",
    "sociale_basisvoorzieningen": "Sociale basisvoorzieningen",
}
# A column: its name in the mart, and the words above it.
COLUMNS: Final = (
    ("netto_lasten_per_inwoner", "Netto lasten"),
    ("verdeling_per_inwoner", "Verdeling"),
    ("netto_lasten_index", "Index lasten"),
    ("verdeling_index", "Index verdeling"),
    ("netto_lasten_index_gelijken", "Gelijken, index lasten"),
    ("verdeling_index_gelijken", "Gelijken, index verdeling"),
)
_OWN: Final = {"netto_lasten_per_inwoner": "reden_netto_lasten", "verdeling_per_inwoner": "reden_verdeling"}


class Shelter(NamedTuple):
    """What a centre municipality spends on shelter, net, and what it is given for it: both in millions of euro."""

    spent: str
    reckoned: str


class Distribution(NamedTuple):
    """The section of one municipality: of which report and circular, its rows, and shelter where it pays that."""

    year: int
    report: str
    circular: str
    parts: list[tuple[str, Markup]]
    grant: str
    shelter: Shelter | None
    columns: tuple[tuple[str, str], ...] = COLUMNS


class Distributions:
    """Makes the section of each municipality, of the newest report in which the two can be compared."""

    def __init__(self, material: Material) -> None:
        self._material = material

    def of(self, code: str) -> Distribution | None:
        """The section of a municipality; none where the release has nothing of it."""
        rows = self._rows.get(code)
        if not rows:
            return None
        first = next(iter(rows.values()))
        grant = rows["participatie"]["verdeling_uitkering_euro"]
        return Distribution(
            first["jaar"],
            first["verslagsoort"],
            first["circulaire_naam"],
            [(words, row_of(_cell(rows[part], name) for name, _ in COLUMNS)) for part, words in PARTS.items()],
            dutch.number(grant) if grant is not None else "",
            _shelter(rows.get(SHELTER)),
        )

    @cached_property
    def _rows(self) -> dict[str, dict[str, Row]]:
        found: dict[str, dict[str, Row]] = defaultdict(dict)
        if self._material.release.has(_TABLE):
            for row in self._material.release.records(
                f"""with newest as (
                       select jaar, verslagsoort from {_TABLE} where reden_vergelijking is null
                       order by jaar desc, verslagsoort = 'jaarrekening' desc limit 1
                   )
                   select * from {_TABLE} inner join newest using (jaar, verslagsoort)
                   order by gm_code, onderdeel"""  # noqa: S608 - a name
            ):
                found[row["gm_code"]][row["onderdeel"]] = row
        return dict(found)


def _cell(row: Row, name: str) -> TableCell:
    """The cell of a column: what is spent may be doubted; peers may be too few."""
    if row[name] is not None:
        return TableCell(dutch.number(row[name]), "t" if row["twijfel"] and name.startswith("netto") else "", "", "")
    reason = row[_OWN.get(name, "reden_vergelijking")]
    return missing(reason or ("noemer_ontbreekt" if name in _OWN else "te weinig"))


def _shelter(row: Row | None) -> Shelter | None:
    if row is None or row["netto_lasten_euro"] is None or row["verdeling_euro"] is None:
        return None
    return Shelter(*(dutch.number(row[name] / 1e6, 1) for name in ("netto_lasten_euro", "verdeling_euro")))
