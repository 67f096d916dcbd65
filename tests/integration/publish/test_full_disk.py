"""A disk that fills up while a release is written: the last release stays, a sentence says so, no half one is left."""

import errno
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipelines.publish.publisher import PublishError
from pipelines.releases.store import Release
from tests.support.published_builds import AuditedBuild, audited_now, build_of, published

pytestmark = pytest.mark.slow


def full(*_: Any, **__: Any) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.fixture(scope="module")
def house(small_built: AuditedBuild, tmp_path_factory: pytest.TempPathFactory) -> AuditedBuild:
    """A build whose release is current, in a warehouse that each step of the test below goes on with."""
    build = build_of(small_built, tmp_path_factory.mktemp("full") / "warehouse", "run")
    published(build)
    return build


@pytest.mark.parametrize(
    "step",
    [
        "publish.draft.shutil.copyfile",
        "publish.publisher.Draft.complete",
        "publish.files.write_tables",
        "publish.draft._write_json",
        "releases.store.sync_tree",
        "releases.store.Path.symlink_to",
    ],
)
def test_a_disk_that_fills_up_at_any_step_leaves_the_last_release(
    house: AuditedBuild, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    releases = house.warehouse.releases
    first = releases.current()
    assert first is not None
    with monkeypatch.context() as broken:
        broken.setattr(f"pipelines.{step}", full)
        with pytest.raises(PublishError, match=r"is full, so the release could not be written .* make room: build/"):
            published(audited_now(house))
    assert releases.current() == first
    assert not list(releases.root.glob(".*"))
    second = published(audited_now(house))
    assert second.release_id != first.release_id
    assert releases.current() == Release(second.folder.resolve())


@pytest.mark.parametrize(
    ("number", "where", "says"),
    [
        (
            errno.ENOSPC,
            "tijdelijk",
            "the disk is full at the folder for temporary files .*, or point TMPDIR at another one",
        ),
        (errno.EDQUOT, "tijdelijk", "the disk quota of user .* is used up at the folder for temporary files"),
        (errno.EROFS, "warehouse", "cannot be used: its file system is read-only"),
        (errno.EACCES, "warehouse", "cannot be used: user .* may not; give that user the right"),
        (errno.EIO, "warehouse", "cannot be used: the disk failed to read or write it"),
        (errno.EMFILE, "warehouse", "cannot be used: this process has all .* files open that it may"),
    ],
)
def test_another_cause_or_another_disk_is_not_told_as_a_full_warehouse(
    small_built: AuditedBuild, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, where: str, says: str
) -> None:
    workspace = build_of(small_built, tmp_path / "warehouse", "run")
    monkeypatch.setenv("MONITOR_WAREHOUSE", str(workspace.warehouse.folder))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tijdelijk"))
    path = tmp_path / where / "x"

    def fail(*_: Any, **__: Any) -> None:
        raise OSError(number, os.strerror(number), str(path))

    monkeypatch.setattr("pipelines.publish.files.write_tables", fail)
    with pytest.raises(PublishError, match=rf"^The release could not be written, .*: {path} .*{says}") as refused:
        published(workspace)
    assert "make room: build/" not in str(refused.value)


@pytest.fixture
def small_disk(small_built: AuditedBuild, tmp_path: Path) -> Iterator[Path]:
    """A file system with room for one release and a half, where this user may mount one."""
    folder = tmp_path / "schijf"
    folder.mkdir()
    released = published(build_of(small_built, tmp_path / "maat", "run")).folder
    size = sum(path.stat().st_size for path in released.rglob("*")) * 3 // 2
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    if os.geteuid() != 0 or shutil.which("mount") is None or subprocess.run(mount, check=False).returncode != 0:
        pytest.skip("this user may not mount a file system")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_disk_that_is_really_full_leaves_the_last_release(
    small_built: AuditedBuild, small_disk: Path, tmp_path: Path
) -> None:
    workspace = build_of(small_built, tmp_path / "warehouse", "run")
    (workspace.warehouse.folder / "releases").symlink_to(small_disk)
    first = published(workspace)
    content = first.database.read_bytes()
    with pytest.raises(PublishError, match=r"is full, so the release could not be written"):
        published(audited_now(workspace))
    assert [path.name for path in small_disk.iterdir()] == [first.release_id]
    assert (workspace.warehouse.folder / "monitor.duckdb").read_bytes() == content
