"""What a release says of its figures, regions and tables, each row in a class of its own with English names.

What does not belong here: what a figure follows from (``figures``), and opening a release (``releases.reader``).
"""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, cached_property
from typing import Final

from pipelines.explain.model import Outcome, Redivision
from pipelines.observations.codes import is_below_municipality
from pipelines.releases.reader import ReleaseHeader, ReleaseReader

# A grenscorrectie moved land without inhabitants: no figure goes with it.
_REDIVISIONS_SQL = """
    select
        oude_code as old_code,
        nieuwe_code as new_code,
        datum as day,
        soort as kind,
        bron as source,
        case
            when soort = 'splitsing' then inwoners / sum(inwoners) over (partition by oude_code, datum, soort)
            else 1
        end as share
    from herindeling
    where soort <> 'grenscorrectie'
    order by oude_code, datum, nieuwe_code
"""
_FIGURES_SQL = """
    select regio_code, indeling, waarde, reden_ontbreekt, status, schatting, teller, noemer, reeksbreuk
    from fct_indicator
    where indicator_id = $indicator and jaar = $year
"""
# Of a wijk or buurt; a release from before there were any has no such table.
_BELOW: Final = "fct_indicator_wijk"
_BELOW_SQL: Final = """
    select waarde, reden_ontbreekt, status, teller, noemer
    from fct_indicator_wijk
    where indicator_id = $indicator and jaar = $year and regio_code = $region
"""
_YEARS_SQL = "select distinct jaar from fct_indicator where indicator_id = $indicator order by jaar"
_MUNICIPALITIES_SQL = "select jaar, gm_code from gemeente_regio where regio_soort = 'land' order by jaar, gm_code"
_MEMBERSHIPS_SQL = "select jaar, gm_code, regio_code, herkomst from gemeente_regio where regio_soort = $kind"
_DOUBTS_SQL = """
    select tekst from dim_twijfel
    where indicator_id = $indicator and regio_code = $region and jaar = $year and indeling = $division
    order by tekst
"""
# The break lies after the previous figure of the region; with none in between there is no line to break.
_BREAKS_SQL = """
    select jaar, soort, tekst
    from dim_reeksbreuk
    where indicator_id = $indicator and blokkerend and jaar <= $year and jaar > (
        select max(jaar) from fct_indicator
        where indicator_id = $indicator and regio_code = $region and indeling = $division
            and jaar < $year and waarde is not null
    )
    order by jaar, soort
"""


@dataclass(frozen=True)
class Membership:
    """In which region a municipality lies, and who says so: ``cbs``, ``afgeleid`` or ``opgegeven``."""

    region: str
    origin: str


@dataclass(frozen=True)
class PublishedFigure:
    """A row of `fct_indicator`; ``has_break`` when a blocking break lies between it and the previous figure."""

    outcome: Outcome
    has_break: bool


@dataclass(frozen=True)
class ReleasedTable:
    """Which version of a CBS table the release is made of: its Modified, and the hash of its rows."""

    modified: datetime
    sha256: str


