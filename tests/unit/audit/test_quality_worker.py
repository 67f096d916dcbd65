"""The audit runs in a process of its own: it answers once, and every way to die is told to the parent."""

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from pipelines.audit import AuditError, AuditRequest, AuditWorker, CheckResult

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


def test_a_worker_started_early_answers_in_dutch_and_only_once(request_: AuditRequest) -> None:
    with AuditWorker() as worker:
        assert worker.audit(request_, timeout=120) == [
            CheckResult(
                controle="inwoners.waarde_plausibel",
                tabel="inwoners",
                kolom="waarde",
                ernst="waarschuwing",
                drempel="tussen 500 en 2.000.000 inwoners",
                reden="Schiermonnikoog heeft er ruim 900, Amsterdam bijna 900.000.",
                gevonden="1 van 2 getoetste rijen wijkt af (50 %), bijvoorbeeld: gm_code=NL, waarde=17590672",
                geslaagd=False,
            )
        ]
        with pytest.raises(AuditError, match="already answered"):
            worker.audit(request_)


def test_a_wrong_suite_reaches_the_parent_as_the_sentence_it_is(request_: AuditRequest) -> None:
    (request_.suites / "inwoners.yml").write_text(SUITE.replace("waarschuwing", "hoog"), encoding="utf-8")
    with AuditWorker() as worker, pytest.raises(AuditError, match=r"inwoners\.yml:9: verwachtingen\.0\.ernst"):
        worker.audit(request_, timeout=120)


def test_a_worker_that_dies_is_an_error_with_its_last_words(request_: AuditRequest) -> None:
    dying = (sys.executable, "-c", "import sys; sys.stdin.readline(); sys.exit('geheugen op')")
    with AuditWorker(dying) as worker, pytest.raises(AuditError, match=r"exit code 1.*geheugen op"):
        worker.audit(request_, timeout=60)


def test_a_worker_that_dies_before_it_is_asked_is_an_error_too(request_: AuditRequest) -> None:
    with (
        AuditWorker((sys.executable, "-c", "raise SystemExit(3)")) as worker,
        pytest.raises(AuditError, match="exit code 3"),
    ):
        worker.audit(request_, timeout=60)


def test_a_worker_that_takes_too_long_is_ended(request_: AuditRequest) -> None:
    with (
        AuditWorker((sys.executable, "-c", "import time; time.sleep(60)")) as worker,
        pytest.raises(AuditError, match=r"took over 0\.5 seconds"),
    ):
        worker.audit(request_, timeout=0.5)


def test_an_answer_that_is_no_answer_is_an_error(request_: AuditRequest) -> None:
    with (
        AuditWorker((sys.executable, "-c", "print('Calculating Metrics: 100%')")) as worker,
        pytest.raises(AuditError, match="unreadable answer"),
    ):
        worker.audit(request_, timeout=60)


def test_a_worker_nobody_asks_anything_ends_quietly() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pipelines.audit.process"], stdin=subprocess.DEVNULL, capture_output=True, timeout=120
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_closing_ends_a_worker_that_is_still_loading() -> None:
    worker = AuditWorker()
    worker.start()
    process = worker._process
    worker.close()
    worker.close()
    assert process is not None
    assert process.returncode is not None
