"""A release has the rights that are promised whatever the umask of who publishes it, and so have the ways to it."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipelines.common.readers import EVERYBODY, Readers, RightsError
from pipelines.releases.rights import wrong_rights
from pipelines.releases.store import PublishError, Release
from pipelines.releases.verification import verify_current
from pipelines.releases.warehouse import Warehouse
from tests.support.place import Place
from tests.support.published_builds import AuditedBuild, build_of, published

GROUP = Readers(os.getegid(), str(os.getegid()))
UMASKS = (0o000, 0o002, 0o027, 0o077)


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def published_with(built: AuditedBuild, house: Path, mask: int, readers: Readers) -> Release:
    with umask(mask):
        build = build_of(built, house, "nacht")
        build.warehouse = Warehouse(house, readers)
        return published(build)


def modes(folder: Path) -> set[tuple[bool, int, int]]:
    """Whether it is a folder, its rights and its group, of a folder and all in it."""
    found = [path.stat() for path in (folder, *folder.rglob("*")) if not path.is_symlink()]
    return {(stat.S_ISDIR(each.st_mode), stat.S_IMODE(each.st_mode), each.st_gid) for each in found}


@pytest.mark.parametrize("mask", UMASKS, ids=oct)
@pytest.mark.parametrize(("readers", "of_folders", "of_files"), [(EVERYBODY, 0o755, 0o444), (GROUP, 0o750, 0o440)])
def test_the_umask_of_who_publishes_does_not_matter(
    small_built: AuditedBuild, tmp_path: Path, mask: int, readers: Readers, of_folders: int, of_files: int
) -> None:
    house = tmp_path / "warehouse"
    release = published_with(small_built, house, mask, readers)
    assert modes(release.folder) == {(True, of_folders, os.getegid()), (False, of_files, os.getegid())}
    assert [stat.S_IMODE(path.stat().st_mode) for path in (house, house / "releases")] == [of_folders] * 2
    releases = Warehouse(house, readers).releases
    assert (verify_current(releases), wrong_rights(releases, releases.all())) == ([], [])


def test_rights_that_cannot_be_set_stop_a_release_and_leave_nothing(
    small_built: AuditedBuild, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: object) -> None:
        raise RightsError("the rights of x could not be set to those of group y that readers need (not permitted)")

    monkeypatch.setattr(Readers, "give", refuse)
    with pytest.raises(PublishError, match="and the last one stands: the rights of x could not be set"):
        published_with(small_built, tmp_path, 0o022, GROUP)
    assert [path for path in (tmp_path / "releases").iterdir() if not path.name.startswith(".")] == []


@pytest.mark.slow
def test_a_refresh_with_a_narrow_umask_makes_what_readers_may_enter_and_nobody_else_may_write(
    miniature: Place, tmp_path: Path
) -> None:
    house = tmp_path / "een" / "twee" / "warehouse"
    with umask(0o077):
        done = miniature.with_warehouse(house).run_anew("refresh", DAGSTER_HOME=str(house / "dagster"))
    assert done.returncode == 0, done.stdout
    assert [stat.S_IMODE(path.stat().st_mode) for path in (house.parents[1], house.parent, house)] == [0o755] * 3
    found = [path for path in house.rglob("*") if not path.is_symlink()]
    assert [path for path in found if path.stat().st_mode & 0o022] == []
    assert miniature.with_warehouse(house).run("health").returncode == 0
