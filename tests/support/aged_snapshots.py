"""Snapshots of one row per table, last checked when a test says: enough to judge ages by."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipelines.snapshots.store import Origin, SnapshotStore
from pipelines.sources.datasets import Dataset
from pipelines.statline.client import CatalogueRow, Source, Stamps

NOW = datetime(2026, 11, 22, 0, 0, tzinfo=UTC)
SOURCE = Source("http://127.0.0.1:1", recording=True)


def make_snapshots(warehouse: Path, datasets: Iterable[Dataset], age: timedelta, now: datetime = NOW) -> None:
    """Give every table of ``datasets`` a snapshot that was last checked ``age`` before ``now``."""
    for tabel in dict.fromkeys(table.tabel for dataset in datasets for table in dataset.tabellen):
        make_snapshot(warehouse, tabel, now - age)


def make_snapshot(warehouse: Path, tabel: str, checked: datetime) -> None:
    """Give one table a snapshot that was last checked at ``checked``."""
    store = SnapshotStore(warehouse)
    origin = Origin(CatalogueRow(tabel, tabel, Stamps("2026-01-01", "2026-01-01", "2026-01-01"), 1, {}), SOURCE, None)
    with store.write(tabel) as draft:
        draft.add_metadata("TableInfos", [{"ID": 0, "Identifier": tabel}])
        draft.add_metadata("DataProperties", [])
        draft.add_rows([{"ID": 0}])
        snapshot = store.keep(draft, origin)
    pointer = snapshot.folder.parent / "current.json"
    moved = snapshot.pointer.model_copy(update={"checked": checked})
    pointer.write_text(moved.model_dump_json(), encoding="utf-8")
