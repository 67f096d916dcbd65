"""What a release says: its figures, names, divisions and provenance. Read only, through views in memory."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import duckdb

from pipelines.explain.model import Outcome, Redivision
from pipelines.releases.store import Release

# A grenscorrectie moved land without inhabitants: no figure goes with it.
_REDIVISIONS_SQL = """
    select
        oude_code, nieuwe_code, datum, soort, bron,
        case
            when soort = 'splitsing' then inwoners / sum(inwoners) over (partition by oude_code, datum, soort)
            else 1
        end as aandeel
    from herindeling
    where soort <> 'grenscorrectie'
    order by oude_code, datum, nieuwe_code
"""
_FIGURES_SQL = """
    select regio_code, indeling, waarde, reden_ontbreekt as reden, status, schatting, teller, noemer, reeksbreuk
    from fct_indicator
    where indicator_id = $indicator and jaar = $year
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
    """In which region a municipality lies, and who says so."""

    regio_code: str
    bron: str


class PublishedRelease:
    """The tables of ``release``, each read when first asked for."""

    def __init__(self, release: Release) -> None:
        self.release = release
        # In memory with the file attached: a second reader in this process cannot clash with other settings.
        self._connection = duckdb.connect()
        self._connection.execute(f"attach '{release.database}' as uitgave (read_only)")
        self._connection.execute("use uitgave")
        self.figures = cache(self._figures)
        self.memberships = cache(self._memberships)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    @cached_property
    def header(self) -> dict[str, Any]:
        """The one row of `release`."""
        return self.rows("select * from release")[0]

    @cached_property
    def region_names(self) -> dict[str, str]:
        """Names by region code."""
        return {row["regio_code"]: row["naam"] for row in self.rows("select regio_code, naam from dim_regio")}

    @cached_property
    def region_kinds(self) -> dict[str, str]:
        """Kinds (gemeente, provincie, ...) by region code."""
        return {
            row["regio_code"]: row["regio_soort"] for row in self.rows("select regio_code, regio_soort from dim_regio")
        }

    @cached_property
    def provenance(self) -> dict[str, dict[str, Any]]:
        """Rows of `herkomst` by table id."""
        return {row["tabel_id"]: row for row in self.rows("select * from herkomst")}

    @cached_property
    def redivisions(self) -> dict[str, list[Redivision]]:
        """Herindelingen by the code that went away, oldest first."""
        found: dict[str, list[Redivision]] = {}
        for row in self.rows(_REDIVISIONS_SQL):
            found.setdefault(row["oude_code"], []).append(Redivision(**row))
        return found

    @cached_property
    def _municipalities(self) -> dict[int, list[str]]:
        rows = self.rows("select jaar, gm_code from gemeente_regio where regio_soort = 'land' order by jaar, gm_code")
        years = {row["jaar"] for row in rows}
        return {year: [row["gm_code"] for row in rows if row["jaar"] == year] for year in years}

    def municipalities(self, year: int) -> list[str]:
        """The official list of a year."""
        return self._municipalities.get(year, [])

    def _memberships(self, kind: str) -> dict[int, dict[str, Membership]]:
        """Per year the region of each municipality, as far as known."""
        sql = "select jaar, gm_code, regio_code, bron from gemeente_regio where regio_soort = $kind"
        found: dict[int, dict[str, Membership]] = {}
        for row in self.rows(sql, {"kind": kind}):
            found.setdefault(row["jaar"], {})[row["gm_code"]] = Membership(row["regio_code"], row["bron"])
        return found

    def _figures(self, indicator: str, year: int) -> dict[tuple[str, str], dict[str, Any]]:
        rows = self.rows(_FIGURES_SQL, {"indicator": indicator, "year": year})
        return {(row["regio_code"], row["indeling"]): row for row in rows}

    def outcome(self, indicator: str, region: str, year: int, division: str) -> Outcome | None:
        """The published figure; None where there is no row."""
        row = self.figures(indicator, year).get((region, division))
        names = ("waarde", "reden", "status", "schatting", "teller", "noemer")
        return None if row is None else Outcome(**{name: row[name] for name in names})

    def doubts(self, indicator: str, region: str, year: int, division: str) -> tuple[str, ...]:
        """Why a figure is doubted, in words."""
        sql = """
            select tekst from dim_twijfel
            where indicator_id = $indicator and regio_code = $region and jaar = $year and indeling = $division
            order by tekst
        """
        found = self.rows(sql, {"indicator": indicator, "region": region, "year": year, "division": division})
        return tuple(row["tekst"] for row in found)

    def breaks(self, indicator: str, region: str, year: int, division: str) -> tuple[str, ...]:
        """The blocking breaks between a figure and the previous published one of its region, in words."""
        parameters = {"indicator": indicator, "region": region, "year": year, "division": division}
        return tuple(f"{row['jaar']} ({row['soort']}): {row['tekst']}" for row in self.rows(_BREAKS_SQL, parameters))

    def rows(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """The rows of a query over the release."""
        return named_rows(self._connection.execute(sql, dict(parameters or {})))


def named_rows(result: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """The rows of an executed query, each by column name."""
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
