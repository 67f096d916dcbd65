"""The publisher publishes exactly what was audited, in one step that readers never see half of, or nothing at all."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread
from typing import Any

import duckdb
import pytest

from pipelines.release import dbt
from pipelines.release.content import APPENDED, table_hashes
from pipelines.release.publish import PublishError, publish
from pipelines.release.releases import Release, Releases
from pipelines.release.workspace import Workspace
from tests.audited_build import audited_now

AALTEN = "indicator_id = 'bijstand_personen' and regio_code = 'GM0197' and jaar = 2021 and indeling = 'origineel'"
# What CBS may do to a figure: revise it, change its status, withdraw it; and a figure of the other division.
ALTERATIONS = (
    f"update fct_indicator set waarde = 300 where {AALTEN}",
    f"update fct_indicator set status = 'voorlopig' where {AALTEN.replace('GM0197', 'GM0363')}",
    f"update fct_indicator set waarde = null, reden_ontbreekt = 'niet_geleverd' where {AALTEN.replace('2021', '2020')}",
    f"update fct_indicator set waarde = 301 where {AALTEN.replace('origineel', 'actueel')}",
)
# DuckDB's file header: 8 bytes of checksum, "DUCK", then the storage version; 64 is what 1.0 to 1.1 can read.
MAGIC, VERSION, OLDEST_STORAGE = slice(8, 12), slice(12, 20), 64


def build_of(built: Workspace, warehouse: Path, run_id: str, *statements: str) -> Workspace:
    """The audited build in another warehouse; ``statements``, if any, count as done before it was audited."""
    workspace = Workspace(warehouse, run_id)
    workspace.folder.mkdir(parents=True)
    for name in ("monitor.duckdb", "inputs.json", "audit.json"):
        shutil.copyfile(built.folder / name, workspace.folder / name)
    if statements:
        execute(workspace.database, *statements)
    return audited_now(workspace)


def execute(database: Path, *statements: str) -> None:
    with duckdb.connect(str(database)) as connection:
        for statement in statements:
            connection.execute(statement)


def query(database: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def query_elsewhere(database: Path, sql: str) -> str:
    """What another process reads at this path."""
    script = "import duckdb, sys; print(duckdb.connect(sys.argv[1], read_only=True).execute(sys.argv[2]).fetchall())"
    command = [sys.executable, "-c", script, str(database), sql]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def published(workspace: Workspace, keep: int = 10) -> Release:
    return publish(workspace, keep, dbt.manifest_path())


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse of this module, in which ``first`` and ``second`` are published."""
    return tmp_path_factory.mktemp("publish") / "warehouse"


@pytest.fixture(scope="module")
def first(built: Workspace, house: Path) -> Release:
    return published(build_of(built, house, "eerste"))


@pytest.fixture(scope="module")
def second(built: Workspace, house: Path, first: Release) -> Release:
    return published(build_of(built, house, "tweede", *ALTERATIONS))


# --- refusing --------------------------------------------------------------------------------------------------------


def drop_audit(workspace: Workspace) -> None:
    (workspace.folder / "audit.json").unlink()


def fail_audit(workspace: Workspace) -> None:
    signed = workspace.read("audit")
    check = next(c for c in signed["controles"] if c["controle"] == "fct_indicator.percentage_hooguit_100")
    check.update(geslaagd=False, gevonden="1 rij, bijvoorbeeld 512,5")
    workspace.write("audit", signed | {"geslaagd": False})


def alter_a_figure(workspace: Workspace) -> None:
    execute(workspace.database, f"update fct_indicator set waarde = waarde + 10 where {AALTEN}")


def add_a_table(workspace: Workspace) -> None:
    execute(workspace.database, "create table stiekem as select 1 as x")


def drop_a_table(workspace: Workspace) -> None:
    execute(workspace.database, "drop table dim_periode")


