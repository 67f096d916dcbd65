"""raw/ keeps what is in use, what releases were made of and the newest others; the rest goes."""

import json
import os
from pathlib import Path

import pytest

from pipelines.build.counts import CheckCounts
from pipelines.releases.manifest import ReleaseManifest
from pipelines.releases.upkeep import prune_snapshots
from pipelines.releases.warehouse import Warehouse

TABLE = "85335NED"
# From old to new; ``f``, the newest but one, is in use, as when CBS took back a revision.
VERSIONS = "abcdefg"
POINTER = {
    "hash": "f",
    "stamps": {},
    "identiteit": "opname",
    "bron": "http://127.0.0.1:1",
    "soort": "opname",
    "filter": None,
    "gecontroleerd": "2026-10-31T02:00:00Z",
}


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    for number, name in enumerate(VERSIONS):
        folder = tmp_path / "raw" / TABLE / name
        folder.mkdir(parents=True)
        (folder / "snapshot.json").write_text("{}")
        os.utime(folder, (1e9 + number, 1e9 + number))
    (tmp_path / "raw" / TABLE / "current.json").write_text(json.dumps(POINTER))
    release(tmp_path, "20260101-x", "b")
    observed = tmp_path / "observations" / TABLE
    (observed / "c-yml-opname").mkdir(parents=True)
    (observed / "current.json").write_text(json.dumps({"version": "c-yml-opname"}))
    return tmp_path


def release(warehouse: Path, release_id: str, snapshot: str) -> None:
    folder = warehouse / "releases" / release_id
    folder.mkdir(parents=True)
    parts = {"dbt": "f00", f"tabel {TABLE}": f"{snapshot}-yml-opname", "tabel 99999NED": "ontbreekt"}
    manifest = ReleaseManifest(
        release_id=release_id,
        made="2026-01-01T00:00:00Z",
        source="opname",
        explanation="Bron: CBS.",
        inputs="f00",
        checks=CheckCounts(total=1, warnings=[]),
        parts=parts,
    )
    (folder / "manifest.json").write_text(json.dumps(manifest.as_row()))


def prune(warehouse: Path) -> list[str]:
    return prune_snapshots(Warehouse(warehouse))


def kept(warehouse: Path) -> set[str]:
    return {path.name for path in (warehouse / "raw" / TABLE).iterdir() if path.is_dir()}


def test_what_is_in_use_or_in_a_release_and_the_two_newest_others_stay(warehouse: Path) -> None:
    removed = prune(warehouse)
    assert kept(warehouse) == {"b", "c", "f", "e", "g"}
    assert removed == [f"{TABLE}/d", f"{TABLE}/a"]


def test_a_version_goes_when_its_last_release_is_gone(warehouse: Path) -> None:
    prune(warehouse)
    (warehouse / "releases" / "20260101-x" / "manifest.json").unlink()
    assert prune(warehouse) == [f"{TABLE}/b"]


def test_a_table_of_which_the_pointer_cannot_be_read_is_left_alone(warehouse: Path) -> None:
    (warehouse / "raw" / TABLE / "current.json").write_text("{")
    assert prune(warehouse) == []
    assert kept(warehouse) == set(VERSIONS)


def test_a_table_that_is_no_longer_a_source_follows_the_same_rule(warehouse: Path) -> None:
    (warehouse / "raw" / TABLE).rename(warehouse / "raw" / "00000NED")
    prune(warehouse)
    assert {path.name for path in (warehouse / "raw" / "00000NED").iterdir() if path.is_dir()} == {"f", "g", "e"}


def test_of_a_damaged_release_nothing_is_known_so_nothing_goes(warehouse: Path) -> None:
    (warehouse / "releases" / "20260101-x" / "manifest.json").write_text("{")
    assert prune(warehouse) == []
    assert kept(warehouse) == {"a", "b", "c", "d", "e", "f", "g"}
