"""Keep the observations of every table up to date with its snapshot, and hand them to the build.

::

    observations/<tabel>/current.json                 which version is in use
    observations/<tabel>/<version>/cellen/*.parquet   one row per cell (observations.py)
    observations/<tabel>/<version>/{maten,onderwerpen,tabel}.parquet
    observations/<tabel>/<version>/vorm.json          its shape, and how that differs from the version before
    observations/<tabel>/<version>/inhoud.json        sha256 of each of these files
    observations/<tabel>/afgewezen.json               the shape that a person must accept first, while there is one

A version is named after the snapshot, the dataset's yml and the kind of source, so that reading again is only done when
one of those changed. A table that can no longer be understood, or changed its shape in a way that may not be followed,
keeps its last good version in use. Before a version is used every byte of it is checked; a damaged one
is made again from its snapshot.
"""

import os
import shutil
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from pipelines.observations.cells import write_parts
from pipelines.observations.columns import SchemaDriftError
from pipelines.observations.drift import (
    DriftNotAcceptedError,
    Known,
    ShapeRecord,
    compare,
    require_followable,
    warnings,
)
from pipelines.observations.plan import plan_table
from pipelines.observations.provenance import write_small_tables
from pipelines.observations.shape import Shape
from pipelines.observations.shape_builder import ShapeBuilder
from pipelines.observations.store import CELLS, MEASURES, TABLE, TOPICS, ObservationStore
from pipelines.snapshots.store import Snapshot, SnapshotError, SnapshotStore
from pipelines.sources.datasets import Dataset, TableReference

__all__ = [
    "CELLS",
    "MEASURES",
    "TABLE",
    "TOPICS",
    "ObservationOutcome",
    "ObservationStore",
    "gather",
    "observe_dataset",
]


