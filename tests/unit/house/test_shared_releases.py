"""What tests share is made once for a state of the project, and never used when it is not what was made."""

import os
import time
from pathlib import Path

import pytest

from pipelines.common.settings import PROJECT
from tests.support.shared_releases import SharedReleases, fingerprint


class Maker:
    """Makes a folder of one file, and counts how often it did."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, folder: Path) -> None:
        self.times += 1
        (folder / "releases").mkdir(parents=True)
        (folder / "releases" / "monitor.duckdb").write_text("cijfers", encoding="utf-8")


@pytest.fixture
def make() -> Maker:
    return Maker()


@pytest.fixture
def shared(tmp_path: Path) -> SharedReleases:
    return SharedReleases(tmp_path, "nu")


def test_it_is_made_once_also_for_the_next_run(tmp_path: Path, shared: SharedReleases, make: Maker) -> None:
    folder = shared.get("whole", make)
    assert (folder / "releases" / "monitor.duckdb").read_text(encoding="utf-8") == "cijfers"
    assert SharedReleases(tmp_path, "nu").get("whole", make) == folder
    assert make.times == 1
    assert shared.changed(folder) == []


@pytest.mark.parametrize("how", ["written", "added", "removed"])
def test_what_a_test_changed_is_named_and_made_anew(shared: SharedReleases, make: Maker, how: str) -> None:
    folder = shared.get("whole", make)
    database = folder / "releases" / "monitor.duckdb"
    if how == "written":
        database.write_text("CIJFERS", encoding="utf-8")
    elif how == "added":
        database = folder / "releases" / "erbij"
        database.touch()
    else:
        database.unlink()
    assert shared.changed(folder) == [str(database.relative_to(folder))]
    shared.get("whole", make)
    assert make.times == 2
    assert shared.changed(folder) == []


def test_what_comes_by_reading_is_no_change(shared: SharedReleases, make: Maker) -> None:
    folder = shared.get("whole", make)
    (folder / "project" / "__pycache__").mkdir(parents=True)
    (folder / "project" / "__pycache__" / "cli.pyc").touch()
    assert shared.changed(folder) == []


def test_another_state_has_its_own_and_the_old_one_goes(tmp_path: Path, shared: SharedReleases, make: Maker) -> None:
    old = shared.get("whole", make)
    new = SharedReleases(tmp_path, "straks").get("whole", make)
    assert make.times == 2
    assert new != old
    assert not old.exists()


def test_what_was_not_finished_or_is_a_day_old_is_made_anew(shared: SharedReleases, make: Maker) -> None:
    def killed(folder: Path) -> None:
        make(folder)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        shared.get("whole", killed)
    folder = shared.get("whole", make)
    assert make.times == 2
    yesterday = time.time() - 25 * 3600
    os.utime(folder.with_suffix(".json"), (yesterday, yesterday))
    shared.get("whole", make)
    assert make.times == 3


def test_every_input_of_a_release_is_part_of_the_fingerprint(tmp_path: Path) -> None:
    """Each of these, edited, is another state."""
    sources = (
        *("pipelines/publish/publisher.py", "dbt_project/models/marts/a.sql", "expectations/a.yml"),
        *("docs/nl/README.md", "warehouse/recording/statline/catalog/Tables.json", "requirements.lock"),
        *("pyproject.toml", "tests/support/miniature/expectations/a.yml"),
    )
    for source in sources:
        (tmp_path / source).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / source).write_text("een", encoding="utf-8")
    states = {fingerprint(tmp_path)}
    for source in sources:
        (tmp_path / source).write_text("twee", encoding="utf-8")
        states.add(fingerprint(tmp_path))
    assert len(states) == len(sources) + 1
    (tmp_path / "README.md").write_text("geen invoer", encoding="utf-8")
    assert fingerprint(tmp_path) in states
    assert fingerprint() == fingerprint(PROJECT)
