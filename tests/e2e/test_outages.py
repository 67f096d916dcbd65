"""Nights on which CBS is down, whole or in part: little is asked of it, nothing is lost, and what can come in does."""

import subprocess
from pathlib import Path

import pytest

from pipelines.common.settings import RECORDING
from pipelines.recording import serve_recording
from tests.support import faults
from tests.support.altered_recording import AlteredRecording
from tests.support.place import Place
from tests.support.statline_service import Reply, proxy
from tests.support.warehouses import copy_warehouse, files

RELEASED_WITH_FAILURES = 2
DOWN = Reply(503, b"Onderhoud")
# Four attempts, and what the circuit lets through: three tables in a row, with three others under way beside them.
ATTEMPTS, TABLES_BEFORE_OPEN = 4, 6

Run = subprocess.CompletedProcess[str]


def kept(warehouse: Path) -> dict[str, bytes]:
    """Releases and snapshots, file by file."""
    return files(warehouse / "releases") | files(warehouse / "raw")


def failures(run: Run) -> list[str]:
    return [line for line in run.stdout.splitlines() if line.startswith("FAILED ")]


@pytest.mark.slow
def test_a_host_that_is_down_all_night_costs_one_question_and_the_release_stands(small: Place) -> None:
    before, link = kept(small.warehouse), (small.warehouse / "monitor.duckdb").resolve()
    with serve_recording(RECORDING) as url, proxy(url) as service:
        service.fail(".", DOWN)
        run = small.run("refresh", url=service.url)
        asked = len(service.requests)
    assert run.returncode == RELEASED_WITH_FAILURES, run.stdout
    assert asked == ATTEMPTS
    (sentence,) = failures(run)
    assert sentence.startswith("FAILED 3 tables. Page 1 of the catalogue: http://127.")
    assert "Nothing changed, so the release stays: " in run.stdout
    assert kept(small.warehouse) == before
    assert (small.warehouse / "monitor.duckdb").resolve() == link


@pytest.mark.slow
def test_a_host_whose_tables_are_down_is_left_alone_after_a_few(whole_release: Place, tmp_path: Path) -> None:
    """As in February 2026: the catalogue answered, the Feed did not; here CBS changed every table besides.

    It takes more tables than the miniature has.
    """
    copy = copy_warehouse(whole_release.warehouse, tmp_path / "warehouse")
    before, link = kept(copy), (copy / "monitor.duckdb").resolve()
    with serve_recording(RECORDING) as url, proxy(url) as service:
        service.fail("ODataFeed", DOWN)
        run = whole_release.with_warehouse(copy).run("refresh", "--force", url=service.url)
        asked = [request for request in service.requests if "ODataFeed" in request]
    assert run.returncode == RELEASED_WITH_FAILURES, run.stdout
    assert len(asked) <= ATTEMPTS * TABLES_BEFORE_OPEN
    assert "Tables: 0 fetched, 0 unchanged, 34 failed." in run.stdout
    assert "answered with status 503 ('Onderhoud')" in failures(run)[0]
    assert "Nothing changed, so the release stays: " in run.stdout
    assert kept(copy) == before
    assert (copy / "monitor.duckdb").resolve() == link


@pytest.mark.slow
def test_a_table_that_breaks_off_half_way_does_not_keep_the_others_out(
    small: Place, small_recording: AlteredRecording
) -> None:
    broken = files(small.warehouse / "raw" / "85335NED")
    small_recording.stamp("85335NED")
    # Another stamp, the same content: it comes in, and there is nothing to build.
    small_recording.stamp("85098NED")
    with serve_recording(small_recording.folder, page_size=150) as url, proxy(url) as service:
        service.fail("85335NED/UntypedDataSet.*skip=150", faults.reset)
        run = small.run("refresh", url=service.url)
        pages = [request for request in service.requests if "85335NED/UntypedDataSet" in request]
    assert run.returncode == RELEASED_WITH_FAILURES, run.stdout
    assert "Tables: 1 fetched, 1 unchanged, 1 failed." in run.stdout
    (sentence,) = failures(run)
    assert sentence.startswith("FAILED Table 85335NED of jeugdzorg_wijken was not brought up to date: Page 2 of ")
    assert sentence.endswith(" stays in use.")
    assert ["skip=150" in page for page in pages] == [False] + [True] * ATTEMPTS
    assert files(small.warehouse / "raw" / "85335NED") == broken
