"""Keep the observations of every table up to date with its snapshot, and hand them to the build.

::

    observations/<tabel>/current.json                 which version is in use
    observations/<tabel>/<version>/cellen/*.parquet   one row per cell (observations.py)
    observations/<tabel>/<version>/{maten,onderwerpen,tabel}.parquet
    observations/<tabel>/<version>/inhoud.json        sha256 of each of these files

A version is named after the snapshot, the dataset's yml and the kind of source, so that reading again is only done when
one of those changed. A table that can no longer be understood keeps its last good version in use. Before a version is
used every byte of it is checked; a damaged one is made again from its snapshot.
"""

import os
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import polars as pl

from pipelines.settings import RECORDING
from pipelines.statline.columns import SchemaDriftError
from pipelines.statline.datasets import Dataset, TableReference
from pipelines.statline.observation_store import CELLS, MEASURES, TABLE, TOPICS, ObservationStore
from pipelines.statline.observations import write_parts
from pipelines.statline.snapshots import Snapshot, SnapshotError, SnapshotStore
from pipelines.statline.table_plan import TablePlan, plan_table

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

MEASURE_SCHEMA: dict[str, Any] = {
    "dataset": pl.String,
    "maat": pl.String,
    "jaar": pl.Int16,
    "tabel_id": pl.String,
    "onderwerp": pl.String,
    "pad": pl.String,
    "eenheid": pl.String,
    "voorkeur": pl.Int8,
    "optellen": pl.Boolean,
    "ontbrekend_onderdeel_is_nul": pl.Boolean,
}
TOPIC_SCHEMA: dict[str, Any] = {
    "dataset": pl.String,
    "tabel_id": pl.String,
    "onderwerp": pl.String,
    "pad": pl.String,
    "eenheid": pl.String,
    "datatype": pl.String,
    "decimalen": pl.Int8,
    "omschrijving": pl.String,
}
TABLE_SCHEMA: dict[str, Any] = {
    "tabel_id": pl.String,
    "titel": pl.String,
    "dataset": pl.String,
    "jaar": pl.Int16,
    "jaren": pl.String,
    "gewijzigd": pl.Datetime("us"),
    "opgehaald": pl.Datetime("us"),
    "rijen": pl.Int64,
    "sha256": pl.String,
    "soort": pl.String,
    "status": pl.String,
    "licentie": pl.String,
    "bronvermelding": pl.String,
    "kanttekening": pl.String,
}


@dataclass(frozen=True)
class ObservationOutcome:
    """What became of the observations of one table; ``melding`` says what to do when it failed."""

    dataset: str
    tabel: str
    uitkomst: Literal["gelezen", "ongewijzigd", "mislukt"]
    melding: str | None = None
    observaties: int | None = None

    def as_json(self) -> dict[str, Any]:
        """The outcome as a JSON object."""
        return asdict(self)


def observe_dataset(
    dataset: Dataset, years: set[int] | None, snapshots: SnapshotStore, store: ObservationStore
) -> list[ObservationOutcome]:
    """Bring the observations of every table of ``dataset`` that covers one of ``years`` (None: all) up to date.

    A table that fails never raises: its outcome says why.
    """
    tables = [table for table in dataset.tabellen if years is None or table.jaren.as_set() & years]
    return [_observe_table(dataset, table, snapshots, store) for table in tables]


def _observe_table(
    dataset: Dataset, table: TableReference, snapshots: SnapshotStore, store: ObservationStore
) -> ObservationOutcome:
    try:
        snapshot = snapshots.current(table.tabel)
        if snapshot is None:
            return ObservationOutcome(dataset.naam, table.tabel, "mislukt", f"Table {table.tabel} was never fetched.")
        version = f"{snapshot.hash}-{dataset.fingerprint}-{snapshot.soort}"
        if store.is_current(table.tabel, version) and store.damage(table.tabel) is None:
            return ObservationOutcome(dataset.naam, table.tabel, "ongewijzigd")
        count = _write_version(dataset, table, snapshots, snapshot, store, version)
    except Exception as error:  # noqa: BLE001 - one table never takes the others down; the message says what it was
        kept = _fallback(store, table.tabel)
        known = isinstance(error, SchemaDriftError | SnapshotError)
        reason = str(error) if known else f"Table {table.tabel} could not be read: {type(error).__name__}: {error}."
        return ObservationOutcome(dataset.naam, table.tabel, "mislukt", f"{reason} ({kept})")
    return ObservationOutcome(dataset.naam, table.tabel, "gelezen", observaties=count)


