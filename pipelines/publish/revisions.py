"""What changed since the release before: every figure in `revisies`, and how many of them in `revisie_telling`.

A figure of a year that the release before did not have at all is no revision: it is only counted, as new. Figures in
`actueel` are compared only when both releases mean the same division by it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import duckdb

from pipelines.build.counts import RevisionCount, RevisionCounts
from pipelines.common.sql import attach
from pipelines.publish.tables import REVISION_COUNTS, REVISIONS
from pipelines.releases.reader import ReleaseHeader
from pipelines.releases.store import Release

LARGEST = 10
_PAIRS_SQL = """
    create temp table pairs as
    select indicator_id, regio_soort, regio_code, jaar, indeling,
        coalesce(newer.tabel_id, older.tabel_id, 'geen') as tabel_id,
        older.waarde as oude_waarde, newer.waarde as nieuwe_waarde, older.status as oude_status,
        newer.status as nieuwe_status, older.reden_ontbreekt as oude_reden, newer.reden_ontbreekt as nieuwe_reden,
        case
            when older.indicator_id is null then 'nieuw'
            when newer.indicator_id is null then 'vervallen'
            else 'gewijzigd'
        end as soort,
        soort = 'gewijzigd' and newer.waarde is distinct from older.waarde as value_differs,
        soort = 'gewijzigd' and newer.status is distinct from older.status as status_differs,
        soort = 'gewijzigd' and newer.reden_ontbreekt is distinct from older.reden_ontbreekt as reason_differs
    from main.fct_indicator as newer
    full outer join previous.main.fct_indicator as older
        using (indicator_id, regio_soort, regio_code, jaar, indeling)
    where indeling = 'origineel' or $same_division
"""
_REVISIONS_SQL = f"""
    insert into {REVISIONS.name}
    select $release, indicator_id, regio_soort, regio_code, jaar, indeling, oude_waarde, nieuwe_waarde,
        oude_status, nieuwe_status, oude_reden, nieuwe_reden, soort
    from pairs
    where value_differs or status_differs or reason_differs or soort = 'vervallen'
        or (soort = 'nieuw' and (indicator_id, jaar) in (
            select distinct (earlier.indicator_id, earlier.jaar) from previous.main.fct_indicator as earlier
        ))
    order by all
"""  # noqa: S608 - a name of our own
_COUNTS_SQL = f"""
    insert into {REVISION_COUNTS.name}
    select $release, tabel_id, indicator_id, jaar, indeling, count_if(soort = 'gewijzigd') as vergeleken,
        count_if(value_differs) as waarden, count_if(status_differs) as statussen, count_if(reason_differs) as redenen,
        count_if(value_differs and oude_status = 'definitief' and nieuwe_status = 'definitief') as definitief,
        count_if(soort = 'nieuw') as nieuw, count_if(soort = 'vervallen') as vervallen
    from pairs
    group by all
    having waarden + statussen + redenen + nieuw + vervallen > 0
    order by all
"""  # noqa: S608 - a name of our own
# Without the sums over regions of what is listed already, and of the analyses that rest on it.
_PER_TABLE_SQL = f"""
    select tabel_id, sum(waarden), sum(statussen), sum(redenen), sum(definitief), sum(nieuw), sum(vervallen),
        (select count(distinct regio_code) from pairs
         where pairs.tabel_id = counted.tabel_id and regio_soort = 'gemeente' and indeling = 'origineel'
            and (value_differs or status_differs or reason_differs))
    from {REVISION_COUNTS.name} as counted where indeling = 'origineel' group by all order by all
"""  # noqa: S608 - a name of our own
# Relative to what it was, since units differ; what was 0 comes first. Of deviations around 0 that says nothing.
LARGEST_FIRST = """
    where oude_waarde <> nieuwe_waarde and indeling = 'origineel' and regio_soort in ('gemeente', 'land')
    order by case when oude_waarde = 0 then 'inf'::double else abs(nieuwe_waarde / oude_waarde - 1) end desc,
        abs(nieuwe_waarde - oude_waarde) desc, indicator_id, regio_code, jaar
"""
_LARGEST_SQL = f"""
    select indicator_id, regio_code, jaar, tabel_id, oude_waarde, nieuwe_waarde
    from pairs
    {LARGEST_FIRST}
    limit $largest
"""  # noqa: S608 - a clause of our own


@dataclass(frozen=True)
class LargeChange:
    """A value of a municipality or the country that changed much, relative to what it was."""

    indicator_id: str
    region: str
    year: int
    table: str
    old: float
    new: float


@dataclass(frozen=True)
class Revisions:
    """What changed since the release before: the counts by CBS table (of a ratio that of its numerator), and the
    most."""

    counts: RevisionCounts = field(default_factory=RevisionCounts)
    largest: tuple[LargeChange, ...] = ()


def add_revisions(connection: duckdb.DuckDBPyConnection, header: ReleaseHeader, previous: Release | None) -> Revisions:
    """Fill `revisies` and `revisie_telling` of the draft behind ``connection``, and sum up what they say."""
    if previous is None:
        return Revisions()
    attach(connection, previous.database, "previous")
    same_division = _same_division(connection, header)
    release = {"release": header.release_id}
    connection.execute(_PAIRS_SQL, {"same_division": same_division})
    connection.execute(_REVISIONS_SQL, release)
    connection.execute(_COUNTS_SQL, release)
    per_table = connection.execute(_PER_TABLE_SQL).fetchall()
    largest = connection.execute(_LARGEST_SQL, {"largest": LARGEST}).fetchall()
    connection.execute("drop table pairs")
    tables = {table: _count(*map(int, counts)) for table, *counts in per_table}
    return Revisions(
        RevisionCounts(
            previous=previous.release_id, same_division=same_division, total=_total(tables.values()), tables=tables
        ),
        tuple(LargeChange(*row) for row in largest),
    )


def _count(*counts: int) -> RevisionCount:
    names = ("values", "statuses", "reasons", "definitive", "new", "gone", "municipalities")
    return RevisionCount(**dict(zip(names, counts, strict=True)))


def _total(counts: Iterable[RevisionCount]) -> RevisionCount:
    """The counts over all tables; a municipality may be in more than one of them."""
    found = list(counts)
    names = ("values", "statuses", "reasons", "definitive", "new", "gone")
    return RevisionCount(**{name: sum(getattr(count, name) for count in found) for name in names})


def _same_division(connection: duckdb.DuckDBPyConnection, header: ReleaseHeader) -> bool:
    years = connection.execute("select indeling_jaar from previous.main.release").fetchall()
    return years == [(header.division_year,)]
