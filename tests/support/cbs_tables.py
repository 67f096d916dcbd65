"""A table as CBS may publish it: the recorded one, changed by a test, kept as a snapshot without asking any server."""

import copy
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pipelines.common.settings import RECORDING
from pipelines.observations.drift import Known
from pipelines.observations.observer import ObservationOutcome
from pipelines.observations.store import ObservationStore
from pipelines.snapshots.store import Origin, Snapshot, SnapshotStore
from pipelines.sources.datasets import Dataset, load_datasets
from pipelines.sources.seeds import municipal_lists, municipality_names
from pipelines.statline.client import CatalogueRow, Source, Stamps
from pipelines.statline.transport import Row
from tests.support.single_datasets import observe_dataset
from tests.support.statline_service import recorded_rows

Change = Callable[["Published"], None]


@dataclass
class Published:
    """Everything CBS publishes of one table; ``metadata`` by name of the entity."""

    tabel: str
    catalogue: Row
    metadata: dict[str, list[Row]]
    rows: list[Row]

    def topic(self, key: str) -> Row:
        """The topic with this key."""
        return next(row for row in self.metadata["DataProperties"] if row["Key"] == key)

    def add_topic(self, like: str, key: str, cells: str, **properties: Any) -> None:
        """Add a column directly after ``like``, with the same text in every cell; the catalogue counts it."""
        properties_of = self.metadata["DataProperties"]
        place = properties_of.index(self.topic(like)) + 1
        properties_of.insert(place, self.topic(like) | {"Key": key, "ID": 900 + len(properties_of)} | properties)
        for row in self.rows:
            row[key] = cells
        self.catalogue["ColumnCount"] += 1

    def drop_topic(self, key: str) -> None:
        """Take a column away; the catalogue does not count it any more."""
        self.metadata["DataProperties"].remove(self.topic(key))
        for row in self.rows:
            del row[key]
        self.catalogue["ColumnCount"] -= 1

    def rename_key(self, old: str, new: str) -> None:
        """Give a topic or dimension another key, everywhere."""
        self.topic(old)["Key"] = new
        if old in self.metadata:
            self.metadata[new] = self.metadata.pop(old)
        for row in self.rows:
            row[new] = row.pop(old)

    def code(self, dimension: str, code: str) -> Row:
        """The row of a code list with this code, which is given trimmed."""
        return next(row for row in self.metadata[dimension] if row["Key"].strip() == code)

    def add_code(self, dimension: str, code: str, title: str, *, rows_like: str | None = None) -> None:
        """Add a code to a list, and rows of it that are those of the code ``rows_like``."""
        like = self.metadata[dimension][0]
        padded = code.ljust(len(like["Key"]))
        self.metadata[dimension].append(like | {"Key": padded, "Title": title})
        copies = [row | {dimension: padded} for row in self.rows if row[dimension].strip() == rows_like]
        first = 1 + max(row["ID"] for row in self.rows)
        self.rows += [row | {"ID": number} for number, row in enumerate(copies, start=first)]

    def drop_code(self, dimension: str, code: str) -> None:
        """Take a code out of its list and its rows out of the table."""
        self.metadata[dimension].remove(self.code(dimension, code))
        self.rows = [row for row in self.rows if row[dimension].strip() != code]

    def row(self, **codes: str) -> Row:
        """The one row with these codes, which are given trimmed."""
        (found,) = (row for row in self.rows if all(row[key].strip() == code for key, code in codes.items()))
        return found


@cache
def _recorded(tabel: str) -> Published:
    catalogue = json.loads((RECORDING / "catalog" / "Tables.json").read_bytes())
    metadata = {path.stem: json.loads(path.read_bytes()) for path in (RECORDING / tabel).glob("*.json")}
    row = next(row for row in catalogue if row["Identifier"] == tabel)
    return Published(tabel, row, metadata, recorded_rows(tabel))


def recorded_table(tabel: str) -> Published:
    """The table as recorded, to be changed at will."""
    return copy.deepcopy(_recorded(tabel))


def publish(warehouse: Path, table: Published, *, live: bool = False) -> Snapshot:
    """Keep ``table`` as the snapshot in use."""
    stamps = Stamps("2026-10-31T02:00:00", "2026-10-31T02:00:00", "2026-10-31T02:00:00")
    row = CatalogueRow(table.tabel, table.catalogue["Title"], stamps, len(table.rows), table.catalogue)
    snapshots = SnapshotStore(warehouse)
    with snapshots.write(table.tabel) as draft:
        for entity, rows in table.metadata.items():
            draft.add_metadata(entity, rows)
        draft.add_rows(table.rows)
        return snapshots.keep(draft, Origin(row, Source("http://127.0.0.1:1", recording=not live), None))


def dataset_with(tabel: str, **changes: Any) -> Dataset:
    """The dataset of a table with that table only, and with ``changes`` to its yml."""
    dataset = next(d for d in load_datasets().values() if tabel in {table.tabel for table in d.tabellen})
    only = [table for table in dataset.tabellen if table.tabel == tabel]
    return dataset.model_copy(update={"tabellen": only} | changes)


def observe(
    warehouse: Path,
    tabel: str,
    accepted: Callable[[str], bool] = lambda _: False,
    *,
    later: Mapping[str, str] | None = None,
    **changes: Any,
) -> ObservationOutcome:
    """Read the snapshot of ``tabel`` that is in use, with ``changes`` to the yml of its dataset.

    ``later`` is the list of municipalities of the year after the newest in the seeds, as if they had it too.
    """
    dataset = dataset_with(tabel, **changes)
    stores = SnapshotStore(warehouse), ObservationStore(warehouse)
    names, lists = municipality_names(), dict(municipal_lists())
    if later:
        names, lists = {**names, **later}, {**lists, max(lists) + 1: later}
    (outcome,) = observe_dataset(dataset, None, *stores, Known(lambda: names, accepted, lambda: lists))
    return outcome
