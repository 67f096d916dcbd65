"""A night without news is confirmed without a run; anything at all that is new, damaged or open asks for a run."""

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from pipelines.build.project import Project
from pipelines.common.durations import NIGHT
from pipelines.common.lock import Holder
from pipelines.common.places import LOCK_FILE
from pipelines.common.settings import PROJECT as ROOT
from pipelines.common.settings import RECORDING, Settings
from pipelines.definitions import defs
from pipelines.orchestration import sensors
from pipelines.orchestration.home import prune_runs
from pipelines.orchestration.keys import CATALOGUE, END, RELEASE
from pipelines.orchestration.quiet import report_quiet
from pipelines.refresh import QuietNight, confirm_if_quiet
from pipelines.releases.upkeep import DiskError
from pipelines.releases.warehouse import Warehouse
from tests.support.miniature import TABLES
from tests.support.place import Place

TABLE = TABLES[-1]


@pytest.fixture
def house(miniature: Place, starts_warm: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Warehouse:
    """A warehouse of the miniature with one release, that this process refreshes as the miniature would."""
    folder = tmp_path / "warehouse"
    shutil.copytree(miniature.warehouse, folder, symlinks=True, ignore=shutil.ignore_patterns("dagster"))
    project = miniature.project
    recording = project / "warehouse" / RECORDING.relative_to(ROOT / "warehouse")
    monkeypatch.setenv("MONITOR_RECORDING", str(recording))
    monkeypatch.setattr(
        "pipelines.releases.warehouse.Project",
        lambda series: Project(
            project / "pipelines" / "sources", project / "dbt_project", project / "expectations", series
        ),
    )
    monkeypatch.setenv("MONITOR_WAREHOUSE", str(folder))
    return Warehouse(folder)


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    (tmp_path / "dagster").mkdir()
    with dg.DagsterInstance.local_temp(str(tmp_path / "dagster")) as made:
        yield made


def night(within: float = 60.0) -> tuple[QuietNight | None, list[Holder]]:
    """What a night came to, and who was found dead."""
    dead: list[Holder] = []
    told: list[QuietNight] = []
    found = confirm_if_quiet(Settings(), within=within, killed=dead.append, confirmed=told.append)
    assert told == ([] if found is None else [found])
    return found, dead


def checked(house: Warehouse) -> list[datetime]:
    pointers = [house.folder / "raw" / table / "current.json" for table in TABLES]
    return [datetime.fromisoformat(json.loads(path.read_bytes())["gecontroleerd"]) for path in pointers]


def test_a_night_without_news_renews_when_each_table_was_checked_and_changes_nothing_else(house: Warehouse) -> None:
    before, current = checked(house), house.releases.current_id
    builds = sorted((house.folder / "build").iterdir())
    found, dead = night()
    assert found is not None
    assert (found.release.release_id, found.tables, dead) == (current, len(TABLES), [])
    assert found.words.startswith("Ongewijzigd: ")
    assert all(now > then for now, then in zip(checked(house), before, strict=True))
    assert house.releases.current_id == current
    assert sorted((house.folder / "build").iterdir()) == builds, "no run, so no folder of one"
    assert house.last_writer is None


def move_a_stamp(house: Warehouse) -> None:
    pointer = house.folder / "raw" / TABLE / "current.json"
    content = json.loads(pointer.read_bytes())
    content["stamps"]["Modified"] = "2001-01-01T02:00:00"
    pointer.write_text(json.dumps(content), encoding="utf-8")


def spoil_a_snapshot(house: Warehouse) -> None:
    (rows,) = (house.folder / "raw" / TABLE).glob("*/rows.ndjson.gz")
    content = bytearray(rows.read_bytes())
    content[len(content) // 2] ^= 1
    rows.write_bytes(content)


def spoil_an_observation(house: Warehouse) -> None:
    part = next((house.folder / "observations" / TABLE).glob("*/cellen/*.parquet"))
    content = bytearray(part.read_bytes())
    content[len(content) // 2] ^= 1
    part.unlink()
    part.write_bytes(content)


def lose_a_snapshot(house: Warehouse) -> None:
    shutil.rmtree(house.folder / "raw" / TABLE)


def refuse_a_shape(house: Warehouse) -> None:
    refusal = {"vorm": "f" * 16, "snapshot": "f" * 16, "melding": "Table changed its shape."}
    (house.folder / "observations" / TABLE / "afgewezen.json").write_text(json.dumps(refusal), encoding="utf-8")


def lose_the_release(house: Warehouse) -> None:
    house.releases.link.unlink()


def damage_the_journal(house: Warehouse) -> None:
    house.journal.path.write_bytes(b"onzin\n{}\n")
    manifest = house.folder / "huidig" / "manifest.json"
    content = json.loads(manifest.read_bytes()) | {"invoer": "0" * 64}
    manifest.chmod(0o644)
    manifest.write_text(json.dumps(content), encoding="utf-8")


def be_made_of_something_else(house: Warehouse) -> None:
    manifest = house.folder / "huidig" / "manifest.json"
    content = json.loads(manifest.read_bytes()) | {"invoer": "0" * 64}
    manifest.chmod(0o644)
    manifest.write_text(json.dumps(content), encoding="utf-8")


@pytest.mark.parametrize(
    "news",
    [
        move_a_stamp,
        spoil_a_snapshot,
        spoil_an_observation,
        lose_a_snapshot,
        refuse_a_shape,
        lose_the_release,
        damage_the_journal,
        be_made_of_something_else,
    ],
)
def test_anything_else_asks_for_a_run_and_nothing_is_noted_as_checked(
    house: Warehouse, news: Callable[[Warehouse], None]
) -> None:
    news(house)
    pointers = {path: path.read_bytes() for path in (house.folder / "raw").glob("*/current.json")}
    found, _ = night()
    assert found is None
    assert {path: path.read_bytes() for path in pointers} == pointers
    assert house.last_writer is None, "the lock is free for the run"


def test_a_service_that_is_down_asks_for_a_run(house: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STATLINE_URL", "http://127.0.0.1:9")
    monkeypatch.setattr("pipelines.statline.limits.ATTEMPTS", 1)
    found, _ = night(within=2.0)
    assert found is None


def test_a_night_that_takes_too_long_asks_for_a_run(house: Warehouse) -> None:
    found, _ = night(within=0.0)
    assert found is None


def test_what_is_held_stays_held_on_a_quiet_night(house: Warehouse) -> None:
    """Gone back by hand: the inputs still make the release that was left, and it is not made again."""
    left = house.releases.current()
    assert left is not None
    earlier = house.releases.root / "20200101T000000.000Z-00000000"
    shutil.copytree(left.folder, earlier)
    for name, change in (("manifest.json", {"release_id": earlier.name, "invoer": "0" * 64}),):
        path = earlier / name
        path.chmod(0o644)
        path.write_text(json.dumps(json.loads(path.read_bytes()) | change), encoding="utf-8")
    house.journal.append("vasthouden", left.release_id, "klopt niet", inputs=left.manifest.inputs)
    with house.releases.exclusive():
        house.releases.point_at(type(left)(earlier))
    found, _ = night()
    assert found is not None
    assert found.release.release_id == earlier.name
    assert found.held is not None
    assert found.held.startswith(f"release {left.release_id} is held since ")


def test_another_writer_is_not_waited_for(house: Warehouse) -> None:
    with house.lock("refresh", run_id="andere"):
        found, dead = night()
    assert (found, dead) == (None, [])


def test_who_died_is_told_also_on_a_quiet_night(house: Warehouse) -> None:
    note = {"pid": 7, "host": "elders", "sinds": "2026-11-22 02:00:00", "wat": "refresh", "run": "dode"}
    (house.folder / LOCK_FILE).write_text(json.dumps(note), encoding="utf-8")
    found, (dead,) = night()
    assert found is not None
    assert (dead.run, dead.pid) == ("dode", 7)


def test_who_died_is_told_also_where_the_disk_has_no_room(house: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: Warehouse) -> None:
        raise DiskError("the disk is full")

    monkeypatch.setattr("pipelines.refresh.require_space", full)
    note = {"pid": 7, "host": "elders", "sinds": "2026-11-22 02:00:00", "wat": "refresh", "run": "dode"}
    (house.folder / LOCK_FILE).write_text(json.dumps(note), encoding="utf-8")
    found, (dead,) = night()
    assert (found, dead.run) == (None, "dode")


# --- what Dagster is told --------------------------------------------------------------------------------------------


def test_dagster_hears_of_it_without_a_run(house: Warehouse, instance: dg.DagsterInstance) -> None:
    found, _ = night()
    assert found is not None
    report_quiet(instance, found, Settings())
    assert instance.get_runs() == []
    for key in (CATALOGUE, RELEASE, END):
        event = instance.get_latest_materialization_event(key)
        assert event is not None
        assert event.asset_materialization is not None
        assert event.asset_materialization.description == found.words
    released = instance.get_latest_materialization_event(RELEASE)
    assert released is not None
    assert released.asset_materialization is not None
    assert released.asset_materialization.metadata["uitgave"].value == found.release.release_id


def tick(instance: dg.DagsterInstance) -> Any:
    (schedule,) = defs.schedules or []
    moment = datetime(2026, 12, 1, 3, tzinfo=UTC)
    return schedule.evaluate_tick(dg.build_schedule_context(instance=instance, scheduled_execution_time=moment))


def test_the_schedule_skips_a_night_without_news_and_says_so(house: Warehouse, instance: dg.DagsterInstance) -> None:
    asked = tick(instance)
    assert asked.run_requests == []
    assert asked.skip_message is not None
    assert asked.skip_message.startswith(f"{len(TABLES)} tables were checked at CBS: no news. Ongewijzigd: ")
    assert instance.get_latest_materialization_event(END) is not None


def test_the_schedule_runs_when_there_is_news(house: Warehouse, instance: dg.DagsterInstance) -> None:
    move_a_stamp(house)
    (request,) = tick(instance).run_requests
    assert request.run_key == "2026-12-01"
    assert instance.get_latest_materialization_event(END) is None


def test_quiet_nights_count_as_refreshes_that_ended(house: Warehouse, instance: dg.DagsterInstance) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=3)
    assert "geen_run" in sensors._missing(instance, long_ago, datetime.now(UTC))
    found, _ = night()
    assert found is not None
    report_quiet(instance, found, Settings())
    assert sensors._missing(instance, long_ago, datetime.now(UTC)) == {}
    assert "geen_run" in sensors._missing(instance, long_ago, datetime.now(UTC) + NIGHT)


# --- old runs --------------------------------------------------------------------------------------------------------


@dg.job
def nacht() -> None:
    """A job without a step."""


@pytest.mark.slow
def test_old_runs_go_but_never_the_newest(instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch) -> None:
    made = [nacht.execute_in_process(instance=instance).run_id for _ in range(13)]
    busy = instance.create_run_for_job(nacht, status=dg.DagsterRunStatus.STARTED).run_id
    log = dg.get_dagster_logger()
    prune_runs(instance, 90, log)
    assert {run.run_id for run in instance.get_runs()} == {*made, busy}, "none is old"

    class InFourMonths(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:
            return datetime.now(tz) + timedelta(days=120)

    monkeypatch.setattr("pipelines.orchestration.home.datetime", InFourMonths)
    prune_runs(instance, 90, log)
    left = {run.run_id for run in instance.get_runs()}
    assert left == {*made[-9:], busy}, "the ten newest stay, however old, and one that has not ended"
