"""What a killed run leaves is cleared by the next; what is in use, finished or worth a look stays."""

import json
import os
from pathlib import Path

import pytest

from pipelines.build.inputs import Inputs
from pipelines.build.workspace import Workspace
from pipelines.releases.store import Releases
from pipelines.releases.upkeep import clear_leftovers
from pipelines.releases.warehouse import Warehouse

MADE_OF = Inputs(fingerprint="a", parts={})

IN_USE = (
    "raw/85335NED/current.json",
    "raw/85335NED/f350/rows.ndjson.gz",
    "observations/85335NED/current.json",
    "observations/85335NED/f350-yml-opname/tabel.parquet",
    "releases/20260101-a/monitor.duckdb",
    "releases/20260101-a/manifest.json",
    "releases/20260102-b/monitor.duckdb",
    "releases/20260102-b/manifest.json",
    "build/vorige/audit.json",
    "afgekeurd.json",
    "recording/.verborgen",
    "dagster/.iets",
    "releases/van-iemand-anders/lijst.csv",
    "raw/.snapshot/iets",
)
UNFINISHED = (
    "raw/85335NED/.draft-1a2b3c4d/rows.ndjson.gz",
    "raw/85335NED/.draft-1a2b3c4d-damaged/rows.ndjson.gz",
    "raw/85335NED/.current.json.4711",
    "observations/85335NED/.draft-4711/cellen/part-00000.parquet",
    "observations/85335NED/.current.json.4711",
    "releases/.draft-20260103-c/monitor.duckdb",
    "releases/.draft-20260103-c/monitor.duckdb.wal",
    "build/gedood/monitor.duckdb.wal",
    "build/gedood/.running",
    ".afgekeurd.json.4711",
)


def files(warehouse: Path) -> set[str]:
    return {path.relative_to(warehouse).as_posix() for path in warehouse.rglob("*") if not path.is_dir()}


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    for name in (*IN_USE, *UNFINISHED):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}", encoding="utf-8")
    (tmp_path / "monitor.duckdb").symlink_to("releases/20260101-a/monitor.duckdb")
    (tmp_path / ".monitor.duckdb.4711").symlink_to("releases/20260102-b/monitor.duckdb")
    return tmp_path


def test_everything_unfinished_goes_and_nothing_else(warehouse: Path) -> None:
    clear_leftovers(Warehouse(warehouse), Workspace(warehouse, "nieuw"))
    assert files(warehouse) == {*IN_USE, "monitor.duckdb"}
    current = Releases(warehouse).current()
    assert current
    assert current.release_id == "20260101-a"


def test_a_killed_run_that_is_started_again_finds_what_it_did(warehouse: Path) -> None:
    workspace = Workspace(warehouse, "gedood")
    workspace.inputs = MADE_OF
    clear_leftovers(Warehouse(warehouse), workspace)
    assert workspace.inputs == MADE_OF


def test_a_run_that_ended_leaves_no_mark_and_its_build_stays_until_two_newer_ones(warehouse: Path) -> None:
    for number, name in enumerate(("een", "twee", "drie")):
        workspace = Workspace(warehouse, name)
        workspace.begin()
        workspace.inputs = MADE_OF
        workspace.end()
        os.utime(workspace.folder, (2e9 + number, 2e9 + number))
    clear_leftovers(Warehouse(warehouse), Workspace(warehouse, "vier"))
    assert {path.name for path in (warehouse / "build").iterdir()} == {"twee", "drie"}


def test_an_empty_warehouse_has_no_leftovers(tmp_path: Path) -> None:
    assert clear_leftovers(Warehouse(tmp_path), Workspace(tmp_path, "eerste")) == []


def test_a_release_that_is_pruned_is_never_listed_half(warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As when the process is killed while it removes files: the manifest must not be what is left."""
    monkeypatch.setattr("pipelines.releases.store.shutil.rmtree", lambda *_, **__: None)
    releases = Releases(warehouse)
    (warehouse / "releases" / "20260103-c").mkdir()
    (warehouse / "releases" / "20260103-c" / "manifest.json").write_text(json.dumps({}), encoding="utf-8")
    assert releases.prune(1) == ["20260102-b"]
    assert [release.release_id for release in releases.all()] == ["20260103-c", "20260101-a"]
