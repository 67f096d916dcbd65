"""What each indicator means, as a page: from `dim_indicator` and what the release knows of its years and breaks."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipelines.publish.pages.changes import doubts
from pipelines.publish.pages.coverage import by_domain, counts, reasons
from pipelines.publish.pages.material import Material
from pipelines.publish.templates import render_alone
from pipelines.releases.reader import ReleaseReader, Row
from pipelines.sources.seeds import reason_words

_COLUMNS = (
    "indicator_id",
    "naam",
    "domein",
    "omschrijving",
    "eenheid",
    "soort",
    "optelbaar",
    "teller",
    "noemer",
    "berekening",
    "peilmoment",
    "afronding",
    "decimalen",
    "bron_tabellen",
    "eerste_jaar",
    "laatste_jaar",
    "laatste_jaar_met_cijfer",
    "eerste_volledig_jaar",
    "toelichting",
)
_STATUS_SQL = """
    select indicator_id, jaar, status, count(*) as figures
    from fct_indicator
    where regio_soort = 'gemeente' and indeling = 'origineel' and waarde is not null
    group by all
    order by indicator_id, jaar, figures desc, status
"""
_COUNTRY_SQL = """
    select indicator_id, jaar, waarde, reden_ontbreekt
    from fct_indicator
    where regio_soort = 'land' and indeling = 'origineel'
    order by indicator_id, jaar
"""
_BREAK_COLUMNS = ("indicator_id", "jaar", "soort", "blokkerend", "tekst", "bron")


@dataclass(frozen=True)
class IndicatorYear:
    """A year of an indicator: municipalities with a figure, of all, their statuses, why others have none; country."""

    year: int
    known: int
    members: int
    statuses: tuple[Row, ...]
    reasons: tuple[Row, ...]
    country: Row | None


@dataclass(frozen=True)
class IndicatorText:
    """A row of `dim_indicator` with its years, source tables, breaks and doubts."""

    row: Row
    years: tuple[IndicatorYear, ...]
    tables: tuple[Row, ...]
    breaks: tuple[Row, ...]
    doubts: tuple[Row, ...]

    @property
    def complete_years(self) -> list[int]:
        """The years in which every municipality has a figure."""
        return [year.year for year in self.years if year.known == year.members]


def indicator_page(release: ReleaseReader) -> str:
    """The documentation of the indicators of a release as HTML."""
    domains: dict[str | None, list[IndicatorText]] = defaultdict(list)
    described = list(_described(release))
    for indicator in described:
        domains[indicator.row["domein"]].append(indicator)
    return render_alone(
        "indicatoren.html.jinja",
        header=release.header,
        has_site=Material.is_there(release),
        domains=dict(domains),
        known={indicator.row["indicator_id"] for indicator in described},
        meanings=reason_words("betekenis"),
    )


def _described(release: ReleaseReader) -> Iterable[IndicatorText]:
    rows = sorted(release.select("dim_indicator", _COLUMNS), key=by_domain)
    years = _years(release)
    tables = {row["tabel_id"]: row for row in release.select("herkomst", ("tabel_id", "titel", "dataset", "jaren"))}
    breaks = _per_indicator(release.select("dim_reeksbreuk", _BREAK_COLUMNS, "indicator_id, jaar, soort, tekst"))
    doubted = doubts(release).lines
    for row in rows:
        name = row["indicator_id"]
        yield IndicatorText(
            row,
            tuple(years.get(name, ())),
            tuple(_tables(row["bron_tabellen"], tables)),
            tuple(breaks.get(name, ())),
            tuple(doubted.get(name, {}).values()),
        )


def _years(release: ReleaseReader) -> dict[str, list[IndicatorYear]]:
    """The years of each indicator, in order."""
    if not release.has("fct_indicator"):
        return {}
    statuses, lacking = _per_year(release.records(_STATUS_SQL)), _per_year(reasons(release))
    country = {(row["indicator_id"], row["jaar"]): row for row in release.records(_COUNTRY_SQL)}
    found: dict[str, list[IndicatorYear]] = defaultdict(list)
    for row in counts(release):
        key = (row["indicator_id"], row["jaar"])
        found[row["indicator_id"]].append(
            IndicatorYear(
                row["jaar"],
                row["known"],
                row["members"],
                tuple(statuses.get(key, ())),
                tuple(lacking.get(key, ())),
                country.get(key),
            )
        )
    return found


def _tables(named: str | None, tables: Mapping[str, Row]) -> Iterable[Row]:
    """The source tables that `dim_indicator` names, with what `herkomst` says of them."""
    for name in (named or "").split(", "):
        if name:
            yield tables.get(name, {"tabel_id": name, "titel": "", "dataset": None, "jaren": None})


def _per_year(rows: Iterable[Row]) -> dict[tuple[str, int], list[Row]]:
    found: dict[tuple[str, int], list[Row]] = defaultdict(list)
    for row in rows:
        found[row["indicator_id"], row["jaar"]].append(row)
    return found


def _per_indicator(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["indicator_id"]].append(row)
    return found
