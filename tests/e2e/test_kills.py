"""A refresh that is killed at any moment leaves the release whole, and the next one succeeds by itself.

A handful of moments; ``tests/e2e/kills.py`` does any number by hand.
"""

import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import refresh
from tests.e2e.conftest import AlteredRecording, copy_warehouse
from tests.e2e.kills import FETCH, PUBLISH, kill_in, kill_part, leftovers, problems, revise, start
from tests.statline_service import Service

# Fixed moments, so that a failure can be looked at again.
SEED = 20150101


@pytest.fixture(scope="module")
def revised(recording: AlteredRecording) -> Iterator[Service]:
    """CBS on a night on which three tables were revised."""
    revise(recording, random.Random(SEED))
    with recording.served() as running:
        yield running


@pytest.fixture(scope="module")
def survivor(warehouse: Path, revised: Service, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse in which a refresh was killed while it fetched, and the next one then ended well."""
    copy = copy_warehouse(warehouse, tmp_path_factory.mktemp("kills") / "warehouse")
    before = (copy / "monitor.duckdb").resolve()
    chance = random.Random(SEED)
    began = time.time()
    killed = start(copy, "-m", "pipelines.cli", "refresh", url=revised.url)
    assert kill_in("fetch", killed, copy, began, chance), "the refresh ended before it came to the fetch"
    assert problems(copy) == []
    assert (copy / "monitor.duckdb").resolve() == before
    run = refresh(copy, STATLINE_URL=revised.url)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "Released: " in run.stdout
    return copy


def test_after_kills_the_next_refresh_releases_what_cbs_revised_and_leaves_nothing_unfinished(survivor: Path) -> None:
    assert problems(survivor) == []
    assert leftovers(survivor) == []
    assert len(list((survivor / "releases").iterdir())) == 2


@pytest.mark.parametrize(("stage", "seed"), [("publish", 1), ("swap", 3)])
def test_a_kill_inside_publish_leaves_one_whole_release(survivor: Path, stage: str, seed: int) -> None:
    _, wrong = kill_part(PUBLISH, survivor, stage, random.Random(SEED + seed))
    assert wrong == []


@pytest.mark.parametrize(("stage", "seed"), [("fetch", 1), ("observations", 3)])
def test_a_kill_while_tables_are_fetched_and_read_leaves_every_table_whole(
    survivor: Path, revised: Service, stage: str, seed: int
) -> None:
    _, wrong = kill_part(FETCH, survivor, stage, random.Random(SEED + seed), revised.url)
    assert wrong == []


def test_the_check_sees_a_release_that_is_not_what_was_signed(survivor: Path, tmp_path: Path) -> None:
    spoilt = copy_warehouse(survivor, tmp_path / "warehouse")
    database = (spoilt / "monitor.duckdb").resolve()
    database.chmod(0o644)
    with database.open("ab") as file:
        file.write(b"x")
    assert any("the file is not the one of the manifest" in problem for problem in problems(spoilt))
