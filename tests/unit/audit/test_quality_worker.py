"""The audit runs in a process of its own: every way to die is told to the parent, and it ends when its parent does."""

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from pipelines.audit import AuditError, AuditRequest, AuditWorker
from pipelines.audit.worker import _evaluate
from pipelines.build.checks import CheckResult
from pipelines.common.places import LOCK_FILE
from pipelines.common.settings import PROJECT

ODD = "tests.support.odd_engine"
SUITE = """\
tabel: inwoners
omschrijving: Inwoners op 1 januari.
sleutel: [gm_code]
verwachtingen:
  - naam: waarde_plausibel
    type: expect_column_values_to_be_between
    met: {column: waarde, min_value: 500, max_value: 2000000}
    drempel: tussen 500 en 2.000.000 inwoners
    ernst: waarschuwing
    reden: Schiermonnikoog heeft er ruim 900, Amsterdam bijna 900.000.
"""


@pytest.fixture
def request_(tmp_path: Path) -> AuditRequest:
    with duckdb.connect(str(tmp_path / "monitor.duckdb")) as connection:
        connection.execute(
            "create table inwoners as select 'GM0363' as gm_code, 882633 as waarde union all select 'NL', 17590672"
        )
    (tmp_path / "inwoners.yml").write_text(SUITE, encoding="utf-8")
    return AuditRequest(database=tmp_path / "monitor.duckdb", suites=tmp_path)


@pytest.fixture(scope="module")
def engine() -> Iterator[AuditWorker]:
    """A worker with the real engine, which takes seconds to load."""
    with AuditWorker() as worker:
        yield worker


def odd(folder: Path, word: str) -> AuditRequest:
    return AuditRequest(database=folder / f"{word}.duckdb", suites=folder)


def test_a_worker_started_early_answers_in_dutch_and_as_often_as_it_is_asked(
    engine: AuditWorker, request_: AuditRequest, caplog: pytest.LogCaptureFixture
) -> None:
    assert engine.audit(request_, timeout=120) == [
        CheckResult(
            check="inwoners.waarde_plausibel",
            table="inwoners",
            column="waarde",
            severity="waarschuwing",
            threshold="tussen 500 en 2.000.000 inwoners",
            reason="Schiermonnikoog heeft er ruim 900, Amsterdam bijna 900.000.",
            found="1 van 2 getoetste rijen wijkt af (50 %), bijvoorbeeld: gm_code=NL, waarde=17590672",
            passed=False,
        )
    ]
    assert caplog.messages == []
    # What the engine says is for whoever looks at the run; the check itself says it in Dutch.
    (request_.suites / "inwoners.yml").write_text(
        SUITE.replace("column: waarde", "column: waarde, onzin: 1"), encoding="utf-8"
    )
    (broken,) = engine.audit(request_, timeout=120)
    assert "kloppen niet (onzin)" in broken.found
    assert "Check inwoners.waarde_plausibel could not be carried out" in caplog.text
    assert "extra fields not permitted" in caplog.text


def test_a_wrong_suite_reaches_the_parent_as_the_sentence_it_is(engine: AuditWorker, request_: AuditRequest) -> None:
    (request_.suites / "inwoners.yml").write_text(SUITE.replace("waarschuwing", "hoog"), encoding="utf-8")
    with pytest.raises(AuditError, match=r"could not start: .*inwoners\.yml:9: verwachtingen\.0\.ernst"):
        engine.audit(request_, timeout=120)
    with pytest.raises(AuditError, match=r"could not start: .*inwoners\.yml:9"):
        engine.audit(request_, timeout=120)
    (request_.suites / "inwoners.yml").write_text(SUITE, encoding="utf-8")
    with pytest.raises(AuditError, match=r"could not start: IO Error: .*elders\.duckdb"):
        engine.audit(request_.model_copy(update={"database": request_.suites / "elders.duckdb"}), timeout=120)


def test_a_worker_that_dies_is_an_error_with_its_last_words(tmp_path: Path) -> None:
    with AuditWorker(ODD) as worker:
        with pytest.raises(AuditError, match=r"without an answer \(exit code 1\); .* last words: geheugen op"):
            worker.audit(odd(tmp_path, "dies"), timeout=60)
        with pytest.raises(AuditError, match="without an answer"):
            worker.audit(odd(tmp_path, "answers"), timeout=60)


def test_an_engine_that_raises_is_an_error_with_what_it_raised(tmp_path: Path) -> None:
    with AuditWorker(ODD) as worker, pytest.raises(AuditError, match=r"without an answer \(KeyError\('geen sleutel'\)"):
        worker.audit(odd(tmp_path, "raises"), timeout=60)


