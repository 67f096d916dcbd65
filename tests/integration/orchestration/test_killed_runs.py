"""A run whose process was killed is ended in Dagster by the run that takes over, which goes on whatever happens."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from pipelines.common.places import LOCK_FILE
from pipelines.orchestration.resource import MonitorResource
from tests.support.webhook_receiver import Receiver, receiver


@pytest.fixture
def inbox(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Receiver]:
    with receiver() as running:
        monkeypatch.setenv("MONITOR_WEBHOOK_URL", running.url)
        monkeypatch.setenv("MONITOR_WAREHOUSE", str(tmp_path / "warehouse"))
        yield running


@dg.op
def werk(monitor: MonitorResource) -> str:
    return str(monitor.refresh.workspace.folder)


@dg.job(executor_def=dg.in_process_executor, resource_defs={"monitor": MonitorResource()})
def toets() -> None:
    werk()


def leave_note(warehouse: Path, run: str | None) -> None:
    """The lock file as a killed run leaves it: with its note, and the lock itself gone with its process."""
    warehouse.mkdir(exist_ok=True)
    note = {"pid": 7, "host": socket.gethostname(), "sinds": "2026-11-22 02:00:00", "wat": "refresh", "run": run}
    (warehouse / LOCK_FILE).write_text(json.dumps(note), encoding="utf-8")


def test_the_run_that_takes_over_ends_the_dead_one_and_tells(tmp_path: Path, inbox: Receiver) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        dead = instance.create_run_for_job(toets, status=dg.DagsterRunStatus.STARTED)
        leave_note(tmp_path / "warehouse", dead.run_id)
        result = toets.execute_in_process(instance=instance)
        assert result.success
        found = instance.get_run_by_id(dead.run_id)
        assert found is not None
        assert found.status is dg.DagsterRunStatus.FAILURE
        (event,) = [r.dagster_event for r in instance.all_logs(dead.run_id) if r.dagster_event]
        sentence = (
            f"Its process was killed, or the machine stopped: refresh (run {dead.run_id}), process 7 on "
            f"{socket.gethostname()}, since 2026-11-22 02:00:00 UTC ended without giving back the writer lock. Nothing "
            f"of it was published half. Run {result.run_id} took over, clears what it left and does its work."
        )
        assert event.message == sentence
        (message,) = inbox.messages
        assert (message["soort"], message["run"], message["bericht"]) == ("run_afgebroken", dead.run_id, sentence)
        # Once: this run gave the lock back, and its note with it.
        assert toets.execute_in_process(instance=instance).success
        assert len(inbox.messages) == 1


@pytest.mark.parametrize("run", [None, "een run die Dagster niet kent"])
def test_a_note_that_leads_nowhere_is_passed_by(tmp_path: Path, inbox: Receiver, run: str | None) -> None:
    leave_note(tmp_path / "warehouse", run)
    with dg.DagsterInstance.ephemeral() as instance:
        assert toets.execute_in_process(instance=instance).success
    assert inbox.messages == []


def test_a_dead_run_that_has_ended_already_keeps_its_end(tmp_path: Path, inbox: Receiver) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        dead = instance.create_run_for_job(toets, status=dg.DagsterRunStatus.CANCELED)
        leave_note(tmp_path / "warehouse", dead.run_id)
        assert toets.execute_in_process(instance=instance).success
        found = instance.get_run_by_id(dead.run_id)
        assert found is not None
        assert found.status is dg.DagsterRunStatus.CANCELED


def test_an_administration_that_does_not_work_stops_no_run(
    tmp_path: Path, inbox: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        dead = instance.create_run_for_job(toets, status=dg.DagsterRunStatus.STARTED)
        leave_note(tmp_path / "warehouse", dead.run_id)

        def fail(*arguments: object, **options: object) -> None:
            raise RuntimeError("de administratie is weg")

        monkeypatch.setattr(dg.DagsterInstance, "report_run_failed", fail)
        result = toets.execute_in_process(instance=instance)
        assert result.success
        said = [r.user_message for r in instance.all_logs(result.run_id) if "could not be marked" in r.user_message]
        assert said == [f"Run {dead.run_id} was killed, and could not be marked as failed: de administratie is weg"]


def test_also_a_run_that_cannot_start_ends_the_dead_one(
    tmp_path: Path, inbox: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipelines.releases.upkeep.MINIMUM_BYTES", 10**18)
    with dg.DagsterInstance.ephemeral() as instance:
        dead = instance.create_run_for_job(toets, status=dg.DagsterRunStatus.STARTED)
        leave_note(tmp_path / "warehouse", dead.run_id)
        assert not toets.execute_in_process(instance=instance, raise_on_error=False).success
        found = instance.get_run_by_id(dead.run_id)
        assert found is not None
        assert found.status is dg.DagsterRunStatus.FAILURE
