"""Ingest: bring the snapshots of a dataset's tables up to date, each table on its own.

What does not belong here: HTTP, files, and what the rows mean. A table that fails keeps its last good snapshot in use,
and its outcome says so; nothing here raises for one table.
"""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, Protocol

from pipelines.snapshots.records import IncompleteTableError
from pipelines.snapshots.store import Origin, Snapshot, SnapshotError, SnapshotStore
from pipelines.snapshots.withdrawal import ListedTable, future_warning, is_marked, removal_advice
from pipelines.statline.client import CatalogueRow, RequestRecord, StatlineClient, only_row
from pipelines.statline.errors import InconsistentPagesError, StatlineError, TableNotFoundError
from pipelines.statline.transport import Row

PARALLEL_TABLES = 4

Uitkomst = Literal["opgehaald", "ongewijzigd", "mislukt"]


class DatasetLike(Protocol):
    """What ingest needs to know of a dataset."""

    @property
    def naam(self) -> str:
        """Name of the dataset."""

    @property
    def catalogus(self) -> str:
        """CBS, or a catalogue of third parties such as IV3."""

    @property
    def filter(self) -> str | None:
        """OData ``$filter`` that the service applies, if any."""

    @property
    def years(self) -> set[int]:
        """Every year for which some table is listed."""

    @property
    def tabellen(self) -> Sequence[ListedTable]:
        """The tables."""


