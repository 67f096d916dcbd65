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
    create temp table paren as
    select indicator_id, regio_soort, regio_code, jaar, indeling,
        coalesce(nieuw.tabel_id, oud.tabel_id, 'geen') as tabel_id,
        oud.waarde as oude_waarde, nieuw.waarde as nieuwe_waarde, oud.status as oude_status,
        nieuw.status as nieuwe_status, oud.reden_ontbreekt as oude_reden, nieuw.reden_ontbreekt as nieuwe_reden,
        case
            when oud.indicator_id is null then 'nieuw' when nieuw.indicator_id is null then 'vervallen' else 'gewijzigd'
        end as soort,
        soort = 'gewijzigd' and nieuw.waarde is distinct from oud.waarde as waarde_anders,
        soort = 'gewijzigd' and nieuw.status is distinct from oud.status as status_anders,
        soort = 'gewijzigd' and nieuw.reden_ontbreekt is distinct from oud.reden_ontbreekt as reden_anders
    from main.fct_indicator as nieuw
    full outer join vorige.main.fct_indicator as oud
        using (indicator_id, regio_soort, regio_code, jaar, indeling)
    where indeling = 'origineel' or $same_division
"""
_REVISIONS_SQL = f"""
    insert into {REVISIONS.name}
    select $release, indicator_id, regio_soort, regio_code, jaar, indeling, oude_waarde, nieuwe_waarde,
        oude_status, nieuwe_status, oude_reden, nieuwe_reden, soort
    from paren
    where waarde_anders or status_anders or reden_anders or soort = 'vervallen'
        or (soort = 'nieuw' and (indicator_id, jaar) in (
            select distinct (toen.indicator_id, toen.jaar) from vorige.main.fct_indicator as toen
        ))
    order by all
"""  # noqa: S608 - a name of our own
_COUNTS_SQL = f"""
    insert into {REVISION_COUNTS.name}
    select $release, tabel_id, indicator_id, jaar, indeling, count_if(soort = 'gewijzigd') as vergeleken,
        count_if(waarde_anders) as waarden, count_if(status_anders) as statussen, count_if(reden_anders) as redenen,
        count_if(waarde_anders and oude_status = 'definitief' and nieuwe_status = 'definitief') as definitief,
        count_if(soort = 'nieuw') as nieuw, count_if(soort = 'vervallen') as vervallen
    from paren
    group by all
    having waarden + statussen + redenen + nieuw + vervallen > 0
    order by all
"""  # noqa: S608 - a name of our own
# Without the sums over regions of what is listed already, and of the analyses that rest on it.
_PER_TABLE_SQL = f"""
    select tabel_id, sum(waarden), sum(statussen), sum(redenen), sum(definitief), sum(nieuw), sum(vervallen),
        (select count(distinct regio_code) from paren
         where paren.tabel_id = telling.tabel_id and regio_soort = 'gemeente' and indeling = 'origineel'
            and (waarde_anders or status_anders or reden_anders))
    from {REVISION_COUNTS.name} as telling where indeling = 'origineel' group by all order by all
"""  # noqa: S608 - a name of our own
# Relative to what it was, since units differ; what was 0 comes first. Of deviations around 0 that says nothing.
LARGEST_FIRST = """
    where oude_waarde <> nieuwe_waarde and indeling = 'origineel' and regio_soort in ('gemeente', 'land')
    order by case when oude_waarde = 0 then 'inf'::double else abs(nieuwe_waarde / oude_waarde - 1) end desc,
        abs(nieuwe_waarde - oude_waarde) desc, indicator_id, regio_code, jaar
"""
_LARGEST_SQL = f"""
    select indicator_id, regio_code, jaar, tabel_id, oude_waarde, nieuwe_waarde
    from paren
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
    attach(connection, previous.database, "vorige")
    same_division = _same_division(connection, header)
    release = {"release": header.release_id}
    connection.execute(_PAIRS_SQL, {"same_division": same_division})
    connection.execute(_REVISIONS_SQL, release)
    connection.execute(_COUNTS_SQL, release)
    per_table = connection.execute(_PER_TABLE_SQL).fetchall()
    largest = connection.execute(_LARGEST_SQL, {"largest": LARGEST}).fetchall()
    connection.execute("drop table paren")
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
    years = connection.execute("select indeling_jaar from vorige.main.release").fetchall()
    return years == [(header.division_year,)]