class PublishedRelease:
    """What can be asked of the release behind ``reader``; each table is read when first asked for."""

    def __init__(self, reader: ReleaseReader) -> None:
        self._reader = reader
        self.figures = cache(self._figures)
        self.memberships = cache(self._memberships)

    @property
    def header(self) -> ReleaseHeader:
        """What the release says of itself."""
        return self._reader.header

    @cached_property
    def indicator_names(self) -> dict[str, str]:
        """Names of the public indicators, by id."""
        rows = self._reader.records("select indicator_id, naam from dim_indicator")
        return {row["indicator_id"]: row["naam"] for row in rows}

    @cached_property
    def region_names(self) -> dict[str, str]:
        """Names by region code."""
        rows = self._reader.records("select regio_code, naam from dim_regio")
        return {row["regio_code"]: row["naam"] for row in rows}

    @cached_property
    def region_kinds(self) -> dict[str, str]:
        """Kinds (gemeente, provincie, ...) by region code."""
        rows = self._reader.records("select regio_code, regio_soort from dim_regio")
        return {row["regio_code"]: row["regio_soort"] for row in rows}

    @cached_property
    def tables(self) -> dict[str, ReleasedTable]:
        """The CBS tables that the release is made of, by id."""
        rows = self._reader.records("select tabel_id, gewijzigd, sha256 from herkomst")
        return {row["tabel_id"]: ReleasedTable(row["gewijzigd"], row["sha256"]) for row in rows}

    @cached_property
    def redivisions(self) -> dict[str, list[Redivision]]:
        """Herindelingen by the code that went away, oldest first."""
        found: dict[str, list[Redivision]] = {}
        for row in self._reader.records(_REDIVISIONS_SQL):
            found.setdefault(row["old_code"], []).append(Redivision(**row))
        return found

    @cached_property
    def _municipalities(self) -> dict[int, list[str]]:
        found: dict[int, list[str]] = {}
        for row in self._reader.records(_MUNICIPALITIES_SQL):
            found.setdefault(row["jaar"], []).append(row["gm_code"])
        return found

    def municipalities(self, year: int) -> list[str]:
        """The official list of a year."""
        return self._municipalities.get(year, [])

    def lifespans(self, municipality: str) -> list[tuple[date | None, date | None]]:
        """From when until when a code was in use, as the release says; None for a side that is open."""
        sql = "select geldig_van, geldig_tot from dim_gemeente where gm_code = $code"
        rows = self._reader.records(sql, {"code": municipality})
        return [(row["geldig_van"], row["geldig_tot"]) for row in rows]

    def _memberships(self, kind: str) -> dict[int, dict[str, Membership]]:
        """Per year the region of each municipality, as far as known."""
        found: dict[int, dict[str, Membership]] = {}
        for row in self._reader.records(_MEMBERSHIPS_SQL, {"kind": kind}):
            found.setdefault(row["jaar"], {})[row["gm_code"]] = Membership(row["regio_code"], row["herkomst"])
        return found

    def years(self, indicator: str) -> list[int]:
        """The years that an indicator has rows of, oldest first."""
        return [row["jaar"] for row in self._reader.records(_YEARS_SQL, {"indicator": indicator})]

    def _figures(self, indicator: str, year: int) -> dict[tuple[str, str], PublishedFigure]:
        """The figures of an indicator in a year, by region and division."""
        return {
            (row["regio_code"], row["indeling"]): PublishedFigure(
                Outcome(
                    value=row["waarde"],
                    reason=row["reden_ontbreekt"],
                    status=row["status"],
                    estimate=row["schatting"],
                    numerator=row["teller"],
                    denominator=row["noemer"],
                ),
                has_break=row["reeksbreuk"],
            )
            for row in self._reader.records(_FIGURES_SQL, {"indicator": indicator, "year": year})
        }

    def published(self, indicator: str, region: str, year: int, division: str) -> PublishedFigure | None:
        """The figure of a region, wijk or buurt as the release has it; None where there is no row."""
        if is_below_municipality(region):
            return self._below(indicator, region, year)
        return self.figures(indicator, year).get((region, division))

    def _below(self, indicator: str, region: str, year: int) -> PublishedFigure | None:
        if not self._reader.has(_BELOW):
            return None
        rows = self._reader.records(_BELOW_SQL, {"indicator": indicator, "year": year, "region": region})
        found = (
            Outcome(row["waarde"], row["reden_ontbreekt"], row["status"], None, row["teller"], row["noemer"])
            for row in rows
        )
        return next((PublishedFigure(outcome, has_break=False) for outcome in found), None)

    def years_below(self, indicator: str, region: str) -> list[int]:
        """The years of which the release has the figure of a wijk or buurt with this code, oldest first."""
        if not self._reader.has(_BELOW):
            return []
        sql = f"select jaar from {_BELOW} where indicator_id = $indicator and regio_code = $region order by jaar"  # noqa: S608 - a name of our own
        return [row["jaar"] for row in self._reader.records(sql, {"indicator": indicator, "region": region})]

    def name_of(self, region: str, year: int) -> str:
        """The name of a region, and of a wijk or buurt that of the year; the code where there is none."""
        if not is_below_municipality(region) or not self._reader.has("dim_wijk"):
            return self.region_names.get(region, region)
        rows = self._reader.records(
            "select naam from dim_wijk where regio_code = $region and jaar = $year", {"region": region, "year": year}
        )
        return next((str(row["naam"]) for row in rows), region)

    def outcome(self, indicator: str, region: str, year: int, division: str) -> Outcome | None:
        """The published figure; None where there is no row."""
        found = self.published(indicator, region, year, division)
        return None if found is None else found.outcome

    def doubts(self, indicator: str, region: str, year: int, division: str) -> tuple[str, ...]:
        """Why a figure is doubted, in words."""
        parameters = {"indicator": indicator, "region": region, "year": year, "division": division}
        return tuple(row["tekst"] for row in self._reader.records(_DOUBTS_SQL, parameters))

    def breaks(self, indicator: str, region: str, year: int, division: str) -> tuple[str, ...]:
        """The blocking breaks between a figure and the previous published one of its region, in words."""
        parameters = {"indicator": indicator, "region": region, "year": year, "division": division}
        rows = self._reader.records(_BREAKS_SQL, parameters)
        return tuple(f"{row['jaar']} ({row['soort']}): {row['tekst']}" for row in rows)
