"""The cells that a release was made of: the snapshots of its tables, as CBS published them.

What does not belong here: what a release made of them (``reader``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property

import orjson

from pipelines.releases.reader import open_database
from pipelines.releases.store import Release, ReleaseError
from pipelines.releases.warehouse import Warehouse
from pipelines.snapshots.records import RECORD_FILE, SnapshotRecord
from pipelines.snapshots.store import Snapshot, SnapshotError, load
from pipelines.statline.errors import TableNotFoundError
from pipelines.statline.transport import Row


class ReleasedCells:
    """Looks up rows in the tables of ``release``, the current one of ``warehouse`` unless another is named."""

    def __init__(self, warehouse: Warehouse, release: Release) -> None:
        self._snapshots = warehouse.snapshots
        self._release = release
        self._found: dict[str, Snapshot] = {}

    def metadata(self, table: str) -> Mapping[str, Sequence[Row]]:
        """The metadata of ``table`` in the version of the release.

        Raises:
            TableNotFoundError: the release was not made of it.
            SnapshotError: that version is no longer in the warehouse, or damaged.
        """
        self._found[table] = self._snapshot(table)
        return self._snapshots.all_metadata(self._found[table])

    def rows(self, table: str, codes: Mapping[str, str]) -> list[Row]:
        """The rows with these codes; ``metadata`` was asked before. Raises a ``SnapshotError`` for damaged rows."""
        wanted = {key: code.strip() for key, code in codes.items()}
        found: list[Row] = []
        for batch in self._snapshots.rows(self._found[table]):
            rows = map(orjson.loads, batch.splitlines())
            found += [row for row in rows if all(str(row[key]).strip() == code for key, code in wanted.items())]
        return found

    @cached_property
    def _hashes(self) -> dict[str, str]:
        """The hash of the rows of each table that the release was made of."""
        with open_database(self._release.database) as reader:
            return {row["tabel_id"]: row["sha256"] for row in reader.records("select tabel_id, sha256 from herkomst")}

    def _snapshot(self, table: str) -> Snapshot:
        if table not in self._hashes:
            raise TableNotFoundError(f"Release {self._release.release_id} was not made of table {table}")
        current = self._snapshots.current(table)
        for path in sorted((self._snapshots.raw / table).glob(f"[!.]*/{RECORD_FILE}")):
            record = load(path, SnapshotRecord)
            if record.sha256 == self._hashes[table] and current is not None:
                return replace(current, folder=path.parent, record=record)
        raise SnapshotError(
            f"Table {table}: the version that release {self._release.release_id} was made of is no longer in "
            f"{self._snapshots.raw}"
        )


def cells_of_release(warehouse: Warehouse, release_id: str | None = None) -> ReleasedCells:
    """The cells of a release: the current one, or the one with this id.

    Raises:
        ReleaseError: there is none.
    """
    release = warehouse.releases.find(release_id) if release_id else warehouse.releases.current()
    if release is None:
        raise ReleaseError("There is no release yet: run `monitor refresh`.")
    return ReleasedCells(warehouse, release)
