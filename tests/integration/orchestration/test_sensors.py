"""The sensors tell what is wrong once, say when it is over, and evaluate the check `vers`."""

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from dagster._core.storage.runs.schema import RunsTable

from pipelines.build.workspace import Workspace
from pipelines.common.sentences import Sentence
from pipelines.definitions import defs
from pipelines.orchestration import sensors
from pipelines.orchestration.fetch import DATASETS
from pipelines.orchestration.freshness import fresh
from pipelines.snapshots.ingest import TableOutcome
from tests.support.aged_snapshots import make_snapshot, make_snapshots
from tests.support.webhook_receiver import Receiver, receiver

LATE = "85335NED"


@pytest.fixture
def inbox(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Receiver]:
    with receiver() as running:
        monkeypatch.setenv("MONITOR_WEBHOOK_URL", running.url)
        monkeypatch.setenv("MONITOR_WAREHOUSE", str(tmp_path))
        yield running


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as made:
        yield made


def tick(sensor: Any, instance: dg.DagsterInstance, cursor: str | None = None) -> dg.SensorResult:
    with dg.build_sensor_context(instance=instance, cursor=cursor) as context:
        result = sensor(context)
    assert isinstance(result, dg.SensorResult)
    return result


@pytest.fixture(scope="module")
def an_hour_old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("snapshots")
    make_snapshots(folder, DATASETS.values(), timedelta(hours=1), datetime.now(UTC))
    return folder


@pytest.fixture
def snapshots(an_hour_old: Path, tmp_path: Path) -> Path:
    """A warehouse in which every table was checked an hour ago."""
    return shutil.copytree(an_hour_old, tmp_path, dirs_exist_ok=True)


def check_of(result: dg.SensorResult, dataset: str) -> dg.AssetCheckEvaluation:
    (found,) = (e for e in result.asset_events if e.asset_key.path == ["ruw", dataset])
    assert isinstance(found, dg.AssetCheckEvaluation)
    return found


def test_when_all_is_fresh_every_check_passes_and_nobody_is_told(
    snapshots: Path, inbox: Receiver, instance: dg.DagsterInstance
) -> None:
    first = tick(sensors.freshness, instance)
    assert {e.asset_key.path[-1] for e in first.asset_events} == set(DATASETS)
    assert all(e.passed for e in first.asset_events)
    assert tick(sensors.freshness, instance, first.cursor).asset_events == []
    assert inbox.messages == []


def test_each_change_of_verdict_is_told_once_with_table_age_limit_and_what_to_do(
    snapshots: Path, inbox: Receiver, instance: dg.DagsterInstance
) -> None:
    cursor, severities = None, []
    for hours in (1, 40, 40, 200, 1, 1):
        make_snapshot(snapshots, LATE, datetime.now(UTC) - timedelta(hours=hours))
        result = tick(sensors.freshness, instance, cursor)
        cursor = result.cursor
        if hours > 1 and result.asset_events:
            check = check_of(result, "jeugdzorg_wijken")
            severities.append((check.passed, check.severity.name))
            assert check.description
            assert check.description.startswith(f"Table {LATE} of jeugdzorg_wijken was last checked at CBS ")
    assert severities == [(False, "WARN"), (False, "ERROR")]
    assert [(m["soort"], m["ernst"], m["titel"]) for m in inbox.messages] == [
        ("versheid", "waarschuwing", f"1 table(s) no longer fresh: {LATE}"),
        ("versheid", "kritiek", f"1 table(s) too old, or without usable figures: {LATE}"),
        ("versheid", "hersteld", f"1 table(s) fresh again: {LATE}"),
    ]
    assert all(m["tabellen"] == [LATE] for m in inbox.messages)
    assert "the limit is 36 hours" in inbox.messages[0]["bericht"]


