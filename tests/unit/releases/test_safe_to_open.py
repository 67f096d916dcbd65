"""What may not lie in a release: anything that would run, reach outside or be unreadable for the one who opens it."""

import struct
from pathlib import Path

import duckdb
import pytest

from pipelines.releases.safety import unsafe_to_open
from pipelines.releases.store import Release, Releases
from pipelines.releases.verification import verify_release
from tests.support.made_up_releases import stored_release

PLAIN = (
    """create table cijfers (gm_code varchar not null, jaar smallint, waarde double, telt boolean, dag date,
        gemaakt timestamp, soort enum('land', 'gemeente'), bedrag decimal(9, 2), primary key (gm_code, jaar))""",
    "insert into cijfers (gm_code, jaar, waarde) values ('GM0363', 2022, 1.5)",
    "comment on table cijfers is 'Cijfers'",
    "comment on column cijfers.waarde is 'Het cijfer'",
)
PLANTED = {
    "create view spiekbriefje as select * from read_csv('/etc/passwd')": "holds views (spiekbriefje)",
    "create macro som(x) as x + 1": "holds macros (som)",
    "create macro lees(pad) as table select * from read_text(pad)": "holds macros (lees)",
    "create macro duckdb_functions() as table select null as function_name limit 0": "holds macros (duckdb_functions)",
    "create schema elders": "holds schemas beside main (elders)",
    "create sequence teller": "holds sequences (teller)",
    "create type kleur as enum ('rood')": "holds types of its own (kleur)",
    "create index op_jaar on cijfers (jaar)": "holds indexes (op_jaar)",
    "create table t (i integer default random())": "holds columns with a default or a formula (t.i)",
    "create table t (i integer, j varchar as (getvariable('x')))": "holds columns with a default or a formula (t.j)",
    "create table t (i integer[])": "has columns of a type that not every tool reads (t.i INTEGER[])",
    "create table t (i struct(a integer))": "has columns of a type that not every tool reads (t.i STRUCT(a INTEGER))",
    "create table t (i json)": "has columns of a type that not every tool reads (t.i JSON)",
}


def database(folder: Path, *statements: str, storage: str = "v1.0.0") -> Path:
    """A file of its own with these statements done in it."""
    path = folder / "monitor.duckdb"
    with duckdb.connect() as connection:
        connection.execute(f"attach '{path}' as monitor (storage_version '{storage}')")
        connection.execute("use monitor")
        for statement in statements:
            connection.execute(statement)
        connection.execute("use memory")
        connection.execute("detach monitor")
    return path


def test_plain_tables_with_keys_and_comments_are_safe(tmp_path: Path) -> None:
    assert unsafe_to_open(database(tmp_path, *PLAIN)) == []


@pytest.mark.parametrize("statement", PLANTED)
def test_anything_but_a_plain_table_is_named(tmp_path: Path, statement: str) -> None:
    (problem,) = unsafe_to_open(database(tmp_path, *PLAIN, statement))
    assert problem.startswith(f"monitor.duckdb {PLANTED[statement]}")


@pytest.mark.parametrize("storage", ["v1.2.0", "latest"])
def test_a_format_that_older_drivers_cannot_open_is_told(tmp_path: Path, storage: str) -> None:
    (problem,) = unsafe_to_open(database(tmp_path, *PLAIN, storage=storage))
    assert problem.startswith("monitor.duckdb has storage format 6")
    assert problem.endswith("which older drivers cannot open (expected 64: STORAGE_VERSION 'v1.0.0')")


def test_changes_that_wait_beside_the_file_are_told(tmp_path: Path) -> None:
    path = database(tmp_path, *PLAIN)
    with duckdb.connect(str(path)) as connection:
        connection.execute("pragma disable_checkpoint_on_shutdown")
        connection.execute("update cijfers set waarde = 2")
    (problem,) = unsafe_to_open(path)
    assert problem == "monitor.duckdb.wal lies beside it, and every reader would apply it"


def test_a_file_of_another_kind_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "monitor.duckdb"
    path.write_bytes(struct.pack("<8x4s", b"PAR1"))
    with pytest.raises(duckdb.Error):
        unsafe_to_open(path)


def test_verify_tells_what_is_not_safe_in_a_release(tmp_path: Path) -> None:
    release: Release = stored_release(tmp_path, 1, "a", "create view alles as from dim_regio")
    assert verify_release(Releases(tmp_path), release, thorough=False) == []
    safe = [
        problem for problem in verify_release(Releases(tmp_path), release) if "not what the audit signed" not in problem
    ]
    assert [problem.removeprefix(f"Release {release.release_id}: ").split(";")[0] for problem in safe] == [
        "monitor.duckdb holds views (alles), where only plain tables belong",
    ]
