"""What two releases have alike lies once on the disk, and neither is less of a release for it."""

import os
import shutil
from pathlib import Path

import pytest

from pipelines.common.readers import EVERYBODY
from pipelines.releases.rights import wrong_rights
from pipelines.releases.shared_files import share_equal_files
from pipelines.releases.store import Release
from pipelines.releases.upkeep import size_of
from pipelines.releases.verification import verify_all
from pipelines.releases.warehouse import Warehouse
from tests.support.published_builds import ALTERATIONS, AuditedBuild, build_of, published

# Each publishes twice.
pytestmark = pytest.mark.slow

# Of a table that is as it was, and of one in which a figure changed.
SAME, CHANGED = "csv/dim_indicator.csv", "csv/fct_indicator.csv"


@pytest.fixture
def first(small_built: AuditedBuild, tmp_path: Path) -> Release:
    return published(build_of(small_built, tmp_path, "een"))


def second(small_built: AuditedBuild, first: Release) -> Release:
    return published(build_of(small_built, first.folder.parents[1], "twee", ALTERATIONS[0]))


def names_of_one_file(one: Release, other: Release) -> set[str]:
    names = (path.relative_to(one.folder) for path in one.folder.rglob("*") if path.is_file())
    return {str(name) for name in names if (one.folder / name).samefile(other.folder / name)}


def in_order(release: Release) -> bool:
    releases = Warehouse(release.folder.parents[1]).releases
    return (verify_all(releases), wrong_rights(releases, releases.all())) == ([], [])


def test_what_is_equal_is_one_file_and_nothing_else_is(small_built: AuditedBuild, first: Release) -> None:
    new = second(small_built, first)
    old_files, new_files = first.manifest.files, new.manifest.files
    equal = {name for name, digest in new_files.items() if old_files.get(name) == digest}
    assert names_of_one_file(new, first) == equal
    assert SAME in equal
    assert not equal & {CHANGED, "monitor.duckdb", "kwaliteit.html", "uitgave.md"}
    assert in_order(new)
    assert size_of(new.folder.parent) < size_of(new.folder) + size_of(first.folder)


def test_a_third_release_shares_with_the_one_before_it(small_built: AuditedBuild, first: Release) -> None:
    new = second(small_built, first)
    third = published(build_of(small_built, first.folder.parents[1], "drie", *ALTERATIONS[:2]))
    assert SAME in names_of_one_file(third, new) & names_of_one_file(third, first)


@pytest.mark.parametrize("damage", ["changed", "gone", "a_link", "writable_for_others", "in_a_linked_folder"])
def test_what_may_not_be_what_was_published_is_not_shared(
    damage: str, small_built: AuditedBuild, first: Release, tmp_path: Path
) -> None:
    file = first.folder / SAME
    content = file.read_bytes()
    match damage:
        case "changed":
            file.chmod(0o644)
            file.write_bytes(content.replace(b"jeugd", b"jeuqd"))
        case "gone":
            file.unlink()
        case "a_link":
            shutil.move(file, tmp_path / "elders.csv")
            file.symlink_to(tmp_path / "elders.csv")
        case "writable_for_others":
            file.chmod(0o666)
        case "in_a_linked_folder":
            shutil.move(file.parent, tmp_path / "csv_elders")
            file.parent.symlink_to(tmp_path / "csv_elders")
    new = second(small_built, first)
    assert (new.folder / SAME).read_bytes() == content
    assert not file.exists() or not file.samefile(new.folder / SAME)
    assert not (new.folder / SAME).is_symlink()
    assert (new.folder / SAME).stat().st_nlink == 1


@pytest.mark.parametrize("error", [OSError("no links here"), PermissionError(1, "not permitted")])
def test_where_there_are_no_links_the_copy_stays(
    error: OSError, small_built: AuditedBuild, first: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise error

    monkeypatch.setattr(os, "link", refuse)
    new = second(small_built, first)
    assert names_of_one_file(new, first) == set()
    assert in_order(new)


def test_the_old_release_can_go_and_the_new_one_is_whole(small_built: AuditedBuild, first: Release) -> None:
    new = second(small_built, first)
    assert (new.folder / SAME).stat().st_nlink == 2
    releases = Warehouse(first.folder.parents[1]).releases
    with releases.exclusive():
        assert releases.prune(1) == [first.release_id]
    assert not first.folder.exists()
    assert (new.folder / SAME).stat().st_nlink == 1
    assert in_order(new)


def test_one_can_go_back_and_the_old_release_is_whole(small_built: AuditedBuild, first: Release) -> None:
    new = second(small_built, first)
    releases = Warehouse(first.folder.parents[1]).releases
    with releases.exclusive():
        releases.point_at(first)
    shutil.rmtree(new.folder)
    assert in_order(first)


def test_a_release_whose_manifest_cannot_be_read_shares_nothing(first: Release, tmp_path: Path) -> None:
    shutil.copytree(first.folder, tmp_path / "kopie")
    (first.folder / "manifest.json").chmod(0o644)
    (first.folder / "manifest.json").write_text("{", encoding="utf-8")
    assert share_equal_files(Release(tmp_path / "kopie"), first, EVERYBODY) == []
