"""Dagster's configuration follows the settings, holds no secret, and what somebody wrote by hand stays."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import yaml

from pipelines.common.settings import ConfigurationError, Settings
from pipelines.orchestration.home import administration_open, prepare

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
