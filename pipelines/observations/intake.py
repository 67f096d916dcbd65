"""The tables of a run on their way from CBS into observations, all of them at once.

Tables of every dataset are fetched side by side, the largest first, and each is read as soon as its snapshot is kept,
beside those that are still on their way. The steps of the run, one per dataset, only collect what became of theirs; a
step that runs alone starts its own. What does not belong here: what it takes to fetch or read one table (``ingest``,
``observer``).
"""

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock
from types import TracebackType
from typing import Self

from pipelines.observations.observer import ObservationOutcome, Observer
from pipelines.observations.plan import columns_read
from pipelines.snapshots.ingest import PARALLEL_TABLES, TableJob, TableOutcome, ingest_table, ingested_tables
from pipelines.snapshots.store import SnapshotStore
from pipelines.sources.datasets import Dataset
from pipelines.statline.client import StatlineClient
from pipelines.statline.errors import StatlineError

# polars divides the work on one batch over all cores, so a second table only fills the gaps between its batches; each
# holds one batch in memory.
PARALLEL_READERS = 2


@dataclass(frozen=True)
class Order:
    """What a run wants of a dataset: its tables that cover one of ``years`` (None: all) fetched, and perhaps read.

    ``force`` fetches tables too of which CBS moved no stamp.
    """

    dataset: Dataset
    years: frozenset[int] | None = None
    force: bool = False
    observe: bool = True

    @property
    def key(self) -> tuple[str, frozenset[int] | None]:
        """What the steps of a run find each other's work by."""
        return self.dataset.name, self.years

    @property
    def tables(self) -> dict[str, tuple[int, ...]]:
        """Ids of the tables, in the order of the yml, with the years they cover."""
        return ingested_tables(self.dataset, None if self.years is None else set(self.years))


Reading = Future[list[ObservationOutcome]]


class Intake:
    """Fetches and reads what it is asked; use as a context manager, which waits for whatever is under way.

    A table that fails costs no other one its turn: the outcomes say what went wrong, and nothing here raises for it.

    Args:
        client: gives the client; asked when something is to be fetched.
        observer: reads one table.
        snapshots: where the tables are kept.
        news: called when no table is under way from CBS any more and one of them was changed, in a thread of its own.

    """

    def __init__(
        self,
        client: Callable[[], StatlineClient],
        observer: Observer,
        snapshots: SnapshotStore,
        news: Callable[[], None] = lambda: None,
    ) -> None:
        self._client = client
        self._news = news
        self._observer = observer
        self._snapshots = snapshots
        self._fetchers = ThreadPoolExecutor(PARALLEL_TABLES, thread_name_prefix="fetch")
        self._readers = ThreadPoolExecutor(PARALLEL_READERS, thread_name_prefix="observe")
        self._counting = Lock()
        self._under_way, self._is_changed = 0, False
        self._begun: set[object] = set()
        self._fetching: dict[object, list[Future[tuple[TableOutcome, Reading | None]]]] = {}
        self._reading: dict[object, list[Reading]] = {}

    def begin(self, orders: Iterable[Order]) -> None:
        """Start on all of these at once; what was begun before is not begun again."""
        new = [order for order in orders if order.key not in self._begun]
        jobs = [
            (order, TableJob(order.dataset, table, years, self._client(), self._snapshots, order.force, columns_read))
            for order in new
            for table, years in order.tables.items()
        ]
        # Not before the client was there: without it nothing began.
        self._begun.update(order.key for order in new)
        with self._counting:
            self._under_way += len(jobs)
        # The largest table takes as long as all others together; started last it would be waited for alone.
        by_size = sorted(jobs, key=lambda pair: _cells(pair[1]), reverse=True)
        started = {(order.key, job.table): self._fetchers.submit(self._fetch, order, job) for order, job in by_size}
        for order in new:
            self._fetching[order.key] = [started[order.key, table] for table in order.tables]

    def fetched(self, order: Order, progress: Callable[[TableOutcome], None] = lambda _: None) -> list[TableOutcome]:
        """What became of fetching each table, in the order of the yml; waits until all are done.

        ``progress`` hears of each table, in the caller's thread. What was collected before is fetched anew.
        """
        if order.key not in self._fetching:
            self._begun.discard(order.key)
            self.begin([order])
        outcomes = []
        for future in self._fetching.pop(order.key, []):
            outcome, reading = future.result()
            outcomes.append(outcome)
            progress(outcome)
            if reading is not None:
                self._reading.setdefault(order.key, []).append(reading)
        return outcomes

    def observed(self, order: Order) -> list[ObservationOutcome]:
        """What became of reading each table, in the order of the yml; waits until all are done.

        Reads them now when they were not read behind their fetch.
        """
        under_way = self._reading.pop(order.key, None)
        if under_way is None:
            under_way = [self._readers.submit(self._observe, order, table) for table in order.tables]
        return [outcome for reading in under_way for outcome in reading.result()]

    def close(self) -> None:
        """Leave out what was not begun, and wait for what was: nothing may write once the writer lock is given back."""
        for pool in (self._fetchers, self._readers):
            pool.shutdown(cancel_futures=True)

    def _fetch(self, order: Order, job: TableJob) -> tuple[TableOutcome, Reading | None]:
        outcome = ingest_table(job)
        self._count(outcome)
        # Also after a failure: the yml may have changed, or the observations of the last good version be damaged.
        return outcome, self._readers.submit(self._observe, order, job.table) if order.observe else None

    def _count(self, outcome: TableOutcome) -> None:
        """Tell the news once fetching leaves time for what it asks for."""
        with self._counting:
            self._under_way -= 1
            self._is_changed |= outcome.result == "fetched"
            tell = self._is_changed and self._under_way == 0
        if tell:
            self._news()

    def _observe(self, order: Order, table: str) -> list[ObservationOutcome]:
        """Read a table; one after the other where the yml lists it several times, since they share a folder."""
        listed = [reference for reference in order.dataset.tabellen if reference.tabel == table]
        wanted = [
            reference
            for reference in listed
            if order.years is None or any(year in reference.jaren for year in order.years)
        ]
        return [self._observer.observe(order.dataset, reference) for reference in wanted]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _cells(job: TableJob) -> int:
    """How many cells the catalogue says that the table has; 0 where it cannot say."""
    try:
        row = job.client.catalogue(job.dataset.catalogus).get(job.table)
    except StatlineError:
        return 0
    return 0 if row is None else row.cell_count