@dataclass(frozen=True, slots=True)
class TableOutcome:
    """What became of one table.

    ``rijen``, ``gewijzigd``, ``hash``, ``soort`` and ``gecontroleerd`` (UTC) are those of the snapshot in use
    afterwards, also of a table that failed (``melding`` says why); None when there is none. ``waarschuwingen`` say how
    CBS ends the table. ``verzoeken`` counts attempts, ``bytes`` what came over the wire in pages and code lists.
    """

    dataset: str
    tabel: str
    jaren: tuple[int, ...]
    uitkomst: Uitkomst
    melding: str | None = None
    rijen: int | None = None
    gewijzigd: str | None = None
    hash: str | None = None
    soort: str | None = None
    gecontroleerd: str | None = None
    seconden: float = 0.0
    verzoeken: int = 0
    bytes: int = 0
    waarschuwingen: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The outcome as plain JSON values."""
        return asdict(self) | {"jaren": list(self.jaren)}


class ChangedMeanwhileError(StatlineError):
    """CBS updated the table while its rows were being read."""


# What CBS gives while it updates a table; a moment later the same table may come whole.
INCONSISTENT = (ChangedMeanwhileError, InconsistentPagesError, IncompleteTableError)


def ingest_dataset(
    dataset: DatasetLike,
    years: set[int] | None,
    client: StatlineClient,
    store: SnapshotStore,
    *,
    force: bool = False,
    progress: Callable[[TableOutcome], None] | None = None,
) -> list[TableOutcome]:
    """Bring every table of ``dataset`` that covers one of ``years`` (None: all) up to date, in the order of the yml.

    A table of which CBS moved no stamp is not asked for at all, unless ``force``. ``progress`` hears of each table
    when it is done, in the caller's thread.
    """
    with ThreadPoolExecutor(PARALLEL_TABLES, thread_name_prefix="ingest") as pool:
        futures: list[Future[TableOutcome]] = [
            pool.submit(_ingest_table, _Job(dataset, tabel, covered, client, store, force))
            for tabel, covered in _tables(dataset, years).items()
        ]
        outcomes = []
        for future in futures:
            outcome = future.result()
            outcomes.append(outcome)
            if progress is not None:
                progress(outcome)
    return outcomes


def unchanged(dataset: DatasetLike, client: StatlineClient, store: SnapshotStore) -> list[Snapshot] | None:
    """The snapshots in use of every table of ``dataset``, when CBS moved no stamp of any; their bytes are not read.

    None when one must be fetched, or CBS says something of its end that the yml does not know yet.

    Raises:
        StatlineError: the catalogue could not be read.
        SnapshotError: a snapshot in use is not whole.
    """
    rows, source = client.catalogue(dataset.catalogus), client.source(dataset.catalogus)
    found: list[Snapshot] = []
    for tabel, covered in _tables(dataset, None).items():
        row, in_use = rows.get(tabel), store.current(tabel)
        if in_use is None or (row is None and not is_marked(dataset.tabellen, tabel)):
            return None
        if row is not None and not in_use.answers(Origin(row, source, dataset.filter)):
            return None
        if _future(_Job(dataset, tabel, covered, client, store, force=False), in_use) is not None:
            return None
        found.append(in_use)
    return found


@dataclass(frozen=True)
class _Job:
    """One table to bring up to date."""

    dataset: DatasetLike
    tabel: str
    years: tuple[int, ...]
    client: StatlineClient
    store: SnapshotStore
    force: bool


def _tables(dataset: DatasetLike, years: set[int] | None) -> dict[str, tuple[int, ...]]:
    """Ids of the tables that cover one of ``years``, with those years; a table listed twice counts once."""
    wanted = dataset.years if years is None else years
    found: dict[str, set[int]] = {}
    for table in dataset.tabellen:
        if covered := {year for year in wanted if table.jaren.first <= year <= table.jaren.last}:
            found.setdefault(table.tabel, set()).update(covered)
    return {tabel: tuple(sorted(covered)) for tabel, covered in found.items()}


def _ingest_table(job: _Job) -> TableOutcome:
    started = time.perf_counter()
    log: list[RequestRecord] = []
    uitkomst: Uitkomst = "mislukt"
    melding: str | None = None
    in_use, broken = _in_use(job)
    warned: str | None = None
    try:
        uitkomst, in_use, melding = _bring_up_to_date(job, in_use, log)
        warned = _future(job, in_use)
    except Exception as error:  # noqa: BLE001 - one table never takes the others down; the message says what it was
        reason = str(error) if isinstance(error, StatlineError | SnapshotError) else f"{type(error).__name__}: {error}"
        melding = _melding(job, reason, in_use, broken)
    outcome = TableOutcome(job.dataset.naam, job.tabel, job.years, uitkomst, melding)
    return replace(
        outcome if in_use is None else _with_snapshot(outcome, in_use),
        seconden=round(time.perf_counter() - started, 3),
        verzoeken=sum(record.attempts for record in log),
        bytes=sum(record.bytes or 0 for record in log),
        waarschuwingen=(warned,) if warned else (),
    )


def _in_use(job: _Job) -> tuple[Snapshot | None, str | None]:
    """The snapshot in use, or why the one that should be cannot be: fetching the table again mends that.

    Every byte is read for it, since a disk can spoil a file without touching its size: 0.2 s for all recorded tables.
    """
    try:
        found = job.store.current(job.tabel)
        if found is not None:
            job.store.verify(found)
    except (SnapshotError, OSError) as error:
        return None, str(error)
    return found, None


def _bring_up_to_date(
    job: _Job, in_use: Snapshot | None, log: list[RequestRecord]
) -> tuple[Uitkomst, Snapshot, str | None]:
    """Fetch the table if it changed; the last snapshot stays of one that is gone and marked as stopped."""
    try:
        return *_fetched_or_unchanged(job, in_use, log), None
    except TableNotFoundError as error:
        naam, tables = job.dataset.naam, job.dataset.tabellen
        if in_use is None or not is_marked(tables, job.tabel):
            error.args = (f"{error}. {removal_advice(naam, tables, job.tabel, _infos(job, in_use))}",)
            raise
        gone = (
            f"CBS no longer has table {job.tabel} of {naam}. The yml marks it as stopped, so its snapshot fetched on "
            f"{in_use.record.opgehaald:%Y-%m-%d} (Modified {in_use.gewijzigd}) stays in use."
        )
        return "ongewijzigd", job.store.confirm(in_use), gone


def _fetched_or_unchanged(job: _Job, in_use: Snapshot | None, log: list[RequestRecord]) -> tuple[Uitkomst, Snapshot]:
    catalogus = job.dataset.catalogus
    row = job.client.catalogue(catalogus).get(job.tabel)
    source = job.client.source(catalogus)
    if row is None:
        raise TableNotFoundError(
            f"the catalogue at {source.base_url} does not list it; check the id in {job.dataset.naam}.yml, where "
            f"capitals count, its catalogus ({catalogus}), and whether CBS removed the table"
        )
    origin = Origin(row, source, job.dataset.filter)
    if in_use is not None and not job.force and in_use.answers(origin):
        return "ongewijzigd", job.store.confirm(in_use)
    with job.client.one_table(catalogus):
        return "opgehaald", _fetch_consistent(job, origin, log)


def _future(job: _Job, in_use: Snapshot) -> str | None:
    """What to do about a table that CBS stopped or replaces, if it did."""
    row, infos = job.client.catalogue(job.dataset.catalogus).get(job.tabel), _infos(job, in_use)
    if row is None or infos is None:
        return None
    return future_warning(job.dataset.naam, job.dataset.tabellen, job.tabel, row.fields, infos)


def _infos(job: _Job, in_use: Snapshot | None) -> Row | None:
    return None if in_use is None else job.store.metadata(in_use, "TableInfos")[0]


def _fetch_consistent(job: _Job, origin: Origin, log: list[RequestRecord]) -> Snapshot:
    """Fetch the table, and once more when it did not come whole: CBS may just have been updating it."""
    try:
        return _fetch(job, origin, log)
    except INCONSISTENT:
        pass
    try:
        return _fetch(job, origin, log)
    except INCONSISTENT as error:
        error.args = (f"it was fetched twice and did not come whole, the second time because: {error}",)
        raise


def _fetch(job: _Job, origin: Origin, log: list[RequestRecord]) -> Snapshot:
    """Fetch the whole table once; what it holds is only kept when the table did not change in between."""
    catalogus = job.dataset.catalogus
    metadata = job.client.metadata(job.tabel, catalogus, log)
    infos = only_row(job.tabel, metadata.get("TableInfos", []))
    with job.store.write(job.tabel) as draft:
        for entity, rows in metadata.items():
            draft.add_metadata(entity, rows)
        for page in job.client.pages(job.tabel, catalogus, origin.filter, log):
            draft.add_rows(page.rows)
            # Else this page lies in memory until the next one is there.
            del page
        _check_unchanged(job.tabel, infos, job.client.table_infos(job.tabel, catalogus, log))
        draft.check(origin.row.record_count if origin.filter is None else None)
        return job.store.keep(draft, replace(origin, row=_with_oldest_stamps(origin.row, infos)), log)


def _check_unchanged(tabel: str, before: Row, after: Row) -> None:
    for stamp in ("Modified", "MetaDataModified"):
        if before.get(stamp) != after.get(stamp):
            raise ChangedMeanwhileError(
                f"CBS changed it while its rows were being read ({stamp} of {tabel} went from {before.get(stamp)} to "
                f"{after.get(stamp)}); fetch it again later"
            )


def _with_oldest_stamps(row: CatalogueRow, infos: Row) -> CatalogueRow:
    """Return ``row`` with the stamps of what was read, where the catalogue runs ahead of the table itself.

    Were the catalogue's newer stamp kept, the old rows would count as up to date from then on.
    """
    stamps = replace(
        row.stamps,
        modified=_oldest(row.stamps.modified, infos.get("Modified")),
        metadata_modified=_oldest(row.stamps.metadata_modified, infos.get("MetaDataModified")),
    )
    return replace(row, stamps=stamps)


def _oldest(catalogue: str | None, infos: str | None) -> str | None:
    return min(catalogue, infos) if catalogue and infos else catalogue


def _with_snapshot(outcome: TableOutcome, snapshot: Snapshot) -> TableOutcome:
    return replace(
        outcome,
        rijen=snapshot.rijen,
        gewijzigd=snapshot.gewijzigd,
        hash=snapshot.hash,
        soort=snapshot.soort,
        gecontroleerd=snapshot.pointer.gecontroleerd.isoformat(timespec="seconds"),
    )


def _melding(job: _Job, reason: str, in_use: Snapshot | None, broken: str | None) -> str:
    """Say in one sentence what failed, and what the figures are made from instead."""
    if in_use is not None:
        instead = (
            f"the snapshot fetched on {in_use.record.opgehaald:%Y-%m-%d} (Modified {in_use.gewijzigd}, last checked "
            f"{in_use.pointer.gecontroleerd:%Y-%m-%d}) stays in use"
        )
    elif broken is not None:
        instead = f"its last snapshot cannot be used either ({broken})"
    else:
        instead = "there is no earlier snapshot, so its figures are missing"
    return f"Table {job.tabel} of {job.dataset.naam} was not brought up to date: {reason}; {instead}."
