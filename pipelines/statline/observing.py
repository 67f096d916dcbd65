"""Keep the observations of every table up to date with its snapshot, and hand them to the build.

::

    observations/<tabel>/current.json                 which version is in use
    observations/<tabel>/<version>/cellen/*.parquet   one row per cell (observations.py)
    observations/<tabel>/<version>/{maten,onderwerpen,tabel}.parquet

A version is named after the snapshot, the dataset's yml and the kind of source, so that reading again is only done when
one of those changed. A table that can no longer be understood keeps its last good version in use.
"""

import json
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
from pipelines.statline.observations import write_parts
from pipelines.statline.snapshot_files import replace_file
from pipelines.statline.snapshots import Snapshot, SnapshotError, SnapshotStore
from pipelines.statline.table_plan import TablePlan, plan_table

CELLS, MEASURES, TOPICS, TABLE = "cellen", "maten", "onderwerpen", "tabel"
_POINTER = "current.json"

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


class ObservationStore:
    """The observations under ``warehouse/observations``."""

    def __init__(self, warehouse: Path) -> None:
        self.root = warehouse / "observations"

    def current(self, table: str) -> Path | None:
        """Folder of the version of ``table`` in use, or None when it never was understood."""
        pointer = self.root / table / _POINTER
        if not pointer.exists():
            return None
        folder: Path = self.root / table / json.loads(pointer.read_bytes())["version"]
        return folder if folder.is_dir() else None

    def is_current(self, table: str, version: str) -> bool:
        """Whether ``version`` is the one in use."""
        current = self.current(table)
        return current is not None and current.name == version

    def use(self, draft: Path, table: str, version: str) -> None:
        """Give ``draft`` its name, put it in use and remove older versions (a build works on links of its own)."""
        folder = self.root / table / version
        shutil.rmtree(folder, ignore_errors=True)
        draft.rename(folder)
        replace_file(self.root / table / _POINTER, json.dumps({"version": version}).encode())
        for other in (self.root / table).iterdir():
            if other.is_dir() and other.name != version:
                shutil.rmtree(other, ignore_errors=True)


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
        if store.is_current(table.tabel, version):
            return ObservationOutcome(dataset.naam, table.tabel, "ongewijzigd")
        count = _write_version(dataset, table, snapshots, snapshot, store, version)
    except Exception as error:  # noqa: BLE001 - one table never takes the others down; the message says what it was
        kept = (
            "the last version that was understood stays in use"
            if store.current(table.tabel)
            else "nothing to fall back on"
        )
        known = isinstance(error, SchemaDriftError | SnapshotError)
        reason = str(error) if known else f"Table {table.tabel} could not be read: {type(error).__name__}: {error}."
        return ObservationOutcome(dataset.naam, table.tabel, "mislukt", f"{reason} ({kept})")
    return ObservationOutcome(dataset.naam, table.tabel, "gelezen", observaties=count)


def _write_version(
    dataset: Dataset,
    table: TableReference,
    snapshots: SnapshotStore,
    snapshot: Snapshot,
    store: ObservationStore,
    version: str,
) -> int:
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


def gather(datasets: Iterable[Dataset], store: ObservationStore, target: Path) -> list[str]:
    """Link the observations in use of every table into ``target``, one folder per source of dbt.

    Hard links freeze the input of one build: a refresh that comes along later cannot change it.

    Returns:
        Ids of the tables that have no observations at all.
    """
    missing = []
    for table in (table.tabel for dataset in datasets for table in dataset.tabellen):
        folder = store.current(table)
        if folder is None:
            missing.append(table)
            continue
        for part in sorted((folder / CELLS).glob("*.parquet")):
            _link(part, target / "observaties" / table / part.name)
        _link(folder / f"{MEASURES}.parquet", target / "maten" / f"{table}.parquet")
        _link(folder / f"{TOPICS}.parquet", target / "onderwerpen" / f"{table}.parquet")
        _link(folder / f"{TABLE}.parquet", target / "tabellen" / f"{table}.parquet")
    return missing


def _link(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except OSError:
        # Some file systems have no hard links; a copy freezes just as well.
        shutil.copyfile(source, target)
