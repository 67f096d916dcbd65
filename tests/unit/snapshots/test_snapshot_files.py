"""The files of a snapshot keep their form: what was written before is read, and what is written has the same keys."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pipelines.snapshots.records import Pointer, SnapshotRecord
from pipelines.snapshots.store import Origin, SnapshotStore
from pipelines.statline.client import CatalogueRow, Source, Stamps
from pipelines.statline.transport import RequestRecord

STAMP = "2020-11-26T02:00:00"
URL = "http://127.0.0.1:34325"
# As they were written when no snapshot had a remark yet.
SNAPSHOT: dict[str, Any] = {
    "bron": URL,
    "bytes": 1396,
    "catalogus": {"Catalog": "CBS", "ColumnCount": 7, "Title": "Wmo-cliënten; type maatwerkarrangement, regio"},
    "filter": None,
    "hash": "5688f30e88f57f64",
    "metadata": {"TableInfos": "e964d74fc050487f3948dbc6539160d88d6c237a4ee893f8ca64f0356cb24337"},
    "opgehaald": "2026-11-28T21:44:34.251487Z",
    "rijen": 96,
    "sha256": "15bbea1fbbf55b5854e24f7f0cddfc8eaf5c90ce9666bcc3de0da589d3a1191b",
    "soort": "opname",
    "tabel": "83262NED",
    "verzoeken": [
        {"attempts": 1, "bytes": None, "seconds": 0.004, "status": 200, "url": f"{URL}/ODataFeed/odata/83262NED/"}
    ],
}
POINTER: dict[str, Any] = {
    "bron": URL,
    "filter": None,
    "gecontroleerd": "2026-11-28T21:44:34.251487Z",
    "hash": "5688f30e88f57f64",
    "identiteit": "opname",
    "soort": "opname",
    "stamps": {"MetaDataModified": STAMP, "Modified": STAMP, "Updated": STAMP},
}
ORIGIN = Origin(
    CatalogueRow("83262NED", "Wmo-cliënten", Stamps(STAMP, STAMP, STAMP), 1, {"Catalog": "CBS"}),
    Source(URL, recording=True),
    None,
)
REMARK = "Alleen Den Haag; de kolom 'per 1 000' ontbreekt. Zie de coördinaten."


def written(warehouse: Path, origin: Origin) -> tuple[dict[str, Any], dict[str, Any]]:
    """``snapshot.json`` and ``current.json`` of a snapshot made now."""
    with SnapshotStore(warehouse).write("83262NED") as draft:
        draft.add_metadata("TableInfos", [{"ID": 0}])
        draft.add_rows([{"ID": 0}])
        kept = SnapshotStore(warehouse).keep(draft, origin, [RequestRecord(f"{URL}/", 200, None, 1, 0.004)])
    files = (kept.folder / "snapshot.json", kept.folder.parent / "current.json")
    record, pointer = (json.loads(path.read_bytes()) for path in files)
    return record, pointer


def test_files_from_before_are_read_and_written_back_as_they_were() -> None:
    record = SnapshotRecord.model_validate_json(json.dumps(SNAPSHOT))
    pointer = Pointer.model_validate_json(json.dumps(POINTER))
    moment = datetime(2026, 11, 28, 21, 44, 34, 251487, tzinfo=UTC)
    assert (record.table, record.row_count, record.kind, record.fetched) == ("83262NED", 96, "opname", moment)
    assert (record.catalogue_row["ColumnCount"], record.requests[0].attempts, record.base_url) == (7, 1, URL)
    assert (pointer.identity, pointer.kind, pointer.base_url, pointer.checked) == ("opname", "opname", URL, moment)
    assert (record.remark, pointer.remark) == (None, None)
    assert record.model_dump(mode="json") == SNAPSHOT
    assert pointer.model_dump(mode="json") == POINTER


def test_new_files_have_the_keys_of_before(tmp_path: Path) -> None:
    record, pointer = written(tmp_path, ORIGIN)
    assert record.keys() == SNAPSHOT.keys()
    assert pointer.keys() == POINTER.keys()
    assert record["verzoeken"][0].keys() == SNAPSHOT["verzoeken"][0].keys()
    assert pointer["stamps"] == POINTER["stamps"]


def test_a_remark_is_the_one_key_that_may_come_along(tmp_path: Path) -> None:
    record, pointer = written(tmp_path, replace(ORIGIN, row=replace(ORIGIN.row, remark=REMARK)))
    assert record == SNAPSHOT | record | {"kanttekening": REMARK}
    assert record.keys() - SNAPSHOT.keys() == pointer.keys() - POINTER.keys() == {"kanttekening"}
    assert pointer["kanttekening"] == REMARK


def test_a_key_that_is_not_known_is_no_snapshot_of_ours() -> None:
    with pytest.raises(ValueError, match="Extra inputs are not permitted"):
        Pointer.model_validate_json(json.dumps(POINTER | {"herkomst": "?"}))
