"""`monitor health` answers from the warehouse alone: what is not well, how bad, and what to do; 0, 1 or 2."""

import json
import os
import shutil
import socket
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.common.located_yaml import YamlError
from pipelines.sources.datasets import load_datasets
from tests.support.aged_snapshots import make_snapshot, make_snapshots
from tests.support.made_up_releases import stored_release
from tests.support.webhook_receiver import receiver

TABLE = "85335NED"


@pytest.fixture(scope="module")
def healthy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("warehouse")
    make_snapshots(folder, load_datasets().values(), timedelta(hours=1), datetime.now(UTC))
    stored_release(folder, 1, "a")
    return folder


@pytest.fixture
def warehouse(healthy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = shutil.copytree(healthy, tmp_path / "warehouse", symlinks=True)
    monkeypatch.setenv("MONITOR_WAREHOUSE", str(folder))
    monkeypatch.delenv("MONITOR_WEBHOOK_URL", raising=False)
    return folder


class Done(NamedTuple):
    code: int
    said: str


def run(*arguments: str) -> Done:
    done = CliRunner().invoke(app, list(arguments), env={"COLUMNS": "300"})
    return Done(done.exit_code, done.output)


def age(warehouse: Path, hours: float, *tables: str) -> None:
    for table in tables or sorted(path.name for path in (warehouse / "raw").iterdir()):
        make_snapshot(warehouse, table, datetime.now(UTC) - timedelta(hours=hours))


def lock(warehouse: Path, pid: int, hours: float) -> None:
    since = f"{datetime.now(UTC) - timedelta(hours=hours):%Y-%m-%d %H:%M:%S}"
    note = {"pid": pid, "host": socket.gethostname(), "sinds": since, "wat": "refresh", "run": "nacht"}
    (warehouse / ".schrijver.lock").write_text(json.dumps(note), encoding="utf-8")


def test_all_is_well(warehouse: Path) -> None:
    said = "All is well: the release is whole, every table was checked in time, and there is room.\n"
    assert run("health") == Done(0, said)


def dead_process() -> int:
    ended = subprocess.Popen(["true"])
    ended.wait()
    return ended.pid


def spoil(warehouse: Path) -> None:
    (database,) = warehouse.glob("releases/*/monitor.duckdb")
    with database.open("ab") as file:
        file.write(b"x")


def spoil_journal(warehouse: Path) -> None:
    (warehouse / "journaal.ndjson").write_text("onzin\n{}\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("what", "code", "said"),
    [
        (
            lambda w: age(w, 40, TABLE),
            1,
            f"WARNING: Table {TABLE} of jeugdzorg_wijken was last checked at CBS 40 hours",
        ),
        (
            lambda w: age(w, 200, TABLE),
            2,
            f"CRITICAL: Table {TABLE} of jeugdzorg_wijken was last checked at CBS 8 days",
        ),
        (lambda w: age(w, 30), 1, "WARNING: No table was checked at CBS for 30 hours; the limit is 26 hours. Look"),
        (lambda w: lock(w, os.getpid(), 7), 1, "WARNING: refresh (run nacht), process "),
        (lambda w: lock(w, dead_process(), 1), 1, "WARNING: A run was killed, or the machine stopped: refresh (run"),
        (lambda w: (w / "monitor.duckdb").unlink(), 2, "CRITICAL: "),
        (
            spoil,
            2,
            "CRITICAL: Release 20260101T030000.000Z-aaaaaaaa: monitor.duckdb is not the file that was published",
        ),
        (spoil_journal, 2, "CRITICAL: Line 1 of "),
    ],
)
def test_each_thing_that_is_not_well_is_a_sentence(
    warehouse: Path, what: Callable[[Path], None], code: int, said: str
) -> None:
    what(warehouse)
    done = run("health")
    assert done.code == code, done.said
    assert done.said.startswith(said)
    assert len(done.said.splitlines()) == 1


def test_a_mistake_in_a_yml_is_a_sentence_for_each_command(warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Path) -> None:
        raise YamlError("wmo_regio.yml:3: jaren is not a span of years")

    monkeypatch.setattr("pipelines.build.project.load_datasets", fail)
    assert run("health") == Done(2, "CRITICAL: wmo_regio.yml:3: jaren is not a span of years\n")
    assert run("freshness") == Done(2, "wmo_regio.yml:3: jaren is not a span of years\n")
    status = run("status")
    assert status.code == 1
    assert status.said.endswith("wmo_regio.yml:3: jaren is not a span of years\n")


def test_a_run_that_is_writing_is_no_finding(warehouse: Path) -> None:
    lock(warehouse, os.getpid(), 1)
    assert run("health").code == 0


def test_a_disk_on_which_the_next_refresh_will_not_fit(warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.watch.health.needed_bytes", lambda _: 10**18)
    done = run("health")
    assert done.code == 1
    assert "so the next refresh, which may need 953,674,316,406 MB, will refuse to start" in done.said


def test_before_the_first_refresh_it_is_critical_and_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MONITOR_WAREHOUSE", str(tmp_path / "nergens"))
    done = run("health")
    assert done.code == 2
    assert "was never fetched; `monitor refresh` says what is wrong with it." in done.said


def test_it_is_posted_when_asked_and_only_when_something_is_not_well(
    warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with receiver() as inbox:
        monkeypatch.setenv("MONITOR_WEBHOOK_URL", inbox.url)
        assert run("health", "--notify").code == 0
        age(warehouse, 40, TABLE)
        assert run("health").code == 1
        assert inbox.messages == []
        assert run("health", "--notify").code == 1
        (message,) = inbox.messages
        assert (message["soort"], message["ernst"], message["tabellen"]) == ("gezondheid", "waarschuwing", [TABLE])
        inbox.answers = [404]
        assert run("health", "--notify").code == 2


def test_freshness_lists_every_table_and_status_names_those_that_are_late(warehouse: Path) -> None:
    tables = sum(len(dataset.tabellen) for dataset in load_datasets().values())
    assert f"All {tables} tables were checked at CBS in the last 1 hour." in run("status").said
    age(warehouse, 40, TABLE)
    listed = run("freshness")
    assert listed.code == 1
    assert len([line for line in listed.said.splitlines() if line.split()[-1] in ("vers", "verouderd")]) == tables
    late = f"Table {TABLE} of jeugdzorg_wijken was last checked at CBS 40 hours ago"
    assert late in listed.said
    assert late in run("status").said
    age(warehouse, 200, TABLE)
    assert run("freshness").code == 2
