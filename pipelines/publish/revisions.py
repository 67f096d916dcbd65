"""What changed since the release before: every figure in `revisies`, and how many of them in `revisie_telling`.

A figure of a year that the release before did not have at all is no revision: it is only counted, as new. Figures in
`actueel` are compared only when both releases mean the same division by it.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

import duckdb

from pipelines.common.sql import quoted
from pipelines.publish.tables import REVISIE_TELLING, REVISIES
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
    insert into {REVISIES.name}
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
    insert into {REVISIE_TELLING.name}
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
    from {REVISIE_TELLING.name} as telling where indeling = 'origineel' group by all order by all
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
class Count:
    """Figures in `origineel` that changed: by value, status or reason; new and gone ones; ``definitief``: of the values
    those that were definitive before and after. ``gemeenten``: how many municipalities have any such figure.
    """

    waarden: int = 0
    statussen: int = 0
    redenen: int = 0
    definitief: int = 0
    nieuw: int = 0
    vervallen: int = 0
    gemeenten: int = 0


@dataclass(frozen=True)
class LargeChange:
    """A value of a municipality or the country that changed much, relative to what it was."""

    indicator_id: str
    regio_code: str
    jaar: int
    tabel_id: str
    oud: float
    nieuw: float


@dataclass(frozen=True)
class Revisions:
    """What changed since ``vorige`` (None: there was none), by CBS table; of a ratio that of its numerator."""

    vorige: str | None = None
    zelfde_indeling: bool = True
    tabellen: Mapping[str, Count] = field(default_factory=dict)
    grootste: tuple[LargeChange, ...] = ()

    @property
    def totaal(self) -> dict[str, int]:
        """The counts over all tables; a municipality may be in more than one of them."""
        names = [f.name for f in fields(Count) if f.name != "gemeenten"]
        return {name: sum(getattr(count, name) for count in self.tabellen.values()) for name in names}

    def as_json(self) -> dict[str, Any]:
        """What the manifest says of it."""
        return {
            "vorige": self.vorige,
            "zelfde_indeling": self.zelfde_indeling,
            "totaal": self.totaal,
            "tabellen": {table: asdict(count) for table, count in self.tabellen.items()},
        }


def add_revisions(
    connection: duckdb.DuckDBPyConnection, header: Mapping[str, Any], previous: Release | None
) -> Revisions:
    """Fill `revisies` and `revisie_telling` of the draft behind ``connection``, and sum up what they say."""
    if previous is None:
        return Revisions()
    connection.execute(f"attach {quoted(previous.database)} as vorige (read_only)")
    same_division = _same_division(connection, header)
    release = {"release": header["release_id"]}
    connection.execute(_PAIRS_SQL, {"same_division": same_division})
    connection.execute(_REVISIONS_SQL, release)
    connection.execute(_COUNTS_SQL, release)
    per_table = connection.execute(_PER_TABLE_SQL).fetchall()
    largest = connection.execute(_LARGEST_SQL, {"largest": LARGEST}).fetchall()
    connection.execute("drop table paren")
    connection.execute("detach vorige")
    return Revisions(
        vorige=previous.release_id,
        zelfde_indeling=same_division,
        tabellen={table: Count(*map(int, counts)) for table, *counts in per_table},
        grootste=tuple(LargeChange(*row) for row in largest),
    )


def _same_division(connection: duckdb.DuckDBPyConnection, header: Mapping[str, Any]) -> bool:
    years = connection.execute("select indeling_jaar from vorige.main.release").fetchall()
    return years == [(header["indeling_jaar"],)]