def audit_before_that_release(workspace: Workspace) -> None:
    workspace.write("audit", workspace.read("audit") | {"vorige": None})


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (drop_audit, "Refused: build afgekeurd has no audit. Run the audit step, then publish again."),
        (
            fail_audit,
            "percentage_hooguit_100 (column waarde): expected tussen 0 en 100; found 1 rij, bijvoorbeeld 512,5",
        ),
        (alter_a_figure, "Refused: fct_indicator in monitor.duckdb of build afgekeurd is not what was audited."),
        (add_a_table, "Refused: stiekem in monitor.duckdb of build afgekeurd is not what was audited."),
        (drop_a_table, "Refused: dim_periode in monitor.duckdb of build afgekeurd is not what was audited."),
        (audit_before_that_release, "Refused: build afgekeurd was compared with no release, and analysts read 20"),
    ],
)
def test_what_was_not_audited_is_refused_and_leaves_everything_as_it_was(
    built: Workspace, house: Path, second: Release, tmp_path: Path, spoil: Callable[[Workspace], None], sentence: str
) -> None:
    spoiled = build_of(built, tmp_path, "afgekeurd")
    spoil(spoiled)
    # Same folder of releases as the good ones, so that there is something to spoil.
    target = house / "build" / "afgekeurd"
    shutil.move(spoiled.folder, target)
    before = {path: path.stat().st_mtime_ns for path in sorted((house / "releases").rglob("*"))}
    link = Releases(house).link.readlink()
    try:
        with pytest.raises(PublishError) as refusal:
            published(Workspace(house, "afgekeurd"))
    finally:
        shutil.rmtree(target)
    assert sentence in str(refusal.value)
    assert {path: path.stat().st_mtime_ns for path in sorted((house / "releases").rglob("*"))} == before
    assert Releases(house).link.readlink() == link


# --- publishing ------------------------------------------------------------------------------------------------------


def test_what_is_published_holds_the_audited_tables_and_those_about_the_release(
    built: Workspace, first: Release
) -> None:
    signed = built.read("audit")
    assert table_hashes(first.database) == signed["tabellen"] == first.manifest["tabellen"]
    names = {name for (name,) in query(first.database, "select table_name from duckdb_tables()")}
    assert names == {*signed["tabellen"], *APPENDED}
    assert query(first.database, "select release_id, bron from release") == [(first.release_id, "opname")]
    assert query(first.database, "select count(*) from duckdb_views() where not internal") == [(0,)]


def test_publishing_leaves_the_build_as_it_was_audited(house: Path, first: Release) -> None:
    build = Workspace(house, "eerste").database
    names = {name for (name,) in query(build, "select table_name from duckdb_tables()")}
    assert names.isdisjoint(APPENDED)
    assert not build.samefile(first.database)


def test_every_check_stands_in_kwaliteit_also_those_that_passed(built: Workspace, first: Release) -> None:
    checks = built.read("audit")["controles"]
    fields = ("controle", "tabel", "kolom", "ernst", "drempel", "reden", "gevonden", "geslaagd")
    found = query(first.database, f"select {', '.join(fields)} from kwaliteit")
    assert sorted(found, key=str) == sorted((tuple(check[field] for field in fields) for check in checks), key=str)
    assert json.loads((first.folder / "kwaliteit.json").read_text(encoding="utf-8")) == checks
    assert len(checks) > 100


def test_every_table_and_column_is_described(first: Release) -> None:
    assert query(first.database, "select table_name from duckdb_tables() where coalesce(comment, '') = ''") == []
    assert (
        query(
            first.database,
            "select table_name, column_name from duckdb_columns() where coalesce(comment, '') = '' and not internal",
        )
        == []
    )


def test_the_dictionary_holds_every_column_exactly_once(first: Release) -> None:
    columns = query(
        first.database, "select table_name, column_name, data_type from information_schema.columns order by all"
    )
    assert query(first.database, "select tabel, kolom, type from dictionary order by all") == columns
    assert len(columns) > 100
    keys = "select kolom from dictionary where tabel = 'dim_reeksbreuk' and sleutel order by 1"
    assert query(first.database, keys) == [("indicator_id",), ("jaar",), ("soort",)]
    units = "select eenheid from dictionary where tabel = 'mart_gemeente_jaar' and kolom = 'lasten_jeugd'"
    assert query(first.database, units) == query(
        first.database, "select eenheid from dim_indicator where indicator_id = 'lasten_jeugd'"
    )


def test_files_are_read_only_and_open_in_old_drivers(first: Release) -> None:
    assert {path.stat().st_mode & 0o777 for path in first.folder.iterdir()} == {0o444}
    header = first.database.read_bytes()[:20]
    assert header[MAGIC] == b"DUCK"
    assert int.from_bytes(header[VERSION], "little") == OLDEST_STORAGE


