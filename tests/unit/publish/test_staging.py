"""The files of the data tables, made before there is a verdict, are taken over whole and of that very build, or not."""

import errno
import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from threading import Event, Timer
from typing import Any

import duckdb
import pytest

from pipelines.build.workspace import Workspace
from pipelines.common.files import sha256_of
from pipelines.publish.files.staging import TableStaging
from pipelines.publish.files.tables import write_tables
from pipelines.releases.reader import ReleaseReader, open_database
from tests.support.made_up_releases import release_to_export

THREAD = "tables"
WRITER = "pipelines.publish.files.staging.write_tables"


@pytest.fixture
def build(tmp_path: Path) -> Workspace:
    workspace = Workspace(tmp_path, "run")
    release_to_export(workspace.folder)
    return workspace


@pytest.fixture
def draft(tmp_path: Path, build: Workspace) -> Path:
    """A release in the making, with the database as it was built."""
    folder = tmp_path / "draft"
    folder.mkdir()
    shutil.copy(build.database, folder)
    return folder


def taken(build: Workspace, draft: Path) -> dict[str, str]:
    return TableStaging(build).take(draft / "monitor.duckdb", draft)


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def left(build: Workspace) -> set[str]:
    return {path.name for path in build.folder.iterdir()} - {"monitor.duckdb", ".tabellen.lock"}


def test_they_are_those_that_publishing_would_write_and_lie_in_the_release(
    build: Workspace, draft: Path, tmp_path: Path
) -> None:
    TableStaging(build).start()
    hashes = taken(build, draft)
    expected = tmp_path / "expected"
    expected.mkdir()
    with open_database(build.database) as release:
        write_tables(release, release.tables, expected)
    assert {name: content for name, content in files(draft).items() if name != "monitor.duckdb"} == files(expected)
    assert hashes == {name: sha256_of(draft / name) for name in files(expected)}
    assert len(hashes) > 20
    assert left(build) == set()


def test_nothing_is_taken_where_nothing_was_begun_or_twice(build: Workspace, draft: Path) -> None:
    assert taken(build, draft) == {}
    assert [path.name for path in build.folder.iterdir()] == ["monitor.duckdb"]
    TableStaging(build).start()
    assert taken(build, draft) != {}
    shutil.rmtree(draft / "csv")
    assert taken(build, draft) == {}
    assert not (draft / "csv").exists()


def another_database(build: Workspace, draft: Path) -> None:
    with duckdb.connect(str(draft / "monitor.duckdb")) as connection:
        connection.execute("update dim_gemeente set naam = 'Elders' where gm_code = 'GM0014'")


def a_changed_file(build: Workspace, draft: Path) -> None:
    with (build.folder / "tabellen" / "csv" / "soorten.csv").open("a", encoding="utf-8") as file:
        file.write("erbij;;;;;;;\r\n")


def a_lost_file(build: Workspace, draft: Path) -> None:
    (build.folder / "tabellen" / "parquet" / "soorten.parquet").unlink()


def no_note(build: Workspace, draft: Path) -> None:
    """As a process leaves it that was killed before it was done."""
    (build.folder / "tabellen" / "gereed.json").unlink()


def half_a_note(build: Workspace, draft: Path) -> None:
    (build.folder / "tabellen" / "gereed.json").write_text('{"database": "', encoding="utf-8")


@pytest.mark.parametrize("spoil", [another_database, a_changed_file, a_lost_file, no_note, half_a_note])
def test_what_is_not_whole_and_of_this_build_is_thrown_away(
    build: Workspace, draft: Path, spoil: Callable[[Workspace, Path], None]
) -> None:
    TableStaging(build).start()
    finished()
    assert left(build) == {"tabellen"}
    spoil(build, draft)
    assert taken(build, draft) == {}
    assert [path.name for path in draft.iterdir()] == ["monitor.duckdb"]
    assert left(build) == set()
    TableStaging(build).start()
    shutil.copy(build.database, draft)
    assert taken(build, draft) != {}


def finished() -> None:
    """Wait until what was started is done."""
    for thread in threading.enumerate():
        if thread.name == THREAD:
            thread.join(60)


def test_a_disk_that_is_full_is_told_by_publishing_and_not_here(
    build: Workspace, draft: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(WRITER, full)
    TableStaging(build).start()
    assert taken(build, draft) == {}
    assert left(build) == set()


class Slow:
    """A writer that waits before each table until it is let go."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.begun, self.go = Event(), Event()

    def __call__(self, release: ReleaseReader, tables: list[str], folder: Path) -> None:
        self.asked += tables
        self.begun.set()
        assert self.go.wait(60)
        write_tables(release, tables, folder)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Slow:
    writer = Slow()
    monkeypatch.setattr(WRITER, writer)
    return writer


def test_who_publishes_waits_for_them_and_a_second_start_changes_nothing(
    build: Workspace, draft: Path, slow: Slow
) -> None:
    for _ in range(2):
        TableStaging(build).start()
        assert slow.begun.wait(60)
    Timer(0.3, slow.go.set).start()
    assert taken(build, draft) != {}
    assert len(slow.asked) == len(set(slow.asked))


def test_a_refused_build_keeps_none_and_the_rest_is_not_written(build: Workspace, draft: Path, slow: Slow) -> None:
    staging = TableStaging(build)
    staging.start()
    assert slow.begun.wait(60)
    Timer(0.3, slow.go.set).start()
    staging.discard()
    assert len(slow.asked) == 1
    assert left(build) == set()
    assert taken(build, draft) == {}
    staging.discard()
    staging.start()
    assert taken(build, draft) != {}
