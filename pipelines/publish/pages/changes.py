"""Breaks, doubts, revisions and corrections of a release, counted and grouped for its report."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from pipelines.publish.revisions import LARGEST_FIRST
from pipelines.releases.reader import ReleaseReader, Row

_CORRECTED = (
    "tabel_id",
    "regio_code",
    "jaar",
    "maat",
    "gepubliceerd",
    "juist",
    "nu_gepubliceerd",
    "oordeel",
    "verwijzing",
    "toelichting",
)
_DOUBTS_SQL = """
    select indicator_id, soort, any_value(tekst) as tekst, count(*) as figures,
        count_if(indeling = 'origineel' and starts_with(regio_code, 'GM')) as municipal
    from dim_twijfel
    group by indicator_id, soort
    order by all
"""
_REVISED_SQL = """
    select tabel_id, sum(vergeleken)::bigint as vergeleken, sum(waarden)::bigint as waarden,
        sum(definitief)::bigint as definitief, sum(statussen)::bigint as statussen, sum(redenen)::bigint as redenen,
        sum(nieuw)::bigint as nieuw, sum(vervallen)::bigint as vervallen
    from revisie_telling
    where indeling = 'origineel'
    group by tabel_id
    order by tabel_id
"""
# As the notes of a release rank them.
_LARGEST_SQL = f"""
    select indicator_id, regio_code, jaar, oude_waarde, nieuwe_waarde,
        case when oude_waarde <> 0 then nieuwe_waarde / oude_waarde - 1 end as share
    from revisies
    {LARGEST_FIRST}
    limit 20
"""  # noqa: S608 - a clause of our own


@dataclass(frozen=True)
class Doubts:
    """Doubted figures per indicator and kind; ``kinds`` with their text, ``lines`` by indicator."""

    kinds: dict[str, str]
    lines: dict[str, dict[str, Row]]

    @property
    def municipal(self) -> int:
        """How many figures of municipalities, as published, are doubted."""
        return sum(row["municipal"] for kinds in self.lines.values() for row in kinds.values())


@dataclass(frozen=True)
class Revised:
    """What differs from the release before: rows by CBS table, and the largest changes of value."""

    tables: list[Row]
    largest: list[Row]

    def total(self, column: str) -> int:
        """The sum of a count over all tables."""
        return sum(row[column] for row in self.tables)


def breaks(release: ReleaseReader) -> list[Row]:
    """Breaks with the same text as one, by year, each with its ``indicators``."""
    columns = ("jaar", "soort", "blokkerend", "tekst", "bron")
    found: dict[tuple[Any, ...], list[str]] = defaultdict(list)
    for row in release.select("dim_reeksbreuk", (*columns, "indicator_id"), "jaar, soort, tekst, indicator_id"):
        found[tuple(row[column] for column in columns)].append(row["indicator_id"])
    return [dict(zip(columns, key, strict=True)) | {"indicators": names} for key, names in found.items()]


def doubts(release: ReleaseReader) -> Doubts:
    """The doubted figures, counted."""
    rows = release.records(_DOUBTS_SQL) if release.has("dim_twijfel") else []
    lines: dict[str, dict[str, Row]] = defaultdict(dict)
    for row in rows:
        lines[row["indicator_id"]][row["soort"]] = row
    return Doubts(dict(sorted((row["soort"], row["tekst"]) for row in rows)), dict(lines))


def revised(release: ReleaseReader) -> Revised:
    """The revisions; none where the release has no such tables."""
    if not (release.has("revisie_telling") and release.has("revisies")):
        return Revised([], [])
    regions = region_names(release)
    largest = [row | {"region": regions.get(row["regio_code"])} for row in release.records(_LARGEST_SQL)]
    return Revised(release.records(_REVISED_SQL), largest)


def corrections(release: ReleaseReader) -> list[Row]:
    """Known errors in what CBS publishes, and whether they were corrected."""
    return release.select("correctie", _CORRECTED, "tabel_id, jaar, regio_code, maat")


def region_names(release: ReleaseReader) -> dict[str, str]:
    """Names by code of a region."""
    return {row["regio_code"]: row["naam"] for row in release.select("dim_regio", ("regio_code", "naam"))}
