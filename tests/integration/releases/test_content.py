"""The content hash of a table changes with anything a reader could see in its rows, and with nothing else."""

from pathlib import Path

import duckdb
import pytest

from pipelines.releases.content import APPENDED, table_hashes

CREATE = "create table cijfers (regio varchar, jaar smallint, waarde double, reden varchar)"
AALTEN, UTRECHT = (
    "insert into cijfers values ('GM0197', 2021, 290, null)",
    "insert into cijfers values ('GM0344', 2021, null, 'geheim')",
)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return write(tmp_path / "eerste.duckdb", CREATE, AALTEN, UTRECHT)


def write(path: Path, *statements: str) -> Path:
    with duckdb.connect(str(path)) as connection:
        for statement in statements:
            connection.execute(statement)
    return path


def hashes_after(database: Path, *statements: str) -> dict[str, str]:
    """Hashes of a copy of ``database`` to which ``statements`` were done."""
    copy = database.with_name("kopie.duckdb")
    copy.write_bytes(database.read_bytes())
    return table_hashes(write(copy, *statements))


def test_the_order_of_rows_does_not_count(database: Path, tmp_path: Path) -> None:
    assert table_hashes(write(tmp_path / "andersom.duckdb", CREATE, UTRECHT, AALTEN)) == table_hashes(database)


@pytest.mark.parametrize(
    "change",
    [
        "update cijfers set waarde = 290.00000000000006 where regio = 'GM0197'",
        "update cijfers set reden = '' where regio = 'GM0197'",
        "update cijfers set reden = 'NULL' where regio = 'GM0197'",
        "update cijfers set waarde = 0 where regio = 'GM0344'",
        "insert into cijfers from cijfers where regio = 'GM0197'",
        "delete from cijfers where regio = 'GM0197'",
        "alter table cijfers rename waarde to bedrag",
        "alter table cijfers alter jaar type integer",
        "alter table cijfers add column twijfel boolean",
    ],
)
def test_any_change_a_reader_could_see_counts(database: Path, change: str) -> None:
    before = table_hashes(database)
    assert hashes_after(database, change)["cijfers"] != before["cijfers"]


def test_the_hash_is_that_of_the_releases_there_are(tmp_path: Path) -> None:
    """Also where bytes, capitals and line breaks decide the order, of no rows at all, and beyond one batch of rows."""
    path = write(
        tmp_path / "teksten.duckdb",
        "create table teksten as select unnest(['b', 'B', 'é', 'e', 'a' || chr(10) || 'c', 'ab', '', null]) as tekst",
        "create table leeg (regio varchar)",
        "create table lang as select range as nr, 'GM' || range as regio from range(120_000)",
    )
    with duckdb.connect(str(path)) as connection:
        expected = {
            table: connection.execute(f"""
                select sha256(
                    (select string_agg(concat_ws(' ', column_name, data_type, comment), ',' order by column_index)
                     from duckdb_columns() where table_name = '{table}')
                    || chr(10) || coalesce(string_agg(rij, chr(10) order by rij), '')
                ) from (select cast(t as varchar) as rij from {table} as t)
            """).fetchall()[0][0]
            for table in ("teksten", "leeg", "lang")
        }
    assert table_hashes(path) == expected


def test_text_cannot_pass_for_another_row_or_column(tmp_path: Path) -> None:
    two_columns = write(tmp_path / "twee.duckdb", "create table t2 as select 'a' as naam, 'b' as code")
    one_text = write(tmp_path / "een.duckdb", "create table t2 as select 'a, code: b' as naam, '' as code")
    two_rows = write(tmp_path / "rijen.duckdb", "create table t3 as select unnest(['x', 'y']) as naam")
    one_row = write(tmp_path / "rij.duckdb", "create table t3 as select 'x}' || chr(10) || '{naam: y' as naam")
    assert table_hashes(two_columns) != table_hashes(one_text)
    assert table_hashes(two_rows) != table_hashes(one_row)


def test_an_empty_table_has_a_hash_of_its_own(database: Path) -> None:
    empty = hashes_after(database, "delete from cijfers")["cijfers"]
    assert len(empty) == 64
    assert hashes_after(database, "delete from cijfers", "alter table cijfers drop reden")["cijfers"] != empty


def test_a_table_more_or_less_is_seen_and_what_a_release_adds_is_not_signed(database: Path) -> None:
    assert table_hashes(database).keys() == {"cijfers"}
    assert hashes_after(database, "create table extra (x int)").keys() == {"cijfers", "extra"}
    added = [f"create table {name} (x int)" for name in APPENDED]
    assert hashes_after(database, *added) == table_hashes(database)