def test_revisies_lists_exactly_the_cells_that_changed(first: Release, second: Release) -> None:
    assert query(first.database, "select count(*) from revisies") == [(0,)]
    columns = (
        "indicator_id, regio_code, jaar, indeling, oude_waarde, nieuwe_waarde, oude_status, nieuwe_status, nieuwe_reden"
    )
    assert query(second.database, f"select {columns} from revisies order by jaar, regio_code, indeling") == [
        ("bijstand_personen", "GM0197", 2020, "origineel", 290.0, None, "onbekend", "onbekend", "niet_geleverd"),
        ("bijstand_personen", "GM0197", 2021, "actueel", 290.0, 301.0, "onbekend", "onbekend", None),
        ("bijstand_personen", "GM0197", 2021, "origineel", 290.0, 300.0, "onbekend", "onbekend", None),
        ("bijstand_personen", "GM0363", 2021, "origineel", 37830.0, 37830.0, "onbekend", "voorlopig", None),
    ]
    assert query(second.database, "select distinct release from revisies") == [(second.release_id,)]


def test_revisies_leaves_out_actueel_when_the_division_itself_changed(built: Workspace, tmp_path: Path) -> None:
    previous = published(build_of(built, tmp_path, "vorig"))
    previous.database.chmod(0o644)
    execute(previous.database, "update release set indeling_jaar = indeling_jaar - 1")
    after = published(build_of(built, tmp_path, "nieuw", *ALTERATIONS))
    assert query(after.database, "select indeling, count(*) from revisies group by 1") == [("origineel", 3)]


# --- readers ---------------------------------------------------------------------------------------------------------


def test_a_reader_keeps_the_file_it_opened_and_a_new_process_sees_the_new_one(built: Workspace, tmp_path: Path) -> None:
    figure = f"select waarde from fct_indicator where {AALTEN}"
    published(build_of(built, tmp_path, "oud"))
    link = Releases(tmp_path).link
    with duckdb.connect(str(link), read_only=True) as reader:
        assert reader.execute(figure).fetchall() == [(290.0,)]
        published(build_of(built, tmp_path, "nieuw", *ALTERATIONS))
        assert reader.execute(figure).fetchall() == [(290.0,)]
        assert query_elsewhere(link, figure) == "[(300.0,)]"
    assert {path.name for path in tmp_path.iterdir()} == {"build", "releases", "monitor.duckdb"}


def test_there_is_a_file_to_open_at_every_moment_of_a_swap(house: Path, first: Release, second: Release) -> None:
    releases = Releases(house)
    seen: set[Path] = set()
    missing: list[OSError] = []
    stop = Event()

    def open_again_and_again() -> None:
        while not stop.is_set():
            try:
                seen.add(releases.link.resolve(strict=True))
            except OSError as error:
                missing.append(error)

    reader = Thread(target=open_again_and_again)
    reader.start()
    for _ in range(100):
        releases.point_at(first)
        releases.point_at(second)
    stop.set()
    reader.join()
    assert missing == []
    assert seen == {first.database.resolve(), second.database.resolve()}


def test_a_moved_warehouse_still_works(built: Workspace, tmp_path: Path) -> None:
    release = published(build_of(built, tmp_path / "hier", "een"))
    (tmp_path / "hier").rename(tmp_path / "daar")
    link = Releases(tmp_path / "daar").link
    assert not link.readlink().is_absolute()
    assert query_elsewhere(link, "select release_id from release") == f"[('{release.release_id}',)]"


def test_the_newest_releases_stay_and_the_current_one_always(house: Path, second: Release, tmp_path: Path) -> None:
    root = tmp_path / "releases"
    for day in range(1, 6):
        shutil.copytree(second.folder, root / f"2026010{day}T030000Z-{second.release_id[-8:]}")
    releases = Releases(tmp_path)
    oldest = releases.all()[-1]
    releases.point_at(oldest)
    (root / ".draft-20260106T030000Z").mkdir()
    removed = releases.prune(2)
    assert [release_id[:8] for release_id in removed] == ["20260103", "20260102"]
    assert [release.release_id[:8] for release in releases.all()] == ["20260105", "20260104", "20260101"]
    current = releases.current()
    assert current is not None
    assert current.release_id == oldest.release_id
    assert len(list(root.iterdir())) == 3


def test_publishing_prunes(built: Workspace, tmp_path: Path) -> None:
    published(build_of(built, tmp_path, "een"))
    last = published(build_of(built, tmp_path, "twee", *ALTERATIONS), keep=1)
    assert [release.release_id for release in Releases(tmp_path).all()] == [last.release_id]
