"""One command from nothing to a release; a night on which nothing changed costs almost nothing and changes nothing.

What holds for any number of tables is tried with the miniature each time, and with all of them among the slow tests.
"""

import json
import os
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import pytest
from dagster import DagsterEventType

from pipelines.build.workspace import Workspace
from pipelines.common.settings import RECORDING
from pipelines.recording import serve_recording
from pipelines.releases.content import table_hashes
from tests.support.administration import administration_of
from tests.support.miniature import TABLES as SMALL
from tests.support.place import Place
from tests.support.statline_service import Service, proxy
from tests.support.warehouses import copy_warehouse, files, query

TABLES = 34
SIZES = ("miniature", pytest.param("whole_release", marks=pytest.mark.slow))

# Every Python process started with this on its path writes down its command and which of these packages it imports.
WITNESS = """
import os, sys
WATCHED = ("great_expectations", "dbt.cli.main", "dbt.parser")
def note(line):
    with open(os.path.join(os.path.dirname(__file__), "log"), "a", encoding="utf-8") as log:
        log.write(line + "\\n")
def see(event, arguments):
    if event == "import" and arguments[0] in WATCHED:
        note("import " + arguments[0])
sys.addaudithook(see)
note("start " + " ".join(sys.orig_argv[1:]))
"""

Run = subprocess.CompletedProcess[str]


@dataclass
class Witness:
    """What Python processes did during a refresh."""

    folder: Path

    def refresh(self, place: Place, url: str) -> Run:
        """Refresh under the eyes of the witness, in a new process."""
        path = f"{self.folder}{os.pathsep}{place.project}"
        return place.run_anew("refresh", url=url, PYTHONPATH=path)

    def seen(self) -> set[str]:
        """Names of watched packages that were imported, and ``dbt <command>`` for each dbt process."""
        lines = (self.folder / "log").read_text(encoding="utf-8").splitlines()
        assert "start -m pipelines.cli refresh" in lines
        imports = {line.removeprefix("import ") for line in lines if line.startswith("import ")}
        began = "start -m pipelines.build.dbt_process "
        commands = [line.removeprefix(began).split() for line in lines if line.startswith(began)]
        return imports | {f"dbt {next(word for word in words if not word.startswith('--'))}" for words in commands}


@pytest.fixture
def witness(tmp_path: Path) -> Witness:
    folder = tmp_path / "witness"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(WITNESS, encoding="utf-8")
    return Witness(folder)


@pytest.fixture(scope="module", params=SIZES)
def released(request: pytest.FixtureRequest) -> Place:
    """A project with a release, as all share it."""
    place: Place = request.getfixturevalue(request.param)
    return place


@pytest.fixture(scope="module")
def tables(released: Place) -> int:
    """How many tables it has."""
    return TABLES if released.is_full else len(SMALL)


@pytest.fixture(scope="module")
def cbs(released: Place) -> Iterator[Service]:
    """Its recording as it is; nothing in this module alters it."""
    with serve_recording(released.recording) as url, proxy(url) as running:
        yield running


