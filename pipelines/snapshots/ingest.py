"""Ingest: bring the snapshots of a dataset's tables up to date, each table on its own.

What does not belong here: HTTP, files, and what the rows mean. A table that fails keeps its last good snapshot in use,
and its outcome says so; nothing here raises for one table.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Literal, Self

from pipelines.common import dutch
from pipelines.common.sentences import Sentence
from pipelines.snapshots.records import IncompleteTableError
from pipelines.snapshots.store import Origin, Snapshot, SnapshotError, SnapshotStore
from pipelines.snapshots.withdrawal import future_warning, is_marked, removal_advice
from pipelines.sources.datasets import Dataset
from pipelines.statline.client import CatalogueRow, ColumnChoice, Page, RequestRecord, Stamps, StatlineClient
from pipelines.statline.dialects import DIALECTS
from pipelines.statline.errors import (
    InconsistentPagesError,
    StatlineError,
    StatusError,
    TableNotFoundError,
    invalid_answer_error,
)
from pipelines.statline.metadata import TableInfos, only_row, read_infos, require_readable
from pipelines.statline.translation import metadata_in_v3_terms
from pipelines.statline.transport import Row

# Tables that are asked of CBS at the same time: enough to fill the waits for its answers, few enough for a guest.
PARALLEL_TABLES = 4
# A table of more cells, as the catalogue counts them, is asked with the columns that a measure reads and no others:
# whole it would cost CBS and the disk gigabytes. Any other is kept as published, since CBS may remove it. Of the tables
# of the monitor the regional key figures (320 columns) and those of millions of rows are larger.
MOST_CELLS_WHOLE = 5_000_000
_BAD_REQUEST = 400
_SHOWN = 5

FetchResult = Literal["fetched", "unchanged", "failed"]
# As a row of the UI and the files of a run have it.
_UITKOMST: Final[dict[FetchResult, str]] = {"fetched": "opgehaald", "unchanged": "ongewijzigd", "failed": "mislukt"}
_RESULT: Final[dict[str, FetchResult]] = {uitkomst: result for result, uitkomst in _UITKOMST.items()}


@dataclass(frozen=True, slots=True)
class TableOutcome:
    """What became of one table.

    ``row_count``, ``modified``, ``hash``, ``kind`` and ``checked`` (UTC, to the second) are those of the snapshot in
    use afterwards, also of a table that failed (``problem`` says why); None when there is none. ``warnings`` say how
    CBS ends the table. ``requests`` counts attempts, ``bytes`` what came over the wire.
    """

    dataset: str
    table: str
    years: tuple[int, ...]
    result: FetchResult
    problem: Sentence | None = None
    row_count: int | None = None
    modified: str | None = None
    hash: str | None = None
    kind: str | None = None
    checked: datetime | None = None
    seconds: float = 0.0
    requests: int = 0
    bytes: int = 0
    warnings: tuple[Sentence, ...] = ()

    def as_row(self) -> dict[str, Any]:
        """The outcome in JSON values under Dutch keys; ``from_row`` gives it back.

        ``melding`` and ``waarschuwingen`` are for whoever runs the monitor, ``melding_nl`` and ``waarschuwingen_nl``
        the same for a release.
        """
        return {
            "dataset": self.dataset,
            "tabel": self.table,
            "jaren": list(self.years),
            "uitkomst": _UITKOMST[self.result],
            "melding": self.problem.english if self.problem else None,
            "rijen": self.row_count,
            "gewijzigd": self.modified,
            "hash": self.hash,
            "soort": self.kind,
            "gecontroleerd": self.checked.isoformat() if self.checked else None,
            "seconden": self.seconds,
            "verzoeken": self.requests,
            "bytes": self.bytes,
            "waarschuwingen": [warning.english for warning in self.warnings],
            "melding_nl": self.problem.dutch if self.problem else None,
            "waarschuwingen_nl": [warning.dutch for warning in self.warnings],
        }

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        """The outcome of which ``as_row`` gave this row."""
        return cls(
            dataset=row["dataset"],
            table=row["tabel"],
            years=tuple(row["jaren"]),
            result=_RESULT[row["uitkomst"]],
            problem=None if row["melding"] is None else Sentence(row["melding"], row["melding_nl"]),
            row_count=row["rijen"],
            modified=row["gewijzigd"],
            hash=row["hash"],
            kind=row["soort"],
            checked=None if row["gecontroleerd"] is None else datetime.fromisoformat(row["gecontroleerd"]),
            seconds=row["seconden"],
            requests=row["verzoeken"],
            bytes=row["bytes"],
            warnings=tuple(map(Sentence, row["waarschuwingen"], row["waarschuwingen_nl"])),
        )


class ChangedMeanwhileError(StatlineError):
    """CBS updated the table while its rows were being read."""

    dutch = "CBS wijzigde de tabel terwijl zij werd opgehaald."


# What CBS gives while it updates a table; a moment later the same table may come whole.
INCONSISTENT = (ChangedMeanwhileError, InconsistentPagesError, IncompleteTableError)


ColumnsRead = Callable[[Dataset, str, Mapping[str, Sequence[Row]]], ColumnChoice | None]
"""The columns of a table of which a cell is read, by its metadata in the terms of v3; None where that is not known."""


def _all_columns(_dataset: Dataset, _table: str, _metadata: Mapping[str, Sequence[Row]]) -> None:
    return None


def unchanged(
    dataset: Dataset, client: StatlineClient, store: SnapshotStore, columns: ColumnsRead = _all_columns
) -> list[Snapshot] | None:
    """The snapshots in use of every table of ``dataset``, when CBS moved no stamp of any; their rows are not read.

    None when one must be fetched, also for a column that ``columns`` names and it lacks, or CBS says something of its
    end that the yml does not know yet.

    Raises:
        StatlineError: the catalogue could not be read.
        SnapshotError: a snapshot in use is not whole.
    """
    rows, source = client.catalogue(dataset.catalogus), client.source(dataset.catalogus)
    found: list[Snapshot] = []
    for table, covered in ingested_tables(dataset, None).items():
        row, in_use = rows.get(table), store.current(table)
        if in_use is None or (row is None and not is_marked(dataset, table)):
            return None
        job = TableJob(dataset, table, covered, client, store, force=False, columns=columns)
        if row is not None and not _is_up_to_date(job, in_use, Origin(row, source, dataset.filter)):
            return None
        if _future(job, in_use) is not None:
            return None
        found.append(in_use)
    return found


@dataclass(frozen=True)
class TableJob:
    """One table to bring up to date.

    A table of which CBS moved no stamp is not asked for at all, unless ``force``. ``years`` are those that a run wants;
    ``columns`` says which columns of a large table to ask.
    """

    dataset: Dataset
    table: str
    years: tuple[int, ...]
    client: StatlineClient
    store: SnapshotStore
    force: bool
    columns: ColumnsRead = _all_columns


def ingested_tables(dataset: Dataset, years: set[int] | None) -> dict[str, tuple[int, ...]]:
    """Ids of the tables that cover one of ``years``, with those years; a table listed twice counts once."""
    wanted = dataset.years if years is None else years
    found: dict[str, set[int]] = {}
    for table in dataset.tabellen:
        if covered := {year for year in wanted if year in table.jaren}:
            found.setdefault(table.tabel, set()).update(covered)
    return {table: tuple(sorted(covered)) for table, covered in found.items()}


def ingest_table(job: TableJob) -> TableOutcome:
    """Bring one table up to date; never raises, since the outcome says what went wrong."""
    started = time.perf_counter()
    log: list[RequestRecord] = []
    result: FetchResult = "failed"
    in_use, broken = _in_use(job)
    warning: Sentence | None = None
    try:
        result, in_use, problem = _bring_up_to_date(job, in_use, log)
        warning = _future(job, in_use)
    except Exception as error:  # noqa: BLE001 - one table never takes the others down; the message says what it was
        problem = _problem(job, Sentence.of(error), in_use, broken)
    outcome = TableOutcome(job.dataset.name, job.table, job.years, result, problem)
    return replace(
        outcome if in_use is None else _with_snapshot(outcome, in_use),
        seconds=round(time.perf_counter() - started, 3),
        requests=sum(record.attempts for record in log),
        bytes=sum(record.bytes or 0 for record in log),
        warnings=(warning,) if warning else (),
    )


def _in_use(job: TableJob) -> tuple[Snapshot | None, str | None]:
    """The snapshot in use, or why the one that should be cannot be: fetching the table again mends that.

    Every byte is read for it, since a disk can spoil a file without touching its size: 0.2 s for all recorded tables.
    """
    try:
        found = job.store.current(job.table)
        if found is not None:
            job.store.verify(found)
    except (SnapshotError, OSError) as error:
        return None, str(error)
    return found, None


def _bring_up_to_date(
    job: TableJob, in_use: Snapshot | None, log: list[RequestRecord]
) -> tuple[FetchResult, Snapshot, Sentence | None]:
    """Fetch the table if it changed; the last snapshot stays of one that is gone and marked as stopped."""
    try:
        return *_fetched_or_unchanged(job, in_use, log), None
    except TableNotFoundError as error:
        if in_use is None or not is_marked(job.dataset, job.table):
            error.args = (f"{error}. {removal_advice(job.dataset, job.table, _infos(job, in_use))}",)
            raise
        return "unchanged", job.store.confirm(in_use), _gone(job, in_use)


def _gone(job: TableJob, in_use: Snapshot) -> Sentence:
    fetched = in_use.record.fetched
    return Sentence(
        f"CBS no longer has table {job.table} of {job.dataset.name}. The yml marks it as stopped, so its snapshot "
        f"fetched on {fetched:%Y-%m-%d} (Modified {in_use.modified}) stays in use.",
        f"CBS heeft deze gestopte tabel niet meer; de versie van {dutch.day(fetched)} blijft in gebruik.",
    )


def _fetched_or_unchanged(
    job: TableJob, in_use: Snapshot | None, log: list[RequestRecord]
) -> tuple[FetchResult, Snapshot]:
    catalogue = job.dataset.catalogus
    row = job.client.catalogue(catalogue).get(job.table)
    source = job.client.source(catalogue)
    if row is None:
        raise TableNotFoundError(
            f"the catalogue at {source.base_url} does not list it; check the id in {job.dataset.name}.yml, where "
            f"capitals count, its catalogus ({catalogue}), and whether CBS removed the table"
        )
    origin = Origin(row, source, job.dataset.filter)
    if in_use is not None and not job.force and _is_up_to_date(job, in_use, origin):
        return "unchanged", job.store.confirm(in_use, origin)
    with job.client.one_table(catalogue):
        return "fetched", _fetch_consistent(job, origin, log)


def _is_up_to_date(job: TableJob, in_use: Snapshot, origin: Origin) -> bool:
    """Whether asking again can give nothing new: no stamp moved, and every column that is read is in it."""
    if not in_use.answers(origin):
        return False
    return in_use.columns is None or in_use.has(_wanted(job, origin.row, job.store.described(in_use)))


def _wanted(job: TableJob, row: CatalogueRow, described: Mapping[str, Sequence[Row]]) -> ColumnChoice | None:
    """The columns to ask of a table; None: all of them."""
    return job.columns(job.dataset, job.table, described) if _is_large(row) else None


def _is_large(row: CatalogueRow) -> bool:
    return row.cell_count > MOST_CELLS_WHOLE


def _future(job: TableJob, in_use: Snapshot) -> Sentence | None:
    """What to do about a table that CBS stopped or replaces, if it did."""
    row, infos = job.client.catalogue(job.dataset.catalogus).get(job.table), _infos(job, in_use)
    if row is None or infos is None:
        return None
    return future_warning(job.dataset, job.table, row.fields, infos)


def _infos(job: TableJob, in_use: Snapshot | None) -> Row | None:
    return None if in_use is None else only_row(job.table, job.store.infos(in_use))


def _fetch_consistent(job: TableJob, origin: Origin, log: list[RequestRecord]) -> Snapshot:
    """Fetch the table, and once more when it did not come whole: CBS may just have been updating it.

    A service that does not take the question for some columns is asked for all.
    """
    try:
        return _fetch(job, origin, log)
    except StatusError as error:
        if error.status != _BAD_REQUEST or not _is_large(origin.row):
            raise
        job = replace(job, columns=_all_columns)
    except INCONSISTENT:
        pass
    try:
        return _fetch(job, origin, log)
    except INCONSISTENT as error:
        error.args = (f"it was fetched twice and did not come whole, the second time because: {error}",)
        raise


def _fetch(job: TableJob, origin: Origin, log: list[RequestRecord]) -> Snapshot:
    """Fetch the whole table once; what it holds is only kept when the table did not change in between."""
    catalogue = job.dataset.catalogus
    metadata = job.client.metadata(job.table, catalogue, log)
    api = origin.source.api
    described = metadata_in_v3_terms(job.table, metadata, api)
    infos = require_readable(job.table, described)
    origin = replace(origin, columns=_wanted(job, origin.row, described))
    with job.store.write(job.table, api) as draft:
        for entity, rows in metadata.items():
            draft.add_metadata(entity, rows)
        for page in job.client.pages(job.table, catalogue, origin.filter, log, columns=origin.columns):
            _require_asked(page, origin, job.table)
            draft.add_rows(page.rows)
            # Else this page lies in memory until the next one is there.
            del page
        require_unchanged(infos, read_infos(job.table, [job.client.table_infos(job.table, catalogue, log)]), job.table)
        draft.check(_expected_rows(job, origin, infos, draft.row_count, log))
        return job.store.keep(draft, replace(origin, row=_with_oldest_stamps(origin.row, infos)), log)


def _expected_rows(job: TableJob, origin: Origin, infos: TableInfos, came: int, log: list[RequestRecord]) -> int | None:
    """How many rows there should be: in v4 the table itself says it, in v3 only the catalogue; None: nobody does.

    Where other rows came than that, or only part of the table was asked, v4 can be asked how many it gives.
    """
    said = origin.row.record_count if infos.record_count is None else infos.record_count
    # A row of v3 is there whatever its columns; of v4 each cell is one.
    is_whole = origin.filter is None and (origin.columns is None or origin.source.api == "v3")
    if is_whole and (said is None or said == came):
        return said
    counted = job.client.count(job.table, job.dataset.catalogus, origin.filter, log, columns=origin.columns)
    return said if counted is None and is_whole else counted


def _require_asked(page: Page, origin: Origin, table: str) -> None:
    """Check that rows of which some columns were asked have those and no others: what is kept is what is written down.

    Of v4 a row is one cell, and names its column.
    """
    if origin.columns is None or not page.rows:
        return
    what = f"Page {page.number} of the rows of table {table}"
    if origin.source.api == "v4":
        strange = next((row for row in page.rows if row.get("Measure") not in origin.columns.topics), None)
        if strange is not None:
            raise invalid_answer_error(what, page.url, f"an observation of {strange.get('Measure')}", retryable=False)
        return
    asked = {DIALECTS["v3"].key, *origin.columns.dimensions, *origin.columns.topics}
    if set(page.rows[0]) != asked:
        differing = ", ".join(sorted(asked ^ set(page.rows[0]))[:_SHOWN])
        raise invalid_answer_error(what, page.url, f"other columns than were asked ({differing})", retryable=False)


def require_unchanged(before: TableInfos, after: TableInfos, table: str) -> None:
    """Check that CBS did not move a stamp of ``table`` while its rows were being read.

    Raises:
        ChangedMeanwhileError: naming the stamp that moved.
    """
    stamps = {
        "Modified": (before.modified, after.modified),
        "MetaDataModified": (before.metadata_modified, after.metadata_modified),
        "Version": (before.version, after.version),
        "ObservationsModified": (before.observations_modified, after.observations_modified),
    }
    for stamp, (was, now) in stamps.items():
        if was != now:
            raise ChangedMeanwhileError(
                f"CBS changed it while its rows were being read ({stamp} of {table} went from {was} to {now}); fetch "
                f"it again later"
            )


def _with_oldest_stamps(row: CatalogueRow, infos: TableInfos) -> CatalogueRow:
    """Return ``row`` with the stamps of what was read, where the catalogue runs ahead of the table itself.

    Were the catalogue's newer stamp kept, the old rows would count as up to date from then on.
    """
    said = Stamps(
        infos.modified,
        infos.metadata_modified,
        version=infos.version,
        observations_modified=infos.observations_modified,
    )
    return replace(row, stamps=row.stamps.no_later_than(said))


def _with_snapshot(outcome: TableOutcome, snapshot: Snapshot) -> TableOutcome:
    return replace(
        outcome,
        row_count=snapshot.row_count,
        modified=snapshot.modified,
        hash=snapshot.hash,
        kind=snapshot.kind,
        checked=snapshot.pointer.checked.replace(microsecond=0),
    )


def _problem(job: TableJob, said: Sentence, in_use: Snapshot | None, broken: str | None) -> Sentence:
    """Say in one sentence what failed, and what the figures are made from instead."""
    instead = _instead(in_use, broken)
    return Sentence(
        f"Table {job.table} of {job.dataset.name} was not brought up to date: {said.english}; {instead.english}.",
        f"{said.dutch.rstrip('.')}; {instead.dutch}.",
    )


def _instead(in_use: Snapshot | None, broken: str | None) -> Sentence:
    if in_use is not None:
        fetched = in_use.record.fetched
        return Sentence(
            f"the snapshot fetched on {fetched:%Y-%m-%d} (Modified {in_use.modified}, last checked "
            f"{in_use.pointer.checked:%Y-%m-%d}) stays in use",
            f"de versie van {dutch.day(fetched)} blijft in gebruik",
        )
    if broken is not None:
        return Sentence(
            f"its last snapshot cannot be used either ({broken})", "ook de vorige versie is niet te gebruiken"
        )
    return Sentence(
        "there is no earlier snapshot, so its figures are missing",
        "er is geen eerdere versie, dus de cijfers ontbreken",
    )
