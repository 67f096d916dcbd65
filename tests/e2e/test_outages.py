"""Nights on which CBS is down, whole or in part: little is asked of it, nothing is lost, and what can come in does."""

import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from pipelines.settings import RECORDING
from pipelines.statline.recording import serve_recording
from tests import faults
from tests.conftest import refresh
from tests.e2e.conftest import AlteredRecording, copy_warehouse, files
from tests.statline_service import Reply, Service, proxy

RELEASED_WITH_FAILURES = 2
DOWN = Reply(503, b"Onderhoud")
# Four attempts, and what the circuit lets through: three tables in a row, with three others under way beside them.
ATTEMPTS, TABLES_BEFORE_OPEN = 4, 6

Run = subprocess.CompletedProcess[str]


def night(copy: Path, service: Service, *arguments: str) -> tuple[Run, float]:
    """A refresh from ``service``, and the seconds it took."""
    started = time.monotonic()
    return refresh(copy, *arguments, STATLINE_URL=service.url), time.monotonic() - started


def kept(warehouse: Path) -> dict[str, bytes]:
    """Releases and snapshots, file by file."""
    return files(warehouse / "releases") | files(warehouse / "raw")


def failures(run: Run) -> list[str]:
    return [line for line in run.stdout.splitlines() if line.startswith("FAILED ")]


def test_a_host_that_is_down_all_night_costs_one_question_and_the_release_stands(
    warehouse: Path, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    copy = copy_warehouse(warehouse, tmp_path / "warehouse")
    before, link = kept(copy), (copy / "monitor.duckdb").readlink()
    with serve_recording(RECORDING) as url, proxy(url) as service:
        service.fail(".", DOWN)
        run, seconds = night(copy, service)
        asked = len(service.requests)
    record_property("requests", asked)
    record_property("seconds", round(seconds, 1))
    assert run.returncode == RELEASED_WITH_FAILURES, run.stdout + run.stderr
    assert asked == ATTEMPTS
    (sentence,) = failures(run)
    assert sentence.startswith("FAILED 34 tables. Page 1 of the catalogue: http://127.")
    assert "Nothing changed, so the release stays: " in run.stdout
    assert kept(copy) == before
    assert (copy / "monitor.duckdb").readlink() == link


def test_a_host_whose_tables_are_down_is_left_alone_after_a_few(
    warehouse: Path, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """As in February 2026: the catalogue answered, the Feed did not; here CBS changed every table besides."""
    copy = copy_warehouse(warehouse, tmp_path / "warehouse")
    before, link = kept(copy), (copy / "monitor.duckdb").readlink()
    with serve_recording(RECORDING) as url, proxy(url) as service:
        service.fail("ODataFeed", DOWN)
        run, seconds = night(copy, service, "--force")
        asked = [request for request in service.requests if "ODataFeed" in request]
    record_property("requests", len(service.requests))
    record_property("seconds", round(seconds, 1))
    assert run.returncode == RELEASED_WITH_FAILURES, run.stdout + run.stderr
    assert len(asked) <= ATTEMPTS * TABLES_BEFORE_OPEN
    assert "Tables: 0 fetched, 0 unchanged, 34 failed." in run.stdout
    assert "answered with status 503 ('Onderhoud')" in failures(run)[0]
    assert "Nothing changed, so the release stays: " in run.stdout
    assert kept(copy) == before
    assert (copy / "monitor.duckdb").readlink() == link


def test_a_table_that_breaks_off_half_way_does_not_keep_the_others_out(warehouse: Path, tmp_path: Path) -> None:
    copy = copy_warehouse(warehouse, tmp_path / "warehouse")
    broken = files(copy / "raw" / "84799NED")
    altered = AlteredRecording(tmp_path / "statline")
    altered.stamp("84799NED")
    # Another stamp, the same content: it comes in, and there is nothing to build.
    altered.stamp("85039NED")
    with altered.served() as service:
        service.fail("84799NED/UntypedDataSet.*skip=10000", faults.reset)
        run, _ = night(copy, service)
        pages = [request for request in service.requests if "84799NED/UntypedDataSet" in request]
    assert run.returncode == RELEASED_WITH_FAILURES, run.stdout + run.stderr
    assert "Tables: 1 fetched, 32 unchanged, 1 failed." in run.stdout
    (sentence,) = failures(run)
    assert sentence.startswith(
        "FAILED Table 84799NED of kerncijfers_wijken_en_buurten was not brought up to date: Page 2 of "
    )
    assert sentence.endswith(" stays in use.")
    assert ["skip=10000" in page for page in pages] == [False] + [True] * ATTEMPTS
    assert files(copy / "raw" / "84799NED") == broken