def test_what_could_not_be_delivered_is_told_again(
    snapshots: Path, inbox: Receiver, instance: dg.DagsterInstance
) -> None:
    make_snapshot(snapshots, LATE, datetime.now(UTC) - timedelta(hours=40))
    inbox.answers = [404]
    first = tick(sensors.freshness, instance)
    assert check_of(first, "jeugdzorg_wijken").passed is False
    second = tick(sensors.freshness, instance, first.cursor)
    assert len(inbox.messages) == 2
    assert second.asset_events == []
    tick(sensors.freshness, instance, second.cursor)
    assert len(inbox.messages) == 2


def test_the_checks_are_evaluated_anew_every_day(
    snapshots: Path, inbox: Receiver, instance: dg.DagsterInstance
) -> None:
    cursor = json.loads(str(tick(sensors.freshness, instance).cursor))
    for said in cursor["controle"].values():
        said[0] = "2026-01-01"
    assert len(tick(sensors.freshness, instance, json.dumps(cursor)).asset_events) == len(DATASETS)


def test_a_person_can_execute_the_check(snapshots: Path, inbox: Receiver, instance: dg.DagsterInstance) -> None:
    make_snapshot(snapshots, LATE, datetime.now(UTC) - timedelta(days=8))
    job = dg.define_asset_job("toets", selection=dg.AssetSelection.checks(fresh))
    made = dg.Definitions.merge(defs, dg.Definitions(jobs=[job])).resolve_job_def("toets")
    results = made.execute_in_process(instance=instance).get_asset_check_evaluations()
    failed = [(e.asset_key.path[-1], e.severity.name) for e in results if not e.passed]
    assert (len(results), failed) == (len(DATASETS), [("jeugdzorg_wijken", "ERROR")])


def test_the_nightly_job_does_not_judge_ages() -> None:
    job = defs.resolve_job_def("refresh")
    assert {"catalogus", "ruw__wmo_regio"} <= {node.name for node in job.nodes}
    assert fresh.node_def.name not in {node.name for node in job.nodes}


def ended(instance: dg.DagsterInstance, hours: float, status: dg.DagsterRunStatus) -> str:
    """A run of `refresh` that was made, and if it is over ended, so many hours ago."""

    @dg.op
    def iets() -> None:
        pass

    @dg.job
    def refresh() -> None:
        iets()

    run = instance.create_run_for_job(refresh, status=dg.DagsterRunStatus.STARTED)
    moment = datetime.now(UTC) - timedelta(hours=hours)
    storage = instance.run_storage
    with storage.connect() as connection:  # type: ignore[attr-defined]
        over = moment.timestamp() if status in sensors.ENDED else None
        changed = {"status": status.value, "create_timestamp": moment.replace(tzinfo=None), "end_time": over}
        connection.execute(RunsTable.update().where(RunsTable.c.run_id == run.run_id).values(**changed))
    return run.run_id


def test_a_night_without_a_run_is_told_once_and_its_end_too(
    tmp_path: Path, inbox: Receiver, instance: dg.DagsterInstance
) -> None:
    ended(instance, 27, dg.DagsterRunStatus.SUCCESS)
    first = tick(sensors.no_run, instance)
    second = tick(sensors.no_run, instance, first.cursor)
    ended(instance, 0.1, dg.DagsterRunStatus.FAILURE)
    third = tick(sensors.no_run, instance, second.cursor)
    tick(sensors.no_run, instance, third.cursor)
    assert [(m["ernst"], m["titel"]) for m in inbox.messages] == [
        ("kritiek", "No refresh ended for more than a night"),
        ("hersteld", "Refreshes end again"),
    ]
    assert "ended in the last 27 hours; the limit is 26 hours" in inbox.messages[0]["bericht"]


def test_a_new_installation_is_not_blamed_for_its_first_day(
    tmp_path: Path, inbox: Receiver, instance: dg.DagsterInstance
) -> None:
    first = tick(sensors.no_run, instance)
    assert inbox.messages == []
    cursor = json.loads(str(first.cursor))
    cursor["sinds"] = (datetime.now(UTC) - timedelta(hours=30)).isoformat()
    tick(sensors.no_run, instance, json.dumps(cursor))
    assert [m["titel"] for m in inbox.messages] == ["No refresh ended for more than a night"]


