"""A refresh asks for room before it starts, and says how much lacks and what can go."""

import errno
import shutil
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from pipelines.common.settings import Settings
from pipelines.refresh import Refresh
from pipelines.releases.upkeep import (
    DATABASE_FACTOR,
    FOLDER_FACTOR,
    MINIMUM_BYTES,
    MINIMUM_LIVE_BYTES,
    DiskError,
    is_full,
    needed_bytes,
    require_space,
)
from pipelines.releases.warehouse import Warehouse
from pipelines.snapshots.store import SnapshotStore
from tests.support.aged_snapshots import make_snapshot

MEGABYTE = 1024**2


def disk(monkeypatch: pytest.MonkeyPatch, free: int) -> None:
    usage = shutil._ntuple_diskusage(10**12, 10**12 - free, free)
    monkeypatch.setattr("pipelines.releases.upkeep.shutil.disk_usage", lambda _: usage)


def released(warehouse: Path, size: int) -> None:
    folder = warehouse / "releases" / "20260101-a"
    folder.mkdir(parents=True)
    with (folder / "monitor.duckdb").open("wb") as file:
        file.truncate(size)
    (warehouse / "monitor.duckdb").symlink_to("releases/20260101-a/monitor.duckdb")


def test_the_first_refresh_needs_the_minimum(tmp_path: Path) -> None:
    assert needed_bytes(Warehouse(tmp_path)) == MINIMUM_BYTES


def test_a_later_one_needs_a_multiple_of_the_database_and_of_all_that_is_made_of_it(tmp_path: Path) -> None:
    released(tmp_path, 300 * MEGABYTE)
    assert needed_bytes(Warehouse(tmp_path)) == (DATABASE_FACTOR + FOLDER_FACTOR) * 300 * MEGABYTE
    with (tmp_path / "releases" / "20260101-a" / "tabel.csv").open("wb") as file:
        file.truncate(1000 * MEGABYTE)
    assert needed_bytes(Warehouse(tmp_path)) == DATABASE_FACTOR * 300 * MEGABYTE + FOLDER_FACTOR * 1300 * MEGABYTE


def test_a_first_night_at_the_live_service_needs_more_also_beside_a_release_of_the_recording(tmp_path: Path) -> None:
    assert needed_bytes(Warehouse(tmp_path, is_live=True)) == MINIMUM_LIVE_BYTES > 2 * MINIMUM_BYTES
    released(tmp_path, MEGABYTE)
    make_snapshot(tmp_path, "85335NED", datetime.now(UTC))
    assert needed_bytes(Warehouse(tmp_path)) == MINIMUM_BYTES
    assert needed_bytes(Warehouse(tmp_path, is_live=True)) == MINIMUM_LIVE_BYTES


def test_every_table_may_come_anew(tmp_path: Path) -> None:
    released(tmp_path, 300 * MEGABYTE)
    cells = tmp_path / "observations" / "85335NED" / "versie" / "cellen"
    cells.mkdir(parents=True)
    before = needed_bytes(Warehouse(tmp_path))
    make_snapshot(tmp_path, "85335NED", datetime.now(UTC))
    snapshot = SnapshotStore(tmp_path).current("85335NED")
    assert snapshot is not None
    (cells / "part-00000.parquet").write_bytes(b"x" * 1000)
    assert needed_bytes(Warehouse(tmp_path)) == before + 1000 + snapshot.record.bytes


def test_enough_room_is_no_word_and_too_little_a_sentence_with_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk(monkeypatch, MINIMUM_BYTES)
    require_space(Warehouse(tmp_path))
    disk(monkeypatch, MINIMUM_BYTES - 1)
    (tmp_path / "build").mkdir()
    (tmp_path / "build" / "x").write_bytes(b"x" * 3 * MEGABYTE)
    with pytest.raises(DiskError) as refused:
        require_space(Warehouse(tmp_path))
    said = str(refused.value)
    assert said.startswith(
        f"The disk of {tmp_path} has 499 MB free, a refresh may need 500 MB; make room: build/ (3 MB)"
    )
    assert "MONITOR_KEEP_RELEASES" in said


def test_a_refresh_without_room_does_not_start_and_gives_the_lock_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(monitor_warehouse=tmp_path)
    disk(monkeypatch, 0)
    with pytest.raises(DiskError):
        Refresh(settings, "een", wait=0).__enter__()
    assert not (tmp_path / "build").exists()
    disk(monkeypatch, 10**12)
    with Refresh(settings, "twee", wait=0):
        assert (tmp_path / "build" / "twee" / ".running").exists()
    assert not (tmp_path / "build" / "twee" / ".running").exists()


def test_a_full_disk_is_recognised_whoever_says_so() -> None:
    assert is_full(OSError(errno.ENOSPC, "No space left on device"))
    assert is_full(OSError(errno.EDQUOT, "Disk quota exceeded"))
    assert is_full(duckdb.IOException('IO Error: Could not write file "x": No space left on device'))
    assert not is_full(OSError(errno.ENOENT, "No such file or directory"))
