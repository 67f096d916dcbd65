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

import json
import os
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import polars as pl

from pipelines.observations import codes
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
from pipelines.observations.plan import Metadata, TablePlan, plan_table
from pipelines.observations.provenance import write_small_tables
from pipelines.observations.shape import CodeList, Column, Shape
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


def all_understood(dataset: Dataset, snapshots: Iterable[Snapshot], store: ObservationStore) -> bool:
    """Whether the observations in use are of these snapshots, whole, and no shape waits to be accepted."""
    return all(
        store.is_current(snapshot.tabel, f"{snapshot.hash}-{dataset.fingerprint}-{snapshot.soort}")
        and store.refusal(snapshot.tabel) is None
        and store.damage(snapshot.tabel) is None
        for snapshot in snapshots
    )


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
    snapshots.verify(snapshot)
    earlier = _earlier_shape(store, table.tabel, snapshot)
    metadata = snapshots.all_metadata(snapshot)
    plan = plan_table(dataset, table, metadata, earlier)
    draft = store.root / table.tabel / f".draft-{os.getpid()}"
    shutil.rmtree(draft, ignore_errors=True)
    try:
        count = write_parts(plan, snapshots.rows(snapshot, plan.rows_per_part), draft / CELLS)
        shape = shape_of(plan, metadata, draft / CELLS, snapshot.record.catalogus.get("ColumnCount"))
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


# "West-Nederland, exclusief G4" has the code form of a landsdeel and is none.
_PARTIAL_REGION = "exclusief"
_NO_KIND = codes.UNKNOWN_REGION


def shape_of(plan: TablePlan, metadata: Metadata, cells: Path, column_count: int | None) -> Shape:
    """The shape of a table of which the observations were written as ``cells/*.parquet``."""
    dataset = plan.dataset
    titles = {key: _titles(metadata[key]) for key in plan.dimensions}
    found = _codes_in_rows(plan, cells)
    regions, names = found[dataset.regio], titles[dataset.regio]
    kinds = {code: codes.region_kind(code) for code in regions}
    with_names = set(plan.dimensions) - {dataset.regio, dataset.periode}
    periods = metadata[dataset.periode] if dataset.periode else []
    return Shape(
        kolommen=tuple(Column.of(topic) for topic in plan.topics),
        codelijsten={
            key: CodeList(codes=titles[key] if key in with_names else {}, breedte=_width(metadata[key]))
            for key in plan.dimensions
        },
        onbekende_codes={
            key: tuple(sorted(unlisted)) for key in plan.dimensions if (unlisted := found[key] - set(titles[key]))
        },
        regiosoorten=tuple(sorted({_kind(kind, names.get(code, "")) for code, kind in kinds.items()} - {_NO_KIND})),
        regiovormen={code: names.get(code, "") for code in sorted(kinds) if kinds[code] == _NO_KIND},
        gemeenten={code: names.get(code, "") for code in _municipalities_with_figures(plan, cells)},
        statuswoorden=tuple(sorted({(row.get("Status") or "").strip() for row in periods} - {""})),
        kolomtelling=column_count,
    )


def _titles(rows: Sequence[dict[str, Any]]) -> dict[str, str]:
    return {row["Key"].strip(): (row["Title"] or "").strip() for row in rows}


def _width(rows: Sequence[dict[str, Any]]) -> int:
    return max((len(row["Key"]) for row in rows), default=0)


def _kind(kind: str, title: str) -> str:
    return f"{kind} {_PARTIAL_REGION}" if _PARTIAL_REGION in title.lower() else kind


def _codes_in_rows(plan: TablePlan, cells: Path) -> dict[str, set[str]]:
    """The trimmed codes per dimension that stand in the rows."""
    # Every row has a cell in every column, so one column holds all codes; without columns there are no rows.
    rows = pl.scan_parquet(cells / "*.parquet").filter(pl.col("onderwerp") == plan.topics[0].key)
    found = {key: set[str]() for key in plan.dimensions}
    found[plan.dataset.regio] = _distinct(rows, "regio")
    if plan.dataset.periode:
        found[plan.dataset.periode] = _distinct(rows, "periode")
    for text in _distinct(rows, "dimensies"):
        for key, code in json.loads(text).items():
            found[key].add(code)
    return found


def _municipalities_with_figures(plan: TablePlan, cells: Path) -> list[str]:
    """Codes of the municipalities that have a figure of a measure in a year for which the yml takes the table."""
    years = plan.table.jaren
    figures = pl.scan_parquet(cells / "*.parquet").filter(
        (pl.col("regio_soort") == "gemeente")
        & pl.col("maat").is_not_null()
        & (pl.col("waarde").is_not_null() | pl.col("tekst").is_not_null())
        & pl.col("jaar").is_between(years.first, years.last)
    )
    return sorted(_distinct(figures, "regio"))


def _distinct(rows: pl.LazyFrame, column: str) -> set[str]:
    """The values of one column, read piece by piece: the tables of CBS reach millions of rows."""
    values = rows.select(pl.col(column)).unique().collect(engine="streaming")
    return set(values[column])