@pytest.fixture(scope="module")
def night(released: Place, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A warehouse that is up to date, for a night on which CBS changed nothing."""
    return released.with_warehouse(copy_warehouse(released.warehouse, tmp_path_factory.mktemp("night") / "warehouse"))


def last_run(warehouse: Path) -> Workspace:
    newest = max((warehouse / "build").iterdir(), key=lambda folder: folder.stat().st_mtime)
    return Workspace(warehouse, newest.name)


def asked(cbs: Service) -> Counter[str]:
    """Requests by the last part of their path."""
    return Counter(request.partition("?")[0].rpartition("/")[2] for request in cbs.requests)


def test_an_empty_warehouse_ends_with_a_release_of_all_tables(warehouse: Path) -> None:
    catalogue = json.loads((RECORDING / "catalog" / "Tables.json").read_bytes())
    listed = {row["Identifier"]: row["RecordCount"] for row in catalogue}
    assert len(listed) == TABLES
    read = dict(query(warehouse, "select distinct tabel_id, rijen from herkomst"))
    assert read.keys() == listed.keys()
    assert read == listed
    (release,) = (warehouse / "releases").iterdir()
    assert (warehouse / "monitor.duckdb").resolve() == (release / "monitor.duckdb").resolve()
    assert {path.name for path in release.iterdir()} >= {"monitor.duckdb", "manifest.json", "kwaliteit.json"}
    manifest = json.loads((release / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["bron"] == "opname"
    inputs = last_run(warehouse).inputs
    assert inputs is not None
    assert manifest["invoer"] == inputs.fingerprint


def test_a_night_without_changes_asks_the_catalogue_only_and_neither_builds_nor_audits(
    night: Place, tables: int, cbs: Service, witness: Witness
) -> None:
    before = files(night.warehouse / "releases")
    cbs.mend()
    run = witness.refresh(night, cbs.url)
    assert run.returncode == 0, run.stdout
    assert f"Tables: 0 fetched, {tables} unchanged, 0 failed." in run.stdout
    assert "Nothing changed, so the release stays: " in run.stdout
    assert asked(cbs) == {"Tables": 1}
    assert witness.seen() == set()
    assert files(night.warehouse / "releases") == before
    assert "did not end well" not in run.stdout


def test_a_night_without_changes_shows_in_dagster_without_a_run(night: Place) -> None:
    with administration_of(night.warehouse) as instance:
        assert instance.get_runs() == []
        for asset in ("catalogus", "uitgave", "afsluiting"):
            told = instance.get_latest_materialization_event(dg.AssetKey(asset))
            assert told is not None, asset
            assert told.asset_materialization is not None
            assert told.asset_materialization.description == (
                "Ongewijzigd: alles waarvan de laatste uitgave is gemaakt is nog hetzelfde."
            )


def test_force_fetches_everything_again_and_the_same_content_makes_no_release(
    night: Place, tables: int, cbs: Service
) -> None:
    before = files(night.warehouse / "releases")
    cbs.mend()
    run = night.run("refresh", "--force", url=cbs.url)
    assert run.returncode == 0, run.stdout
    assert f"Tables: {tables} fetched, 0 unchanged, 0 failed." in run.stdout
    assert "Nothing changed, so the release stays: " in run.stdout
    assert asked(cbs)["UntypedDataSet"] >= tables
    assert files(night.warehouse / "releases") == before


def test_what_builds_nothing_is_a_successful_run_of_every_step_and_check(night: Place) -> None:
    """The forced fetch, as the UI shows it: not one step failed or skipped, and no check left without a result."""
    with administration_of(night.warehouse) as instance:
        (newest,) = instance.get_runs()
        events = Counter(record.dagster_event_type for record in instance.all_logs(newest.run_id))
    assert newest.status is dg.DagsterRunStatus.SUCCESS
    assert events[DagsterEventType.STEP_FAILURE] == events[DagsterEventType.STEP_SKIPPED] == 0
    planned = events[DagsterEventType.ASSET_CHECK_EVALUATION_PLANNED]
    assert planned == events[DagsterEventType.ASSET_CHECK_EVALUATION] > (100 if night.is_full else 10)


@pytest.mark.slow
@pytest.mark.parametrize("released", ["miniature"], indirect=True, scope="module")
def test_the_same_snapshots_make_the_same_tables_again(
    released: Place, tables: int, cbs: Service, witness: Witness, tmp_path: Path
) -> None:
    """Row for row, in a build of its own; what says when and under which name it was made may differ.

    Of the whole recording `test_either_protocol` shows it too, of tables that came in another form.
    """
    again = copy_warehouse(released.warehouse, tmp_path / "warehouse")
    (again / "monitor.duckdb").unlink()
    for folder in (again / "releases").iterdir():
        folder.rename(tmp_path / folder.name)
    run = witness.refresh(released.with_warehouse(again), cbs.url)
    assert run.returncode == 0, run.stdout
    assert f"Tables: 0 fetched, {tables} unchanged, 0 failed." in run.stdout
    assert "Released: " in run.stdout
    # What the night without changes must not do, is seen here when it is done.
    assert witness.seen() >= {"great_expectations", "dbt.cli.main", "dbt build"}
    made = table_hashes(again / "monitor.duckdb")
    assert len(made) >= 3
    assert made == table_hashes(released.warehouse / "monitor.duckdb")
