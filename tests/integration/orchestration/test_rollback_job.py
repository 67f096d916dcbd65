"""The job `terugdraaien` does from the UI what `monitor rollback` does from a shell."""

from pathlib import Path

import dagster as dg
import pytest

from pipelines.definitions import defs
from pipelines.releases.decisions import holds
from pipelines.releases.journal import Journal
from pipelines.releases.store import Release, Releases
from tests.support.made_up_releases import stored_release


@pytest.fixture
def two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Release, Release]:
    monkeypatch.setenv("MONITOR_WAREHOUSE", str(tmp_path))
    return stored_release(tmp_path, 1, "a"), stored_release(tmp_path, 2, "b")


def run(**config: str) -> dg.ExecuteInProcessResult:
    job = defs.resolve_job_def("terugdraaien")
    return job.execute_in_process(run_config={"ops": {"draai_terug": {"config": config}}}, raise_on_error=False)


def test_it_goes_back_holds_and_shows_on_the_asset(tmp_path: Path, two: tuple[Release, Release]) -> None:
    result = run(reason="klopt niet")
    assert result.success
    current = Releases(tmp_path).current()
    assert current is not None
    assert current.release_id == two[0].release_id
    assert [(held.release_id, held.reason) for held in holds(Journal(tmp_path))] == [(two[1].release_id, "klopt niet")]
    (event,) = [e for e in result.all_events if e.event_type is dg.DagsterEventType.ASSET_MATERIALIZATION]
    assert event.asset_key == dg.AssetKey("uitgave")
    metadata = event.step_materialization_data.materialization.metadata
    assert metadata["teruggedraaid van"].value == two[1].release_id
    assert metadata["map"].value == str(two[0].folder)


def test_it_fails_with_the_sentence_that_says_why_not(tmp_path: Path, two: tuple[Release, Release]) -> None:
    result = run(reason="klopt niet", release=two[1].release_id)
    assert not result.success
    (failure,) = [event for event in result.all_events if event.is_step_failure]
    told = failure.step_failure_data.user_failure_data
    assert told is not None
    assert told.description == f"Release {two[1].release_id} is already the current one."
    assert holds(Journal(tmp_path)) == []