def test_a_worker_that_cannot_load_its_engine_is_an_error_too(tmp_path: Path) -> None:
    with (
        AuditWorker("tests.support.no_engine") as worker,
        pytest.raises(AuditError, match=r"(?s)without an answer .*No module named 'tests\.support\.no_engine'"),
    ):
        worker.audit(odd(tmp_path, "answers"), timeout=60)


@pytest.mark.parametrize("word", ["sleeps", "spins"])
def test_a_worker_that_takes_too_long_is_ended(tmp_path: Path, word: str) -> None:
    with AuditWorker(ODD) as worker:
        worker.audit(odd(tmp_path, "answers"), timeout=60)
        with pytest.raises(AuditError, match=r"took over 0\.5 seconds"):
            worker.audit(odd(tmp_path, word), timeout=0.5)
        assert gone(int((tmp_path / "asleep").read_text()))


def test_a_worker_that_is_killed_while_it_judges_is_an_error(tmp_path: Path) -> None:
    killer = f"while [ ! -s {tmp_path}/asleep ]; do sleep 0.05; done; kill -9 $(cat {tmp_path}/asleep)"
    with (
        AuditWorker(ODD) as worker,
        subprocess.Popen(["sh", "-c", killer]),
        pytest.raises(AuditError, match=r"without an answer \(exit code -9\); the worker said nothing"),
    ):
        worker.audit(odd(tmp_path, "sleeps"), timeout=60)


def test_what_libraries_print_disturbs_nothing(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with AuditWorker(ODD) as worker:
        assert worker.audit(odd(tmp_path, "prints"), timeout=60) == []
    assert capfd.readouterr() == ("", "")


def test_closing_ends_a_worker_that_is_still_loading_and_leaves_no_file() -> None:
    worker = AuditWorker()
    worker.start()
    running = worker._running
    worker.close()
    worker.close()
    assert running is not None
    assert running.process.exitcode == -signal.SIGKILL
    assert not Path(running.printed.name).exists()


@pytest.mark.parametrize("word", ["idles", "sleeps"])
def test_closing_ends_a_worker_at_once_idle_or_at_work(tmp_path: Path, word: str) -> None:
    worker = AuditWorker(ODD)
    worker.audit(odd(tmp_path, "answers"), timeout=60)
    running = worker._running
    assert running is not None
    if word == "sleeps":
        running.pool.submit(_evaluate, ODD, odd(tmp_path, word))
        wait_until((tmp_path / "asleep").exists)
    worker.close()
    assert running.process.exitcode == -signal.SIGKILL


# No guard for `__main__`: whatever started the run must not start again in the worker.
PARENT = f"""\
import fcntl, sys, time
from pathlib import Path
from pipelines.audit import AuditRequest, AuditWorker
from pipelines.common.lock import WriterLock
import logging
import typer  # as the command line does

folder, word = Path(sys.argv[1]), sys.argv[2]
(folder / "started").open("a").write("x")
logging.basicConfig(stream=sys.stdout, format="%(message)s")
with WriterLock(folder, "refresh"), AuditWorker("{ODD}") as worker:
    worker.audit(AuditRequest(database=folder / "answers.duckdb", suites=folder), timeout=60)
    print("worker", worker._running.process.pid, flush=True)
    if word == "idles":
        time.sleep(600)
    worker.audit(AuditRequest(database=folder / f"{{word}}.duckdb", suites=folder), timeout=600)
"""


@pytest.mark.parametrize("word", ["idles", "sleeps", "spins"])
def test_a_worker_ends_when_its_parent_is_killed(tmp_path: Path, word: str) -> None:
    """And it never was another run: it started nothing again, imported nothing of the program, and held no lock."""
    (tmp_path / "parent.py").write_text(PARENT, encoding="utf-8")
    (tmp_path / "tmp").mkdir()
    environment = os.environ | {"PYTHONPATH": str(PROJECT), "TMPDIR": str(tmp_path / "tmp")}
    command = [sys.executable, str(tmp_path / "parent.py"), str(tmp_path), word]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        modules, files, worker = (parent.stdout.readline().strip() for _ in range(3))
        pid = int(worker.removeprefix("worker "))
        wait_until(lambda: word == "idles" or (tmp_path / "asleep").exists())
        os.kill(pid, 0)
        parent.kill()
        parent.wait()
        wait_until(lambda: gone(pid), seconds=5)
    assert (tmp_path / "started").read_text() == "x"
    assert list((tmp_path / "tmp").iterdir()) == []
    assert modules == ""
    assert LOCK_FILE not in files
    with (tmp_path / LOCK_FILE).open("r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)


def gone(pid: int) -> bool:
    """Whether no process has this id, or only what is left of one that ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def wait_until(true: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)
