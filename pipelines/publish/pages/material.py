"""What the pages of the website are made of, read once from the database of a release.

The website is about the municipalities and regions of the newest division. What does not belong here: how something is
said or drawn.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, NamedTuple, Self

from pipelines.common.dutch import DOMAINS
from pipelines.publish.source_tables import statline_url
from pipelines.releases.reader import ReleaseHeader, ReleaseReader, Row

# Without these a release has figures, but no website.
NEEDED: Final = (
    "dim_gemeente",
    "dim_indicator",
    "dim_reeksbreuk",
    "dim_regio",
    "dim_twijfel",
    "fct_indicator",
    "gemeente_groep",
    "gemeente_regio",
    "herindeling",
    "herkomst",
    "mart_benchmark",
    "mart_benchmark_groep",
    "mart_benchmark_reeks",
    "mart_dekking",
    "mart_dekking_actueel",
    "mart_gebruik",
    "mart_gemeente_profiel",
    "mart_indicator_actueel",
    "mart_kaart",
    "mart_kenmerk",
    "mart_lasten_en_gebruik",
    "mart_regiocongruentie",
    "mart_regiocongruentie_jaar",
    "mart_trend",
    "mart_vergelijkbare_gemeenten",
    "mart_verandering",
    "mart_volumeontwikkeling_jeugd",
)
MUNICIPALITY: Final = "gemeente"
COUNTRY: Final = "NL"
# The share of the municipalities that must have a figure before a place among them is shown: with fewer, a place says
# as much about who reported as about the municipality.
ENOUGH_REPORTED: Final = 0.9
# The order of reading: use and support first, then the money, then what the municipality is like.
_DOMAIN_ORDER: Final = ("jeugd", "wmo", "bijstand", "participatie", "sociaal_domein", "context")
_RATIO: Final = frozenset({"verhouding", "gepubliceerd"})

Years = dict[int, "YearFigure"]


class YearFigure(NamedTuple):
    """A figure of one area in one year; without ``value`` it has its ``reason``."""

    value: float | None
    reason: str | None
    status: str
    doubt: bool
    broken: bool
    table: str | None


class Beside(NamedTuple):
    """What stands beside the figure of a municipality in one year: weighted figures of groups, and its place.

    ``peers`` and ``country`` are figures of the compared members together; None where too few have one. ``published``
    is the figure of the country that CBS gives. ``rank`` counts from the highest, of ``ranked`` municipalities.
    """

    peers: float | None
    country: float | None
    published: float | None
    rank: int | None
    ranked: int | None
    small: bool
    flag: str | None


class NoPlace(StrEnum):
    """Why a municipality with a figure has no place, as a letter for the script of the website."""

    DOUBT = "t"
    SMALL = "k"
    FEW = "w"
    CENTRE = "c"
    YOUNG = "j"


class Area(NamedTuple):
    """A municipality, a region or the country."""

    kind: str
    code: str
    name: str


@dataclass(frozen=True)
class ShownIndicator:
    """What pages say of an indicator: some of its row in `dim_indicator`, which is there as a whole in ``row``.

    ``leading``: it tells of the use in its domain. ``newest`` is the newest year in which municipalities have a figure.
    """

    id: str
    name: str
    domain: str
    unit: str
    decimals: int
    leading: bool
    newest: int | None
    tables: tuple[str, ...]
    row: Row

    @classmethod
    def of(cls, row: Row, *, leading: bool) -> Self:
        """The indicator of this row."""
        return cls(
            row["indicator_id"],
            row["naam"],
            row["domein"],
            row["eenheid"],
            row["decimalen"] or 0,
            leading,
            row["laatste_jaar_met_cijfer"],
            tuple(name for name in (row["bron_tabellen"] or "").split(", ") if name),
            row,
        )

    @property
    def is_ratio(self) -> bool:
        """Whether municipalities can be compared by it; a count tells how large one is."""
        return self.row["soort"] in _RATIO

    @cached_property
    def is_shared(self) -> bool:
        """Whether that of a central municipality is about others as well: the money of shelter (taakveld 6.81)."""
        return self.is_money and ("wmo" in self.id or "sociaal_domein" in self.id) and "zonder_opvang" not in self.id

    @cached_property
    def is_money(self) -> bool:
        """Whether it is about what is spent or received."""
        return "euro" in self.unit or "lasten" in str(self.row["teller"]) or "baten" in self.id


@dataclass(frozen=True)
class Line:
    """A row of a page: an indicator, and the ``count`` that is shown beside it (the numerator of a ratio)."""

    indicator: ShownIndicator
    count: ShownIndicator | None


@dataclass(frozen=True)
class Block:
    """The lines of one domain, those of use before those of money."""

    domain: str
    lines: tuple[Line, ...]

    @property
    def title(self) -> str:
        """The name of the domain."""
        return DOMAINS[self.domain]


class Material:
    """Reads a release for its website; keeps what many pages need, and gives the rest area by area."""

    def __init__(self, release: ReleaseReader) -> None:
        self.release = release
        self.header: ReleaseHeader = release.header

    @staticmethod
    def is_there(release: ReleaseReader) -> bool:
        """Whether the release has the tables that its website is made of."""
        return set(NEEDED) <= set(release.tables)

    @cached_property
    def indicators(self) -> dict[str, ShownIndicator]:
        """Every indicator by its id, in the order in which they are shown."""
        leading = {name for (name,) in self.release.tuples("select distinct indicator_id from mart_gebruik")}
        rows = self.release.records("from dim_indicator")
        found = [ShownIndicator.of(row, leading=row["indicator_id"] in leading) for row in rows]
        found.sort(key=_order)
        return {indicator.id: indicator for indicator in found}

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """The lines of the pages by domain: each ratio with its numerator, and each other count by itself."""
        ratios = [each for each in self.indicators.values() if each.is_ratio]
        beside = {each.row["teller"] for each in ratios}
        lines: dict[str, list[Line]] = defaultdict(list)
        for each in self.indicators.values():
            if each.is_ratio:
                lines[each.domain].append(Line(each, self.indicators.get(each.row["teller"] or "")))
            elif each.id not in beside:
                lines[each.domain].append(Line(each, None))
        return tuple(Block(domain, tuple(found)) for domain, found in lines.items())

    @cached_property
    def municipalities(self) -> list[Area]:
        """The municipalities of the newest division, by name."""
        rows = self.release.records(
            "select distinct regio_code, regio_naam from mart_indicator_actueel where regio_soort = 'gemeente'"
        )
        found = [Area(MUNICIPALITY, row["regio_code"], row["regio_naam"]) for row in rows]
        return sorted(found, key=lambda area: _by_name(area.name))

    @cached_property
    def regions(self) -> dict[str, list[Area]]:
        """The regions that have figures in the newest division, by kind and then by name."""
        rows = self.release.records(
            """select distinct regio_soort, regio_code, regio_naam from mart_indicator_actueel
               where regio_soort not in ('gemeente', 'land') order by all"""
        )
        found: dict[str, list[Area]] = defaultdict(list)
        for row in rows:
            found[row["regio_soort"]].append(Area(row["regio_soort"], row["regio_code"], row["regio_naam"]))
        for kind in found.values():
            kind.sort(key=lambda area: area.code if area.kind == "grootteklasse" else _by_name(area.name))
        return dict(found)

    @cached_property
    def names(self) -> dict[str, str]:
        """The name of every area that has a page, and of the country."""
        areas = [*self.municipalities, *(area for kind in self.regions.values() for area in kind)]
        return {COUNTRY: "Nederland", **{area.code: area.name for area in areas}}

    @cached_property
    def links(self) -> dict[str, str]:
        """Where people find each CBS table."""
        rows = self.release.records("select tabel_id, dataset from herkomst")
        return {row["tabel_id"]: statline_url(row["tabel_id"], row["dataset"]) for row in rows}

    def figures(self, *kinds: str) -> Iterator[tuple[str, dict[str, Years]]]:
        """The figures of every area of these kinds, by indicator and year: one area after the other, by code."""
        named = ", ".join(f"'{kind}'" for kind in kinds)
        rows = self.release.tuples(
            f"""select regio_code, indicator_id, jaar, waarde, reden_ontbreekt, status, coalesce(twijfel, false),
                    coalesce(reeksbreuk, false), tabel_id
                from mart_indicator_actueel where regio_soort in ({named})
                order by regio_code, indicator_id, jaar"""  # noqa: S608 - kinds of our own
        )
        for code, of_area in groupby(rows, itemgetter(0)):
            yield code, _by_indicator((row[1], row[2], YearFigure(*row[3:])) for row in of_area)

    @cached_property
    def country(self) -> dict[str, Years]:
        """The figures of the country."""
        return dict(self.figures("land")).get(COUNTRY, {})

    def beside(self) -> Iterator[tuple[str, dict[str, dict[int, Beside]]]]:
        """What stands beside each figure of each municipality that can be compared, by code as `figures`."""
        rows = self.release.tuples(
            """select gm_code, indicator_id, jaar, gewogen_vergelijkbare_gemeenten, gewogen_land, gepubliceerd_land,
                   rang, rang_van, coalesce(kleine_aantallen, false), vlag
               from mart_gemeente_profiel order by gm_code, indicator_id, jaar"""
        )
        for code, of_area in groupby(rows, itemgetter(0)):
            yield code, _by_indicator((row[1], row[2], Beside(*row[3:])) for row in of_area)

    def no_place(
        self, code: str, indicator: ShownIndicator, year: int, figure: YearFigure, beside: Beside
    ) -> NoPlace | None:
        """Why the place of a municipality with a figure would say nothing; None where it may be shown."""
        if figure.doubt:
            return NoPlace.DOUBT
        if beside.small:
            return NoPlace.SMALL
        if beside.rank is None or (beside.ranked or 0) < ENOUGH_REPORTED * len(self.municipalities):
            return NoPlace.FEW
        if indicator.is_shared and code in self.centres:
            return NoPlace.CENTRE
        return NoPlace.YOUNG if (code, indicator.id, year) in self._many_students else None

    @cached_property
    def centres(self) -> frozenset[str]:
        """The municipalities that arrange shelter for others."""
        rows = self.release.tuples(
            """select distinct regio_code from mart_lasten_en_gebruik
               where regio_soort = 'gemeente' and domein = 'wmo' and centrumgemeente_opvang"""
        )
        return frozenset(code for (code,) in rows)

    @cached_property
    def _many_students(self) -> frozenset[tuple[str, str, int]]:
        """The municipalities of which a rate falls out low, since so many of 15 to 25 years live there."""
        rows = self.release.tuples(
            """select regio_code, indicator_id, jaar from mart_gebruik
               where regio_soort = 'gemeente' and kanttekening = 'veel_15_tot_25_jarigen'"""
        )
        return frozenset(rows)


def _by_indicator(rows: Iterator[tuple[str, int, Any]]) -> dict[str, dict[int, Any]]:
    found: dict[str, dict[int, Any]] = defaultdict(dict)
    for indicator, year, content in rows:
        found[indicator][year] = content
    return found


def _order(indicator: ShownIndicator) -> tuple[Any, ...]:
    """By domain; use before money, what leads before the rest, ratios before counts, then by name."""
    return (
        _DOMAIN_ORDER.index(indicator.domain),
        indicator.is_money,
        not indicator.leading,
        not indicator.is_ratio,
        # Ages as numbers: 4 to 12 comes before 12 to 18.
        re.sub(r"\d+", lambda digits: digits[0].zfill(3), indicator.name),
    )


def _by_name(name: str) -> str:
    """As one looks a name up: 's-Gravenhage at the g."""
    return name.casefold().removeprefix("'s-").removeprefix("'t ")
