"""Two refreshes never interleave: the second waits and says for whom, or fails at once when it is told to."""

from pathlib import Path

import pytest

from pipelines.writer_lock import WriterLock
from tests.conftest import refresh
from tests.e2e.conftest import copy_warehouse
from tests.e2e.kills import leftovers, start


@pytest.fixture
def night(warehouse: Path, tmp_path: Path) -> Path:
    return copy_warehouse(warehouse, tmp_path / "warehouse")


def test_a_refresh_that_may_not_wait_says_who_writes_and_changes_nothing(night: Path) -> None:
    with WriterLock(night, "refresh", run_id="nacht"):
        run = refresh(night, "--no-wait")
    assert run.returncode == 1, run.stdout + run.stderr
    (said,) = (line for line in run.stdout.splitlines() if line.startswith("- "))
    assert said.startswith(f"- {night} is being written by refresh (run nacht), process ")
    assert "The last good release stands: " in run.stdout
    assert not (night / "build").exists()


def test_a_refresh_waits_for_another_writer_tells_so_and_then_runs(night: Path) -> None:
    (night / "raw" / "85335NED" / ".draft-van-een-ander").mkdir()
    with WriterLock(night, "refresh", run_id="nacht"):
        run = start(night, "-m", "pipelines.cli", "refresh")
        assert run.stdout
        said = run.stdout.readline()
        assert said.startswith("Waiting for refresh (run nacht), process ")
        assert leftovers(night) == ["raw/85335NED/.draft-van-een-ander"]
    told, _ = run.communicate()
    assert run.returncode == 0, told
    assert "Nothing changed, so the release stays: " in told
    assert leftovers(night) == []
