"""A refresh that is killed at any moment leaves the release whole, and the next one succeeds by itself.

A handful of moments of the miniature; ``tests/support/kills.py`` does any number by hand, also of the whole recording.
"""

import random
from collections.abc import Iterator

import pytest

from tests.support.altered_recording import AlteredRecording
from tests.support.kills import STAGES, kill_once, problems
from tests.support.place import Place
from tests.support.statline_service import Service
from tests.support.warehouses import copy_warehouse

# Fixed moments, so that a failure can be looked at again.
SEED = 20150101


@pytest.fixture(scope="module")
def cbs(small_recording: AlteredRecording) -> Iterator[Service]:
    with small_recording.served() as running:
        yield running


@pytest.mark.slow
@pytest.mark.parametrize("stage", ["fetch", "build", "publish", "swap"])
def test_a_killed_refresh_leaves_one_whole_release_and_the_next_one_does_its_work(
    small_house: Place, small_recording: AlteredRecording, cbs: Service, stage: str
) -> None:
    chance = random.Random(SEED + list(STAGES).index(stage))
    done = kill_once(small_house, stage, chance, small_recording, cbs.url)
    assert done.wrong == []
    # Publishing the miniature takes a tenth of a second: a slow machine may come too late for it.
    assert done.killed or stage in ("publish", "swap")


def test_the_check_sees_a_release_that_is_not_what_was_signed(small: Place) -> None:
    spoilt = copy_warehouse(small.warehouse, small.warehouse.with_name("spoilt"))
    database = (spoilt / "monitor.duckdb").resolve()
    database.chmod(0o644)
    with database.open("ab") as file:
        file.write(b"x")
    assert any("the file is not the one of the manifest" in problem for problem in problems(spoilt))
    assert problems(small.warehouse) == []
