"""The event log of Dagster that keeps its files open: what it writes is what Dagster's own would, and reads."""

from pathlib import Path

import dagster as dg
import pytest
from dagster._core.events import StepMaterializationData
from dagster._core.storage.event_log import SqliteEventLogStorage

from pipelines.common.settings import Settings
from pipelines.orchestration.event_log import EventLog
from pipelines.orchestration.home import prepare

FIRST = dg.AssetKey("tabel")


@dg.asset(name="tabel", check_specs=[dg.AssetCheckSpec("toets", asset="tabel")])
def table() -> dg.MaterializeResult:
    return dg.MaterializeResult(
        metadata={"rijen": 3}, check_results=[dg.AssetCheckResult(check_name="toets", passed=True)]
    )


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MONITOR_WAREHOUSE", str(tmp_path))
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "dagster"))
    monkeypatch.delenv("MONITOR_DAGSTER_POSTGRES", raising=False)
    return prepare(Settings())


def materialized() -> str:
    """Materialise the table in the home of now; the id of the run."""
    with dg.DagsterInstance.get() as instance:
        assert isinstance(instance.event_log_storage, EventLog)
        done = dg.materialize([table], instance=instance)
        assert done.success
        return done.run_id


def test_dagster_s_own_storage_reads_all_that_it_wrote(home: Path) -> None:
    run = materialized()
    with dg.DagsterInstance.get() as ours:
        written = [(record.event_log_entry.dagster_event_type, record.storage_id) for record in records(ours, run)]
    (home / "dagster.yaml").write_text("telemetry:\n  enabled: false\n", encoding="utf-8")
    with dg.DagsterInstance.get() as own:
        assert type(own.event_log_storage) is SqliteEventLogStorage
        assert [(r.event_log_entry.dagster_event_type, r.storage_id) for r in records(own, run)] == written
        assert len(written) > 10
        event = own.get_latest_materialization_event(FIRST)
        assert event is not None
        assert event.dagster_event is not None
        data = event.dagster_event.event_specific_data
        assert isinstance(data, StepMaterializationData)
        assert data.materialization.metadata["rijen"].value == 3
        found = own.event_log_storage.get_latest_asset_check_execution_by_key([dg.AssetCheckKey(FIRST, "toets")])
        assert [execution.run_id for execution in found.values()] == [run]


def test_a_file_that_was_removed_with_its_run_is_made_anew(home: Path) -> None:
    run = materialized()
    with dg.DagsterInstance.get() as instance:
        assert records(instance, run)
        instance.delete_run(run)
        for path in (home / "history" / "runs").glob(f"{run}.db*"):
            path.unlink()
        assert records(instance, run) == []
        assert dg.materialize([table], instance=instance).success


@pytest.mark.slow
def test_few_files_stay_open_however_many_runs_are_looked_at(home: Path) -> None:
    runs = [materialized() for _ in range(9)]
    with dg.DagsterInstance.get() as instance:
        for run in runs:
            assert records(instance, run)
        assert 1 <= sum(path.stem in runs and path.suffix == ".db" for path in held_open()) <= 8
    assert not [path for path in held_open() if path.is_relative_to(home / "history" / "runs")]


def test_a_warehouse_that_was_moved_keeps_its_runs(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = materialized()
    moved = tmp_path / "elders"
    home.rename(moved)
    monkeypatch.setenv("DAGSTER_HOME", str(moved))
    with dg.DagsterInstance.get() as instance:
        assert records(instance, run)


def held_open() -> list[Path]:
    """Files that this process has open, also those that were removed."""
    return [path.resolve() for path in Path("/proc/self/fd").iterdir()]


def records(instance: dg.DagsterInstance, run: str) -> list[dg.EventLogRecord]:
    return list(instance.event_log_storage.get_records_for_run(run).records)
