"""`monitor refresh` tells the webhook of its own failures: no sensor sees a run that belongs to no code location."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.commands import refresh as refresh_command
from pipelines.common.located_yaml import YamlError
from pipelines.common.lock import WriterLock
from tests.support.webhook_receiver import Receiver, receiver


@pytest.fixture
def inbox(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Receiver]:
    with receiver() as running:
        monkeypatch.setenv("MONITOR_WEBHOOK_URL", running.url)
        monkeypatch.setenv("MONITOR_WAREHOUSE", str(tmp_path))
        monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "dagster"))
        yield running


def test_a_run_that_failed_is_told_once_with_its_id_and_sentence(tmp_path: Path, inbox: Receiver) -> None:
    with WriterLock(tmp_path, "refresh", run_id="nacht"):
        done = CliRunner().invoke(app, ["refresh", "--no-wait"])
    assert done.exit_code == 1
    (message,) = inbox.messages
    assert (message["soort"], message["ernst"], message["stap"]) == ("run_mislukt", "kritiek", None)
    assert message["titel"] == f"Run {message['run']} of job refresh failed"
    assert message["bericht"].startswith(f"{tmp_path} is being written by refresh (run nacht), process ")
    assert message["bericht"] in done.output


@pytest.mark.parametrize("error", [YamlError("wmo.yml:3: fout"), RuntimeError("wmo.yml:3: fout")])
def test_what_breaks_before_the_run_is_told_too(
    inbox: Receiver, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*arguments: object, **options: object) -> int:
        raise error

    monkeypatch.setattr(refresh_command, "run_refresh", fail)
    assert CliRunner().invoke(app, ["refresh"]).exit_code == 1
    (message,) = inbox.messages
    assert (message["run"], message["titel"]) == (None, "A refresh could not run; the last release stands")
    assert message["bericht"] == f"{type(error).__name__}: wmo.yml:3: fout"


def test_a_question_that_is_wrong_is_nobody_elses_business(inbox: Receiver) -> None:
    done = CliRunner().invoke(app, ["refresh", "--dataset", "bestaat_niet"])
    assert done.exit_code == 1
    assert inbox.messages == []