def test_a_run_that_hangs_is_told_with_its_id(tmp_path: Path, inbox: Receiver, instance: dg.DagsterInstance) -> None:
    ended(instance, 1, dg.DagsterRunStatus.SUCCESS)
    run_id = ended(instance, 13, dg.DagsterRunStatus.STARTED)
    tick(sensors.no_run, instance)
    (message,) = inbox.messages
    assert (message["titel"], message["run"]) == ("A refresh hangs", run_id)
    assert f"Run {run_id} is STARTED for 13 hours; the limit is 12 hours." in message["bericht"]


def test_a_first_night_of_hours_neither_hangs_nor_is_missed(
    tmp_path: Path, inbox: Receiver, instance: dg.DagsterInstance
) -> None:
    ended(instance, 30, dg.DagsterRunStatus.SUCCESS)
    ended(instance, 6, dg.DagsterRunStatus.STARTED)
    tick(sensors.no_run, instance)
    assert inbox.messages == []
    # One that hangs is told all the same.
    ended(instance, 13, dg.DagsterRunStatus.STARTED)
    cursor = tick(sensors.no_run, instance).cursor
    (message,) = inbox.messages
    assert "is STARTED for 13 hours; the limit is 12 hours" in message["bericht"]
    assert json.loads(str(cursor))["gemeld"] != []


def failed(instance: dg.DagsterInstance, result: dg.ExecuteInProcessResult) -> None:
    """The sensor on failed runs, of a run that failed."""
    context = dg.build_run_status_sensor_context(
        sensor_name="run_mislukt",
        dagster_instance=instance,
        dagster_run=result.dagster_run,
        dagster_event=result.get_run_failure_event(),
    ).for_run_failure()
    sensors.run_failed(context)


def test_a_failed_run_is_told_with_step_and_what_it_said(
    tmp_path: Path, inbox: Receiver, instance: dg.DagsterInstance
) -> None:
    result = defs.resolve_job_def("terugdraaien").execute_in_process(
        instance=instance,
        run_config={"ops": {"draai_terug": {"config": {"reason": "toets"}}}},
        raise_on_error=False,
    )
    failed(instance, result)
    (message,) = inbox.messages
    assert (message["soort"], message["ernst"], message["run"]) == ("run_mislukt", "kritiek", result.run_id)
    assert message["stap"] == "draai_terug"
    assert message["titel"] == f"Run {result.run_id} of job terugdraaien failed in step draai_terug"
    assert message["bericht"] == "There is no good release at all to go back to."


def test_a_run_that_released_while_a_table_failed_wakes_nobody(
    tmp_path: Path, inbox: Receiver, instance: dg.DagsterInstance
) -> None:
    @dg.op
    def afsluiting(context: dg.OpExecutionContext) -> None:
        problem = Sentence("Table was not brought up to date.", "De tabel is niet bijgewerkt.")
        outcome = TableOutcome("jeugdzorg_wijken", LATE, (2022,), "failed", problem)
        Workspace(tmp_path, context.run_id).keep_fetched("jeugdzorg_wijken", [outcome])
        raise dg.Failure(description="1 table(s) failed; their last good version was used.", allow_retries=False)

    @dg.job
    def nacht() -> None:
        afsluiting()

    assert afsluiting.name in {node.name for node in defs.resolve_job_def("refresh").nodes}
    result = nacht.execute_in_process(instance=instance, raise_on_error=False)
    failed(instance, result)
    (message,) = inbox.messages
    assert (message["ernst"], message["tabellen"]) == ("waarschuwing", [LATE])
    assert message["titel"] == f"Run {result.run_id} of job nacht ended, but tables failed"
    assert message["bericht"] == "1 table(s) failed; their last good version was used."
