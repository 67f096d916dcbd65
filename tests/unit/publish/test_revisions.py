"""Every figure that differs from the release before is listed and counted, by table and by what differs."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from pipelines.build.counts import RevisionCount
from pipelines.publish import tables as appended
from pipelines.publish.revisions import Revisions, add_revisions
from pipelines.releases.reader import ReleaseHeader
from pipelines.releases.store import Release

HEADER = ReleaseHeader(
    release_id="nieuw",
    made=datetime(2026, 1, 2, 3, 0),  # noqa: DTZ001 - as the table has it
    contract_version="1.3.0",
    division_year=2026,
    source="opname",
    explanation="Opname.",
    previous=None,
    git_commit=None,
    versions={},
    inputs="00",
)
TABLE = """
    create table fct_indicator (indicator_id varchar, regio_soort varchar, regio_code varchar, jaar smallint,
        indeling varchar, waarde double, status varchar, reden_ontbreekt varchar, tabel_id varchar)
"""
# Three municipalities in a definitive and a provisional table, and one figure converted to the newest division.
BEFORE = """
    insert into fct_indicator values
        ('inwoners', 'gemeente', 'GM0197', 2021, 'origineel', 27000, 'definitief', null, '70072ned'),
        ('inwoners', 'gemeente', 'GM0344', 2021, 'origineel', 360000, 'definitief', null, '70072ned'),
        ('inwoners', 'land', 'NL', 2021, 'origineel', 387000, 'definitief', null, '70072ned'),
        ('inwoners', 'gemeente', 'GM0344', 2021, 'actueel', 360000, 'definitief', null, '70072ned'),
        ('wmo', 'gemeente', 'GM0197', 2021, 'origineel', null, 'voorlopig', 'onbekend_of_geheim', '84908NED'),
        ('wmo', 'gemeente', 'GM0344', 2021, 'origineel', 9000, 'voorlopig', null, '84908NED')
"""
LISTED = "select indicator_id, regio_code, jaar, indeling, oude_waarde, nieuwe_waarde, soort from revisies order by all"


@pytest.fixture
def previous(tmp_path: Path) -> Release:
    folder = tmp_path / "vorige"
    folder.mkdir()
    with duckdb.connect(str(folder / "monitor.duckdb")) as connection:
        for statement in (TABLE, BEFORE, "create table release as select 2026 as indeling_jaar"):
            connection.execute(statement)
    return Release(folder)


@pytest.fixture
def draft(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(tmp_path / "nieuw.duckdb")) as connection:
        for statement in (TABLE, BEFORE):
            connection.execute(statement)
        for table in (appended.REVISIONS, appended.REVISION_COUNTS):
            appended.create(connection, table)
        yield connection


def compared(draft: duckdb.DuckDBPyConnection, previous: Release | None, *statements: str) -> Revisions:
    for statement in statements:
        draft.execute(statement)
    return add_revisions(draft, HEADER, previous)


def test_nothing_differs_and_a_first_release_has_nothing_to_differ_from(
    draft: duckdb.DuckDBPyConnection, previous: Release
) -> None:
    assert compared(draft, None) == Revisions()
    assert compared(draft, previous).counts.tables == {}
    assert draft.execute("select count(*) from revisies").fetchone() == (0,)
    assert draft.execute("select count(*) from revisie_telling").fetchone() == (0,)


def test_values_statuses_and_reasons_are_counted_by_table_and_definitive_ones_apart(
    draft: duckdb.DuckDBPyConnection, previous: Release
) -> None:
    found = compared(
        draft,
        previous,
        "update fct_indicator set waarde = waarde + 1 where indicator_id = 'inwoners' and regio_code <> 'GM0197'",
        "update fct_indicator set status = 'definitief' where indicator_id = 'wmo'",
        "update fct_indicator set waarde = 80, reden_ontbreekt = null where indicator_id = 'wmo' and waarde is null",
    )
    assert found.counts.tables == {
        "70072ned": RevisionCount(values=2, definitive=2, municipalities=1),
        "84908NED": RevisionCount(values=1, statuses=2, reasons=1, municipalities=2),
    }
    assert found.counts.total == RevisionCount(values=3, statuses=2, reasons=1, definitive=2)
    per_year = """
        select tabel_id, indicator_id, jaar, indeling, vergeleken, waarden, statussen, redenen, definitief
        from revisie_telling order by all
    """
    assert draft.execute(per_year).fetchall() == [
        ("70072ned", "inwoners", 2021, "actueel", 1, 1, 0, 0, 1),
        ("70072ned", "inwoners", 2021, "origineel", 3, 2, 0, 0, 2),
        ("84908NED", "wmo", 2021, "origineel", 2, 1, 2, 1, 0),
    ]
    assert len(draft.execute(LISTED).fetchall()) == 5
    assert [(change.region, change.old, change.new) for change in found.largest] == [
        ("GM0344", 360_000, 360_001),
        ("NL", 387_000, 387_001),
    ]


def test_rows_that_vanish_or_appear_in_a_year_that_was_there_are_listed_and_a_new_year_is_only_counted(
    draft: duckdb.DuckDBPyConnection, previous: Release
) -> None:
    found = compared(
        draft,
        previous,
        "delete from fct_indicator where indicator_id = 'wmo' and regio_code = 'GM0344'",
        """insert into fct_indicator values
            ('wmo', 'gemeente', 'GM0014', 2021, 'origineel', 5, 'voorlopig', null, '84908NED'),
            ('wmo', 'gemeente', 'GM0014', 2022, 'origineel', 6, 'voorlopig', null, '84908NED')""",
    )
    assert draft.execute(LISTED).fetchall() == [
        ("wmo", "GM0014", 2021, "origineel", None, 5.0, "nieuw"),
        ("wmo", "GM0344", 2021, "origineel", 9000.0, None, "vervallen"),
    ]
    assert found.counts.tables == {"84908NED": RevisionCount(new=2, gone=1, municipalities=0)}


def test_the_newest_division_is_compared_only_with_itself(draft: duckdb.DuckDBPyConnection, previous: Release) -> None:
    with duckdb.connect(str(previous.database)) as connection:
        connection.execute("update release set indeling_jaar = 2025")
    found = compared(draft, previous, "update fct_indicator set waarde = 1 where regio_code = 'GM0344'")
    assert not found.counts.same_division
    assert draft.execute("select distinct indeling from revisies").fetchall() == [("origineel",)]
    assert draft.execute("select distinct indeling from revisie_telling").fetchall() == [("origineel",)]
