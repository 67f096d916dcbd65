"""Two refreshes never interleave: the second waits and says for whom, or fails at once when it is told to."""

import pytest

from pipelines.common.lock import WriterLock
from tests.support.kills import leftovers
from tests.support.place import Place


def test_a_refresh_that_may_not_wait_says_who_writes_and_changes_nothing(small: Place) -> None:
    with WriterLock(small.warehouse, "refresh", run_id="nacht"):
        run = small.run("refresh", "--no-wait")
    assert run.returncode == 1, run.stdout
    (said,) = (line for line in run.stdout.splitlines() if line.startswith("- "))
    assert said.startswith(f"- {small.warehouse} is being written by refresh (run nacht), process ")
    assert "The last good release stands: " in run.stdout
    assert not (small.warehouse / "build").exists()


@pytest.mark.slow
def test_a_refresh_waits_for_another_writer_tells_so_and_then_runs(small: Place) -> None:
    (small.warehouse / "raw" / "85335NED" / ".draft-van-een-ander").mkdir()
    with WriterLock(small.warehouse, "refresh", run_id="nacht"):
        run = small.start("refresh")
        assert run.stdout
        said = run.stdout.readline()
        assert said.startswith("Waiting for refresh (run nacht), process ")
        assert leftovers(small.warehouse) == ["raw/85335NED/.draft-van-een-ander"]
    told, _ = run.communicate()
    assert run.returncode == 0, told
    assert "Nothing changed, so the release stays: " in told
    assert leftovers(small.warehouse) == []
