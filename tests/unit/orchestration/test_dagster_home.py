"""Dagster's configuration follows the settings, holds no secret, and what somebody wrote by hand stays."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
import yaml

from pipelines.common.settings import ConfigurationError, Settings
from pipelines.orchestration.home import administration_open, instance, prepare
from tests.support.nasty_names import ALL_AT_ONCE

URL = "postgresql+psycopg2://monitor:geheim@127.0.0.1:5432/dagster"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MONITOR_WAREHOUSE", str(tmp_path))
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "dagster"))
    monkeypatch.delenv("MONITOR_DAGSTER_POSTGRES", raising=False)
    return tmp_path / "dagster"


def written(home: Path) -> str:
    assert prepare(Settings()) == home
    return (home / "dagster.yaml").read_text(encoding="utf-8")


def test_without_a_setting_the_administration_lies_in_the_folder_itself(home: Path) -> None:
    content = yaml.safe_load(written(home))
    assert content["telemetry"] == {"enabled": False}
    assert content["freshness"] == {"enabled": True}
    assert content["run_monitoring"]["enabled"] is True
    assert set(content["retention"]) == {"schedule", "sensor"}
    assert "storage" not in content


def test_postgres_is_named_by_its_variable_and_its_password_is_in_no_file(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MONITOR_DAGSTER_POSTGRES", URL)
    content = written(home)
    assert yaml.safe_load(content)["storage"] == {"postgres": {"postgres_url": {"env": "MONITOR_DAGSTER_POSTGRES"}}}
    assert "geheim" not in content + repr(Settings())


def test_it_follows_a_setting_that_changes_both_ways(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = written(home)
    monkeypatch.setenv("MONITOR_DAGSTER_POSTGRES", URL)
    assert written(home) != before
    monkeypatch.delenv("MONITOR_DAGSTER_POSTGRES")
    assert written(home) == before


def test_a_file_of_an_earlier_version_is_renewed(home: Path) -> None:
    home.mkdir()
    (home / "dagster.yaml").write_text("telemetry:\n  enabled: false\nnux:\n  enabled: false\n", encoding="utf-8")
    assert "run_monitoring" in written(home)


def test_a_file_that_somebody_wrote_by_hand_stays(home: Path) -> None:
    home.mkdir()
    (home / "dagster.yaml").write_text("telemetry:\n  enabled: false\nrun_queue: {}\n", encoding="utf-8")
    assert written(home) == "telemetry:\n  enabled: false\nrun_queue: {}\n"


def test_an_address_without_its_driver_is_refused_in_a_sentence_without_the_password(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MONITOR_DAGSTER_POSTGRES", "postgresql://monitor:geheim@127.0.0.1/dagster")
    with pytest.raises(ConfigurationError, match=r"should be postgresql\+psycopg2://") as refused:
        Settings()
    assert "geheim" not in str(refused.value)


def test_while_the_administration_is_open_its_log_is_not_folded_back_at_every_event(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    index = tmp_path / "history" / "runs" / "index.db"
    index.parent.mkdir(parents=True)
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))

    def one_event() -> None:
        with closing(sqlite3.connect(index)) as connection:
            connection.execute("pragma journal_mode = wal")
            connection.execute("create table if not exists event (moment text)")
            connection.execute("insert into event values ('nu')")
            connection.commit()

    one_event()
    log = index.with_name("index.db-wal")
    assert not log.exists()
    with administration_open():
        one_event()
        assert log.exists()
    assert not log.exists()
    with closing(sqlite3.connect(index)) as connection:
        assert connection.execute("select count(*) from event").fetchone() == (2,)


def test_an_administration_elsewhere_or_none_yet_is_nothing_to_keep_open(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    with administration_open():
        assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["data [2026]", "a*b", "Jan's data", ALL_AT_ONCE])
def test_what_is_written_counts_in_a_folder_of_any_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / name))
    prepare(Settings())
    with instance() as opened:
        assert not opened.telemetry_enabled
        assert opened.get_settings("run_monitoring")["enabled"] is True
        assert type(opened.event_log_storage).__name__ == "EventLog"


def started(*command: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "pipelines.orchestration.home", *command],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(("name", "given"), [("DAGSTER_HOME", ""), ("DAGSTER_HOME", "x"), ("DAGSTER_HOME", "~/x")])
def test_a_program_of_dagster_is_started_with_the_home_made_absolute(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, given: str
) -> None:
    monkeypatch.chdir(tmp_path)
    search_path = os.pathsep.join(sys.path)
    environment = {name: given, "HOME": str(tmp_path / "me"), "MONITOR_WAREHOUSE": "wh", "PYTHONPATH": search_path}
    done = started(sys.executable, "-c", "import os; print(os.environ['DAGSTER_HOME'])", **environment)
    expected = {"": "wh/dagster", "x": "x", "~/x": "me/x"}[given]
    assert (done.returncode, done.stdout) == (0, f"{tmp_path / expected}\n")
    assert (tmp_path / expected / "dagster.yaml").exists()


@pytest.mark.parametrize(
    ("name", "given"), [("MONITOR_KEEP_RELEASES", "ten"), ("DAGSTER_HOME", "/dev/null"), ("DAGSTER_HOME", "a[1]")]
)
def test_a_program_of_dagster_is_not_started_with_a_wrong_setting(tmp_path: Path, name: str, given: str) -> None:
    wrong = str(tmp_path / given) if given == "a[1]" else given
    done = started(sys.executable, "-c", "print('started')", **{name: wrong, "MONITOR_WAREHOUSE": str(tmp_path)})
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"{name} should be ")
    assert done.stderr.count("\n") == 1
