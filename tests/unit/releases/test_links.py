"""Which release is the current one is asked of the folders themselves, whatever way leads to them."""

from pathlib import Path

import pytest

from pipelines.releases.rollback import roll_back
from pipelines.releases.store import Release, Releases
from pipelines.releases.verification import verify_all, verify_release
from pipelines.releases.warehouse import Warehouse
from tests.support.made_up_releases import stored_release


@pytest.fixture(params=["folder", "link", "link above", "releases elsewhere", "dots"])
def warehouse(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A way to an empty warehouse: its own path, or one through a link."""
    folder = tmp_path / "disk" / "data"
    folder.mkdir(parents=True)
    if request.param == "releases elsewhere":
        (tmp_path / "large").mkdir()
        (folder / "releases").symlink_to(tmp_path / "large")
    if request.param == "link":
        (tmp_path / "link").symlink_to(folder)
        return tmp_path / "link"
    if request.param == "link above":
        (tmp_path / "link").symlink_to("disk")
        return tmp_path / "link" / "data"
    return folder / ".." / "data" if request.param == "dots" else folder


def ids(releases: Releases) -> list[str]:
    return [release.release_id for release in releases.all()]


def test_a_release_that_was_just_made_stays_also_with_the_clock_behind_and_one_kept(warehouse: Path) -> None:
    newest, made = stored_release(warehouse, 9, "a"), stored_release(warehouse, 1, "b")
    releases = Releases(warehouse)
    releases.point_at(made)
    assert releases.prune(1) == []
    assert ids(releases) == [newest.release_id, made.release_id]
    assert (warehouse / "monitor.duckdb").exists()


def test_what_is_kept_is_what_huidig_leads_to_also_when_the_other_link_is_gone(warehouse: Path) -> None:
    stored_release(warehouse, 9, "a")
    made = stored_release(warehouse, 1, "b")
    releases = Releases(warehouse)
    releases.point_at(made)
    (warehouse / "monitor.duckdb").unlink()
    assert releases.prune(1) == []
    assert made.folder.exists()


def test_the_current_release_is_one_of_all(warehouse: Path) -> None:
    made = [stored_release(warehouse, day, letter) for day, letter in ((1, "a"), (2, "b"))]
    releases = Releases(warehouse)
    assert releases.current() == made[1]
    assert made[1] in releases.all()
    assert [releases.is_current(release) for release in made] == [False, True]
    assert releases.is_current(Release(made[1].folder.resolve()))


def test_going_back_and_verifying_know_it_too(warehouse: Path) -> None:
    first, second = (stored_release(warehouse, day, letter) for day, letter in ((1, "a"), (2, "b")))
    done = roll_back(Warehouse(warehouse), None, "proef")
    assert (done.left, done.to) == (second, first)
    releases = Releases(warehouse)
    assert verify_all(releases) == []
    for release, advice in ((first, "monitor rollback"), (second, "remove its folder")):
        release.database.chmod(0o644)
        release.database.write_bytes(b"x")
        assert advice in verify_release(releases, release)[0]