def _fallback(store: ObservationStore, table: str) -> str:
    if store.current(table) is None:
        return "nothing to fall back on"
    damage = store.damage(table)
    return "the last version that was understood stays in use" if damage is None else f"its last version: {damage}"


def _write_version(
    dataset: Dataset,
    table: TableReference,
    snapshots: SnapshotStore,
    snapshot: Snapshot,
    store: ObservationStore,
    version: str,
) -> int:
    snapshots.verify(snapshot)
    plan = plan_table(dataset, table, snapshots.all_metadata(snapshot))
    draft = store.root / table.tabel / f".draft-{os.getpid()}"
    shutil.rmtree(draft, ignore_errors=True)
    try:
        count = write_parts(plan, snapshots.rows(snapshot, plan.rows_per_part), draft / CELLS)
        _write_rows(_measure_rows(plan), MEASURE_SCHEMA, draft / f"{MEASURES}.parquet")
        _write_rows(_topic_rows(plan), TOPIC_SCHEMA, draft / f"{TOPICS}.parquet")
        _write_rows([_table_row(plan, snapshots, snapshot)], TABLE_SCHEMA, draft / f"{TABLE}.parquet")
        store.use(draft, table.tabel, version)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return count


def _write_rows(rows: Sequence[dict[str, Any]], schema: dict[str, Any], path: Path) -> None:
    pl.DataFrame(rows, schema=schema, orient="row").write_parquet(path)


def _measure_rows(plan: TablePlan) -> list[dict[str, Any]]:
    """Per year, measure and column: where the measure comes from in this table."""
    return [
        {
            "dataset": plan.dataset.naam,
            "maat": column.measure,
            "jaar": year,
            "tabel_id": plan.table.tabel,
            "onderwerp": column.topic.key,
            "pad": column.topic.full_path,
            "eenheid": column.topic.unit,
            "voorkeur": column.preference,
            "optellen": column.definition.optellen,
            "ontbrekend_onderdeel_is_nul": year in (column.definition.ontbrekend_onderdeel_is_nul or ()),
        }
        for columns in plan.mapped.values()
        for column in columns
        for year in sorted(plan.table.jaren.as_set())
        if year in column.definition.jaren
    ]


def _topic_rows(plan: TablePlan) -> list[dict[str, Any]]:
    return [
        {
            "dataset": plan.dataset.naam,
            "tabel_id": plan.table.tabel,
            "onderwerp": topic.key,
            "pad": topic.full_path,
            "eenheid": topic.unit,
            "datatype": topic.datatype,
            "decimalen": topic.decimals,
            "omschrijving": topic.description,
        }
        for topic in plan.topics
    ]


def _table_row(plan: TablePlan, snapshots: SnapshotStore, snapshot: Snapshot) -> dict[str, Any]:
    """Provenance of the snapshot as the table `herkomst` shows it; times are UTC, Modified is CBS's local time."""
    info = snapshots.metadata(snapshot, "TableInfos")[0]
    years = plan.table.jaren
    return {
        "tabel_id": plan.table.tabel,
        "titel": info["Title"].strip(),
        "dataset": plan.dataset.naam,
        "jaar": years.first if years.first == years.last else None,
        "jaren": str(years),
        "gewijzigd": datetime.fromisoformat(snapshot.gewijzigd or info["Modified"]).replace(tzinfo=None),
        "opgehaald": snapshot.record.opgehaald.astimezone(UTC).replace(tzinfo=None),
        "rijen": snapshot.rijen,
        "sha256": snapshot.record.sha256,
        "soort": snapshot.soort,
        "status": info.get("OutputStatus"),
        "licentie": plan.dataset.licentie,
        "bronvermelding": plan.dataset.bronvermelding,
        "kanttekening": _remark(plan.table.tabel) if snapshot.soort == "opname" else None,
    }


def _remark(table: str) -> str | None:
    """What is wrong or partial about the recorded table, from the recording's own provenance list."""
    provenance = pl.read_csv(RECORDING / "PROVENANCE.csv", columns=["tabel", "kanttekening"])
    found = provenance.filter(pl.col("tabel") == table)["kanttekening"].to_list()
    return found[0] if found else None


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
