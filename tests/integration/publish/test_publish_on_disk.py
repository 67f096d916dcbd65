"""Releases as files: readers keep what they opened, the warehouse can be moved, and old releases go."""

import shutil
import subprocess
import sys
from pathlib import Path
from threading import Event, Thread

import duckdb
import pytest

from pipelines.releases.store import SWAP_LOCK, Release, Releases
from tests.support.published_builds import AuditedBuild, build_of, published

ZWOLLE = "indicator_id = 'jeugdzorg_jongeren' and regio_code = 'GM0193'"
REVISED = f"update fct_indicator set waarde = 3695 where {ZWOLLE}"


def query_elsewhere(database: Path, sql: str) -> str:
    """What another process reads at this path."""
    script = "import duckdb, sys; print(duckdb.connect(sys.argv[1], read_only=True).execute(sys.argv[2]).fetchall())"
    command = [sys.executable, "-c", script, str(database), sql]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse of this module, in which ``first`` and ``second`` are published."""
    return tmp_path_factory.mktemp("publish") / "warehouse"


@pytest.fixture(scope="module")
def first(small_built: AuditedBuild, house: Path) -> Release:
    return published(build_of(small_built, house, "eerste"))


@pytest.fixture(scope="module")
def second(small_built: AuditedBuild, house: Path, first: Release) -> Release:
    return published(build_of(small_built, house, "tweede", REVISED))


def test_a_reader_keeps_the_file_it_opened_and_a_new_process_sees_the_new_one(
    small_built: AuditedBuild, tmp_path: Path
) -> None:
    figure = f"select waarde from fct_indicator where {ZWOLLE}"
    published(build_of(small_built, tmp_path, "oud"))
    link = Releases(tmp_path).link
    with duckdb.connect(str(link), read_only=True) as reader:
        assert reader.execute(figure).fetchall() == [(3610.0,)]
        published(build_of(small_built, tmp_path, "nieuw", REVISED))
        assert reader.execute(figure).fetchall() == [(3610.0,)]
        assert query_elsewhere(link, figure) == "[(3695.0,)]"
    assert {path.name for path in tmp_path.iterdir()} == {"build", "releases", "monitor.duckdb", "huidig", SWAP_LOCK}


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


def test_one_link_moves_the_database_and_the_files_beside_it(house: Path, first: Release, second: Release) -> None:
    releases = Releases(house)
    for release in (first, second):
        releases.point_at(release)
        assert releases.link.readlink() == Path("huidig") / "monitor.duckdb"
        assert releases.current_folder.readlink() == Path("releases") / release.release_id
        assert releases.link.resolve() == release.database.resolve()


def test_a_warehouse_from_before_there_was_a_current_folder_moves_along(house: Path, first: Release) -> None:
    releases = Releases(house)
    releases.point_at(first)
    releases.link.unlink()
    releases.link.symlink_to(first.database.relative_to(house))
    releases.current_folder.unlink()
    assert releases.current() == first
    releases.point_at(first)
    assert releases.link.readlink() == Path("huidig") / "monitor.duckdb"
    assert releases.current() == first


def test_a_moved_warehouse_still_works(small_built: AuditedBuild, tmp_path: Path) -> None:
    release = published(build_of(small_built, tmp_path / "hier", "een"))
    (tmp_path / "hier").rename(tmp_path / "daar")
    link = Releases(tmp_path / "daar").link
    assert not link.readlink().is_absolute()
    assert not Releases(tmp_path / "daar").current_folder.readlink().is_absolute()
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


def test_the_tables_of_a_file_that_is_byte_for_byte_what_was_audited_are_not_hashed_again(
    small_built: AuditedBuild, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build = build_of(small_built, tmp_path, "gelijk")
    assert build.database.read_bytes() == small_built.database.read_bytes()
    asked: list[Path] = []
    monkeypatch.setattr("pipelines.publish.gate.table_hashes", asked.append)
    published(build)
    assert asked == []


def test_publishing_prunes(small_built: AuditedBuild, tmp_path: Path) -> None:
    published(build_of(small_built, tmp_path, "een"))
    last = published(build_of(small_built, tmp_path, "twee", REVISED), keep=1)
    assert [release.release_id for release in Releases(tmp_path).all()] == [last.release_id]
