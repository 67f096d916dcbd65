"""All tables of a run come in side by side, and each step finds what became of its own, whatever happens to others."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from pipelines.observations import intake as module
from pipelines.observations.intake import Intake, Order
from pipelines.observations.observer import ObservationOutcome
from pipelines.snapshots.ingest import TableJob, TableOutcome
from pipelines.sources.datasets import Dataset, TableReference
from pipelines.statline.catalogue import CatalogueRow, Stamps
from pipelines.statline.errors import StatlineError
from tests.support.recorded_datasets import recorded_datasets

DATASETS = recorded_datasets()
JEUGD, WMO, KWB = (DATASETS[name] for name in ("jeugdzorg_wijken", "wmo_regio", "kerncijfers_wijken_en_buurten"))
WIDE = "84799NED"


def listed_as(table: str, rows: int, columns: int) -> CatalogueRow:
    return CatalogueRow(table, table, Stamps(None), rows, {}, column_count=columns)


@dataclass
class ClientStub:
    """A catalogue in which one table is far larger than the others."""

    down: bool = False

    def catalogue(self, name: str) -> dict[str, CatalogueRow]:
        if self.down:
            raise StatlineError("no catalogue")
        listed = [table for dataset in DATASETS.values() if dataset.catalogus == name for table in dataset.tabellen]
        small = {table.tabel: listed_as(table.tabel, 10, 5) for table in listed}
        return small | {WIDE: listed_as(WIDE, 17_341, 118)}


@dataclass
class Log:
    """What was done, in order; a table in ``held`` is not done before its event is set."""

    client: ClientStub = field(default_factory=ClientStub)
    fetched: list[str] = field(default_factory=list)
    forced: list[str] = field(default_factory=list)
    observed: list[str] = field(default_factory=list)
    failing: set[str] = field(default_factory=set)
    held: dict[str, threading.Event] = field(default_factory=dict)
    unchanged: bool = False
    asked_for_client: int = 0
    # How many tables had been fetched whenever there was news.
    news: list[int] = field(default_factory=list)

    def ingest(self, job: TableJob) -> TableOutcome:
        self.fetched.append(job.table)
        if job.force:
            self.forced.append(job.table)
        if job.table in self.held:
            assert self.held[job.table].wait(10)
        result = "failed" if job.table in self.failing else "unchanged" if self.unchanged else "fetched"
        return TableOutcome(job.dataset.name, job.table, job.years, result)

    def observe(self, dataset: Dataset, table: TableReference) -> ObservationOutcome:
        self.observed.append(table.tabel)
        return ObservationOutcome(dataset.name, table.tabel, "read")

    def give_client(self) -> Any:
        self.asked_for_client += 1
        return self.client


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Log:
    log = Log()
    monkeypatch.setattr(module, "ingest_table", log.ingest)
    return log


@pytest.fixture
def intake(log: Log) -> Iterator[Intake]:
    def hear() -> None:
        log.news.append(len(log.fetched))

    with Intake(log.give_client, log, None, hear) as opened:  # type: ignore[arg-type]
        yield opened
        for event in log.held.values():
            event.set()


def tables(dataset: Dataset) -> list[str]:
    return [table.tabel for table in dataset.tabellen]


def test_the_largest_table_of_all_datasets_is_fetched_first(log: Log, intake: Intake) -> None:
    intake.begin([Order(JEUGD), Order(KWB)])
    assert [o.table for o in intake.fetched(Order(KWB))] == tables(KWB)
    assert [o.table for o in intake.fetched(Order(JEUGD))] == tables(JEUGD)
    assert log.fetched[0] == WIDE
    assert sorted(log.fetched) == sorted(tables(JEUGD) + tables(KWB))


def test_a_table_is_read_while_others_of_its_dataset_are_still_coming_in(log: Log, intake: Intake) -> None:
    log.held[WIDE] = threading.Event()
    intake.begin([Order(KWB), Order(WMO)])
    assert [o.table for o in intake.fetched(Order(WMO))] == tables(WMO)
    assert [o.table for o in intake.observed(Order(WMO))] == tables(WMO)
    assert WIDE not in log.observed
    log.held[WIDE].set()
    intake.fetched(Order(KWB))
    assert [o.table for o in intake.observed(Order(KWB))] == tables(KWB)


def test_what_was_begun_is_not_begun_again_and_what_was_collected_is_fetched_anew(log: Log, intake: Intake) -> None:
    for _ in range(2):
        intake.begin([Order(JEUGD)])
    intake.fetched(Order(JEUGD))
    intake.begin([Order(JEUGD)])
    assert sorted(log.fetched) == sorted(tables(JEUGD))
    assert [o.table for o in intake.fetched(Order(JEUGD, force=True))] == tables(JEUGD)
    assert sorted(log.forced) == sorted(tables(JEUGD))


def test_a_table_that_failed_is_read_all_the_same_and_costs_no_other_its_turn(log: Log, intake: Intake) -> None:
    """Its last good version may have to be read by another yml."""
    log.failing = {"85335NED"}
    results = {o.table: o.result for o in intake.fetched(Order(JEUGD))}
    assert results == {"85075NED": "fetched", "85335NED": "failed"}
    assert [o.table for o in intake.observed(Order(JEUGD))] == tables(JEUGD)
    assert sorted(log.observed) == sorted(tables(JEUGD))


def test_only_the_chosen_years_are_fetched_and_read(log: Log, intake: Intake) -> None:
    order = Order(JEUGD, frozenset({2022}))
    assert [(o.table, o.years) for o in intake.fetched(order)] == [("85335NED", (2022,))]
    assert [o.table for o in intake.observed(order)] == ["85335NED"]
    assert log.observed == ["85335NED"]


def test_a_run_that_only_fetches_reads_nothing(log: Log, intake: Intake) -> None:
    intake.begin([Order(JEUGD, observe=False)])
    intake.fetched(Order(JEUGD))
    assert log.observed == []


def test_a_step_that_only_reads_asks_cbs_nothing(log: Log, intake: Intake) -> None:
    assert [o.table for o in intake.observed(Order(JEUGD))] == tables(JEUGD)
    assert (log.fetched, log.asked_for_client) == ([], 0)


def test_progress_is_told_in_the_order_of_the_yml_and_in_the_thread_of_the_step(intake: Intake) -> None:
    heard: list[tuple[str, threading.Thread]] = []
    intake.begin([Order(KWB)])
    intake.fetched(Order(KWB), lambda outcome: heard.append((outcome.table, threading.current_thread())))
    assert [table for table, _ in heard] == tables(KWB)
    assert {thread for _, thread in heard} == {threading.main_thread()}


def test_without_a_catalogue_each_table_is_tried_since_it_says_itself_what_is_wrong(log: Log, intake: Intake) -> None:
    log.client.down = True
    assert [o.table for o in intake.fetched(Order(KWB))] == tables(KWB)


def test_a_run_that_breaks_off_begins_nothing_more(log: Log) -> None:
    """The writer lock is given back after it: nothing may write by then."""
    log.held = {table: threading.Event() for table in tables(KWB)}
    with Intake(log.give_client, log, None) as intake:  # type: ignore[arg-type]
        intake.begin([Order(KWB, observe=False), Order(JEUGD, observe=False), Order(WMO, observe=False)])
        threading.Timer(0.2, lambda: [event.set() for event in log.held.values()]).start()
    begun = list(log.fetched)
    assert len(begun) < len(tables(KWB) + tables(JEUGD) + tables(WMO))
    assert threading.active_count() == 1 or not [t for t in threading.enumerate() if t.name.startswith("fetch")]
    assert log.fetched == begun


def test_the_news_is_told_once_when_nothing_is_under_way_any_more(log: Log, intake: Intake) -> None:
    log.held[WIDE] = threading.Event()
    intake.begin([Order(KWB), Order(WMO)])
    intake.fetched(Order(WMO))
    assert log.news == []
    log.held[WIDE].set()
    intake.fetched(Order(KWB))
    assert log.news == [len(tables(KWB)) + len(tables(WMO))]


def test_what_did_not_change_is_no_news(log: Log, intake: Intake) -> None:
    log.unchanged = True
    log.failing = {"85335NED"}
    intake.fetched(Order(JEUGD))
    assert log.news == []
