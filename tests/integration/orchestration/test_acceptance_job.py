"""The job `aanvaarden` does from the UI what `monitor accept` does from a shell."""

from pathlib import Path

import dagster as dg
import pytest

from pipelines.build.checks import CheckResult
from pipelines.definitions import defs
from pipelines.releases.decisions import acceptances, note_refusal
from pipelines.releases.journal import Journal
from pipelines.releases.warehouse import Warehouse
from tests.support.made_up_releases import CHECK, stored_release

MOVED = "fct_indicator.totaal_niet_verschoven"


@pytest.fixture
def refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MONITOR_WAREHOUSE", str(tmp_path))
    stored_release(tmp_path, 1, "a")
    refused = CheckResult.from_row(CHECK | {"controle": MOVED, "geslaagd": False, "bevinding": "f" * 64})
    note_refusal(Warehouse(tmp_path), "nacht", [refused])
    return tmp_path


def run(**config: str) -> dg.ExecuteInProcessResult:
    job = defs.resolve_job_def("aanvaarden")
    return job.execute_in_process(run_config={"ops": {"aanvaard": {"config": config}}}, raise_on_error=False)


def test_it_accepts_what_was_found_and_shows_on_the_asset(refused: Path) -> None:
    result = run(controle=MOVED, reden="CBS-bericht 12")
    assert result.success
    assert [(each.check, each.reason) for each in acceptances(Journal(refused))] == [(MOVED, "CBS-bericht 12")]
    (event,) = [e for e in result.all_events if e.event_type is dg.DagsterEventType.ASSET_OBSERVATION]
    assert event.asset_key == dg.AssetKey("audit")


def test_it_fails_with_the_sentence_that_says_why_not(refused: Path) -> None:
    result = run(controle="onzin", reden="daarom")
    assert not result.success
    (failure,) = [event for event in result.all_events if event.is_step_failure]
    told = failure.step_failure_data.user_failure_data
    assert told is not None
    assert told.description is not None
    assert told.description.startswith("Nothing was accepted: onzin did not refuse the audit of ")
    assert acceptances(Journal(refused)) == []