@dataclass(frozen=True)
class ObservationOutcome:
    """What became of the observations of one table.

    ``melding`` says what to do when it failed, ``waarschuwingen`` what CBS changed about the version in use; ``jaren``
    are all that the dataset takes from the table.
    """

    dataset: str
    tabel: str
    uitkomst: Literal["gelezen", "ongewijzigd", "mislukt"]
    melding: str | None = None
    observaties: int | None = None
    waarschuwingen: tuple[str, ...] = ()
    jaren: tuple[int, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The outcome as a JSON object."""
        return asdict(self)


def observe_dataset(
    dataset: Dataset,
    years: set[int] | None,
    snapshots: SnapshotStore,
    store: ObservationStore,
    known: Known | None = None,
) -> list[ObservationOutcome]:
    """Bring the observations of every table of ``dataset`` that covers one of ``years`` (None: all) up to date.

    A table that fails never raises: its outcome says why.
    """
    tables = [table for table in dataset.tabellen if years is None or table.jaren.as_set() & years]
    return [_observe_table(_Reading(dataset, table, snapshots, store, known or Known())) for table in tables]


def standing_warnings(dataset: Dataset, table: str, store: ObservationStore, known: Known) -> tuple[str, ...]:
    """What CBS changed about the version of ``table`` in use, and nobody has accepted; one sentence each."""
    record = store.record(table)
    if record is None or not record.afwijkingen or known.accepted(record.vorm.digest):
        return ()
    return tuple(warnings(dataset, table, record.afwijkingen))


@dataclass(frozen=True)
class _Reading:
    """One table to bring up to date."""

    dataset: Dataset
    table: TableReference
    snapshots: SnapshotStore
    store: ObservationStore
    known: Known

    def outcome(self, uitkomst: Literal["gelezen", "ongewijzigd"], count: int | None = None) -> ObservationOutcome:
        found = standing_warnings(self.dataset, self.table.tabel, self.store, self.known)
        return ObservationOutcome(self.dataset.naam, self.table.tabel, uitkomst, None, count, found, self.years)

    def failure(self, melding: str) -> ObservationOutcome:
        return ObservationOutcome(self.dataset.naam, self.table.tabel, "mislukt", melding, jaren=self.years)

    @property
    def years(self) -> tuple[int, ...]:
        return tuple(sorted(self.table.jaren.as_set()))


def _observe_table(reading: _Reading) -> ObservationOutcome:
    dataset, table, store = reading.dataset, reading.table.tabel, reading.store
    try:
        snapshot = reading.snapshots.current(table)
        if snapshot is None:
            return reading.failure(f"Table {table} was never fetched.")
        version = f"{snapshot.hash}-{dataset.fingerprint}-{snapshot.soort}"
        if store.is_current(table, version) and store.damage(table) is None:
            return reading.outcome("ongewijzigd")
        # What was wrong with an earlier snapshot or yml is over; what is wrong now is told anew.
        store.forget_refusal(table)
        count = _write_version(reading, snapshot, version)
        return reading.outcome("gelezen", count)
    except Exception as error:  # noqa: BLE001 - one table never takes the others down; the message says what it was
        kept = _fallback(store, table)
        known = isinstance(error, SchemaDriftError | SnapshotError)
        reason = str(error) if known else f"Table {table} could not be read: {type(error).__name__}: {error}."
        return reading.failure(f"{reason} ({kept})")


def _fallback(store: ObservationStore, table: str) -> str:
    if store.current(table) is None:
        return "nothing to fall back on"
    damage = store.damage(table)
    return "the last version that was understood stays in use" if damage is None else f"its last version: {damage}"


def _write_version(reading: _Reading, snapshot: Snapshot, version: str) -> int:
    dataset, table, snapshots, store = reading.dataset, reading.table, reading.snapshots, reading.store
    earlier = _earlier_shape(store, table.tabel, snapshot)
    metadata = snapshots.all_metadata(snapshot)
    plan = plan_table(dataset, table, metadata, earlier)
    draft = store.root / table.tabel / f".draft-{os.getpid()}"
    shutil.rmtree(draft, ignore_errors=True)
    try:
        found = ShapeBuilder(plan)
        count = write_parts(plan, snapshots.rows(snapshot, plan.rows_per_part), draft / CELLS, found)
        shape = found.build(metadata, snapshot.record.catalogus.get("ColumnCount"))
        drifts = compare(plan, earlier, shape, reading.known.gemeenten())
        if drifts and not reading.known.accepted(shape.digest):
            require_followable(dataset, table.tabel, drifts, shape.digest)
        write_small_tables(plan, snapshots, snapshot, draft)
        store.use(draft, table.tabel, version, ShapeRecord(vorm=shape, vorige=earlier, afwijkingen=tuple(drifts)))
    except DriftNotAcceptedError as error:
        store.refuse(table.tabel, error.refusal(snapshot.hash))
        raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return count


def _earlier_shape(store: ObservationStore, table: str, snapshot: Snapshot) -> Shape | None:
    """The shape to compare ``snapshot`` with; None when it is the first of its kind of source.

    A recording holds part of a table, so what it lacks is no drift. A snapshot that is read again, since the yml
    changed or a file was damaged, is compared with what it was compared with before: else that would end its warnings.
    """
    record, version = store.record(table), store.current(table)
    if record is None or version is None or not version.name.endswith(f"-{snapshot.soort}"):
        return None
    return record.vorige if version.name.startswith(f"{snapshot.hash}-") else record.vorm


def gather(datasets: Iterable[Dataset], store: ObservationStore, target: Path) -> dict[str, str]:
    """Link the observations in use of every table into ``target``, one folder per source of dbt.

    Hard links freeze the input of one build: a refresh that comes along later cannot change it.

    Returns:
        Why the observations of a table cannot be used, by its id.
    """
    unusable: dict[str, str] = {}
    for table in (table.tabel for dataset in datasets for table in dataset.tabellen):
        folder = store.current(table)
        if folder is None:
            unusable[table] = f"Table {table} was never fetched: refresh its year."
            continue
        damage = store.damage(table)
        if damage is not None:
            unusable[table] = f"Table {table}: {damage}. Refresh its year: that makes it again from its snapshot."
            continue
        for part in sorted((folder / CELLS).glob("*.parquet")):
            _link(part, target / "observaties" / table / part.name)
        _link(folder / f"{MEASURES}.parquet", target / "maten" / f"{table}.parquet")
        _link(folder / f"{TOPICS}.parquet", target / "onderwerpen" / f"{table}.parquet")
        _link(folder / f"{TABLE}.parquet", target / "tabellen" / f"{table}.parquet")
    return unusable


def _link(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except OSError:
        # Some file systems have no hard links; a copy freezes just as well.
        shutil.copyfile(source, target)
