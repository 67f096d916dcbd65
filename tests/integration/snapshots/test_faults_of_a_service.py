"""Every fault of a StatLine service that we know of, and what becomes of the table: one table of cases.

``asked`` is what the client asked of the troubled table, in order: ``c`` the catalogue, ``i`` TableInfos, and the
number of each page of rows. Without trouble that is ``ci123i``. An attempt is never followed by more than two others,
pages that came are not asked again, and a table that does not come whole is fetched once more.
"""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest

from pipelines.common.settings import RECORDING
from pipelines.recording import serve_recording
from pipelines.snapshots.ingest import PARALLEL_TABLES, TableOutcome
from pipelines.snapshots.store import SnapshotStore
from pipelines.sources.datasets import TableReference, load_datasets
from pipelines.statline.client import RetryPolicy, StatlineClient, Timeouts
from pipelines.statline.limits import FAILURES_IN_A_ROW, LONGEST_RETRY_AFTER
from tests.support import faults
from tests.support.faults import Fault
from tests.support.single_datasets import ingest_dataset
from tests.support.statline_service import Reply, Service, proxy, recorded_rows
from tests.support.warehouses import files

TABLE, OTHER = "85098NED", "83262NED"
DATASET = load_datasets()["jeugdzorg_indicatoren"]
PAGE_SIZE = 150
FEED = f"/ODataFeed/odata/{TABLE}"
CATALOGUE, INFOS = "/ODataCatalog/", f"/{TABLE}/TableInfos"
ROWS = f"/{TABLE}/UntypedDataSet"
PAGES = {1: rf"{ROWS}\?(?!.*skip)", 2: f"{ROWS}.*skip=150", 3: f"{ROWS}.*skip=300"}
PAGE_2 = rf"Page 2 of UntypedDataSet of table {TABLE}: http://127\S+skip=150 "
UNTROUBLED = "ci123i"

Outcome = Literal["healed", "followed", "refused"]


@dataclass(frozen=True)
class Case:
    """One fault: how it is made, and what must come of it; ``waits`` are the seconds between attempts, if set."""

    outcome: Outcome
    asked: str
    cause: Callable[[Service], None]
    says: str = ""
    waits: Any = None
    timeouts: Timeouts = field(default_factory=lambda: Timeouts(connect=2.0, read=5.0, total=10.0))


def at(where: str, fault: Fault, times: int = -1) -> Callable[[Service], None]:
    """``fault`` at the addresses that match ``where``."""
    return lambda service: service.fail(where, fault, times)


def catalogue_says(tabel: str, **fields: Any) -> Callable[[Service], None]:
    """The catalogue's row of ``tabel`` with other ``fields``."""

    def change(rows: list[dict[str, Any]]) -> None:
        next(row for row in rows if row["Identifier"] == tabel).update(fields)

    return at(CATALOGUE, faults.rows_edited(change))


def passing(fault: Fault, **options: Any) -> dict[str, Case]:
    """A fault that is over at the next attempt, on a page and on an entity of one page."""
    return {
        "once on a page": Case("healed", "ci1223i", at(PAGES[2], fault, times=1), **options),
        "once on TableInfos": Case("healed", "cii123i", at(INFOS, fault, times=1), **options),
    }


def lasting(fault: Fault, says: str, **options: Any) -> dict[str, Case]:
    """The same fault at every attempt."""
    return {
        "for ever on a page": Case("refused", "ci1222", at(PAGES[2], fault), PAGE_2 + says, **options),
        "for ever on TableInfos": Case(
            "refused", "ciii", at(INFOS, fault), rf"TableInfos of table {TABLE}: http://127\S+TableInfos\S+ ", **options
        ),
    }


def both(fault: Fault, says: str, **options: Any) -> dict[str, Case]:
    """A fault that passes and one that lasts."""
    return passing(fault, **options) | lasting(fault, says + r".*\(tried 3 times\)", **options)


IMPATIENT = Timeouts(connect=2.0, read=1.0, total=0.5)
NO_TIME = Timeouts(connect=2.0, read=1.0, total=0.6, table=1.0)
NOT_JSON = r"should answer with a JSON object .* found no \(complete\) JSON: \d+ bytes that begin with "
DOUBLE = r"it was fetched twice and did not come whole, the second time because: Table 85098NED came with ID \d+ more"
APART = (
    rf"fetched twice and did not come whole, the second time because: {PAGE_2}.*expected \$skip=299 because 299 rows"
)
LOOP = "https://opendata.cbs.nl/ODataFeed/OData/85098NED/UntypedDataSet/?$format=json&$skip=150"

FAULTS: dict[str, dict[str, Case]] = {
    "reset mid-body": both(faults.reset, r"could not be reached \(Re"),
    "cut off mid-body": both(faults.cut_off, r"could not be reached \(Re"),
    "empty body": both(faults.EMPTY, "should answer with .* found an empty answer"),
    "truncated JSON": both(faults.half_json, NOT_JSON),
    "HTML for JSON": both(faults.HTML, NOT_JSON + "'<!DOCTYPE html>"),
    "ATOM for JSON": both(faults.ATOM, NOT_JSON + r"'<\?xml"),
    "500": both(Reply(500, b"oeps"), r"answered with status 500 \('oeps'\); the service is down"),
    "503": both(Reply(503), r"answered with status 503 \(no explanation\); the service is down"),
    "429 with Retry-After in seconds": passing(faults.busy(429, "7"), waits=[7.0]),
    "503 with Retry-After as date": passing(
        lambda _: faults.busy(503, faults.in_a_while(60)), waits=pytest.approx([60.0], abs=3)
    ),
    "Retry-After of a day": lasting(
        faults.busy(503, "86400"), "answered with status 503", waits=[LONGEST_RETRY_AFTER] * 2
    ),
    "a byte at a time": {
        **passing(faults.drip, timeouts=IMPATIENT),
        "for ever on a page": Case(
            "refused", "ci1222", at(PAGES[2], faults.drip), "answer not complete after 0.5 s", timeouts=IMPATIENT
        ),
        "until the deadline of the table, on a page": Case(
            "refused",
            "ci12",
            at(PAGES[2], faults.drip),
            r"skip=150 was given up: a whole table may take 1 s, .* what failed last: Page 2 of",
            timeouts=NO_TIME,
        ),
        "until the deadline of the table, on TableInfos": Case(
            "refused",
            "ci",
            at(INFOS, faults.drip),
            r"a whole table may take 1 s, .*: Page 1 of TableInfos",
            timeouts=NO_TIME,
        ),
    },
    "body without end": {
        "on a page": Case("refused", "ci12", at(PAGES[2], faults.endless), PAGE_2 + "should answer with at most 1 MB"),
        "on TableInfos": Case("refused", "ci", at(INFOS, faults.endless), "TableInfos .* at most 1 MB, found more"),
    },
    "next link": {
        "to an internal host": Case("followed", UNTROUBLED, at(ROWS, faults.on_another_host)),
        "to another service": Case(
            "refused",
            "ci1",
            at(PAGES[1], faults.linked_to("https://example.org/?page=2")),
            r"skip|names as next page 'https://example.org/\?page=2', which is not an address of ODataFeed",
        ),
        "in a loop": Case("refused", "ci12", at(PAGES[2], faults.linked_to(LOOP)), PAGE_2 + ".*does not advance"),
    },
    "redirect": {
        "of a page": Case("healed", "ci1123i", at(PAGES[1], faults.redirect(f"{FEED}/UntypedDataSet"), times=1)),
        "of TableInfos": Case("healed", "cii123i", at(INFOS, faults.redirect(f"{FEED}/TableInfos"), times=1)),
    },
    "page overlap": {
        "once": Case("healed", "ci123ii123i", at(PAGES[2], faults.rows_edited(faults.overlapping), times=1)),
        "for ever": Case("refused", "ci123ii123i", at(PAGES[2], faults.rows_edited(faults.overlapping)), DOUBLE),
    },
    "row missing within": {
        "once": Case("healed", "ci12i123i", at(PAGES[2], faults.rows_edited(lambda rows: rows.pop()), times=1)),
        "for ever": Case("refused", "ci12i12", at(PAGES[2], faults.rows_edited(lambda rows: rows.pop())), APART),
    },
    "row missing at the end": {
        "once": Case("healed", "ci123ii123i", at(PAGES[3], faults.rows_edited(lambda rows: rows.pop()), times=1)),
        "for ever": Case(
            "refused",
            "ci123ii123i",
            at(PAGES[3], faults.rows_edited(lambda rows: rows.pop())),
            "fetched twice .* came with 355 rows, expected 356 by RecordCount in the catalogue",
        ),
    },
    "row without ID": {
        "for ever": Case(
            "refused",
            "ci12i12",
            at(PAGES[2], faults.rows_edited(lambda rows: rows[0].pop("ID"))),
            "fetched twice .* has a row after row 150 without a whole number as ID",
        )
    },
    "updated meanwhile": {
        "once": Case("healed", "ci123ii123i", lambda s: faults.update_meanwhile(s, PAGES[2], INFOS, times=1)),
        "for ever": Case(
            "refused",
            "ci123ii123i",
            lambda s: faults.update_meanwhile(s, PAGES[2], INFOS),
            r"fetched twice .* CBS changed it while its rows were being read \(Modified of 85098NED went from",
        ),
    },
    "10,000 rows refused": {
        "with 400": Case(
            "refused",
            "ci1",
            at(ROWS, faults.too_many_rows(400)),
            r"Page 1 of \S+ of table 85098NED: http://127\S+ answered with status 400 \(Maximum van 10000",
        ),
        "with 500": Case("refused", "ci111", at(ROWS, faults.too_many_rows(500)), r"status 500 \(Maximum .*3 times"),
    },
    "404": {
        "on the table": Case(
            "refused", "c", at(f"/{TABLE}/", Reply(404)), "Table 85098NED does not exist at http://127"
        ),
        "on the rows": Case("refused", "ci1", at(ROWS, Reply(404)), "does not exist at .* check the id in the dataset"),
    },
    "catalogue": {
        "down": Case("refused", "ccc", at(CATALOGUE, Reply(503)), "Page 1 of the catalogue: http://127.* status 503"),
        "down once": Case("healed", "cci123i", at(CATALOGUE, Reply(503), times=1)),
        "HTML": Case("refused", "ccc", at(CATALOGUE, faults.HTML), "Page 1 of the catalogue: .*begin with '<!DOCTYPE"),
        "without the table": Case(
            "refused", "c", catalogue_says(TABLE, Identifier="0"), "does not list it; check the id"
        ),
        "counts another number of rows": Case(
            "refused", "ci123ii123i", catalogue_says(TABLE, RecordCount=357), "came with 356 rows, expected 357"
        ),
    },
}
IN_DUTCH = r"(CBS|De tabel|De delen) [^.;]+; de versie van \d+ [a-z]+ \d{4} blijft in gebruik\."
CASES = {f"{fault}, {where}": case for fault, cases in FAULTS.items() for where, case in cases.items()}


@pytest.fixture(scope="module")
def recording_url() -> Iterator[str]:
    with serve_recording(RECORDING, page_size=PAGE_SIZE) as url:
        yield url


def ingest(service: Service, store: SnapshotStore, waits: list[float], timeouts: Timeouts) -> dict[str, TableOutcome]:
    tables = [TableReference(tabel=tabel, jaren=2022) for tabel in (TABLE, OTHER)]
    dataset = DATASET.model_copy(update={"tabellen": tables})
    retries = RetryPolicy(attempts=3, busy_attempts=3, sleep=waits.append)
    with StatlineClient(service.url, timeouts=timeouts, retries=retries, maximum_body=1_000_000) as client:
        return {o.table: o for o in ingest_dataset(dataset, None, client, store, force=True)}


@pytest.fixture(scope="module")
def fetched(recording_url: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse with a good snapshot of both tables."""
    warehouse = tmp_path_factory.mktemp("fetched")
    with proxy(recording_url) as service:
        outcomes = ingest(service, SnapshotStore(warehouse), [], Timeouts())
        assert asked(service) == UNTROUBLED
    assert {outcome.result for outcome in outcomes.values()} == {"fetched"}
    return warehouse


def said(outcome: TableOutcome) -> str:
    """Why the table failed, in English; nothing when it did not."""
    return outcome.problem.english if outcome.problem else ""


def asked(service: Service) -> str:
    """What was asked of the troubled table, a letter or page number each."""
    signs = {CATALOGUE: "c", re.escape(INFOS): "i"} | {where: str(number) for number, where in PAGES.items()}
    return "".join(sign for request in service.requests for where, sign in signs.items() if re.search(where, request))


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_fault_heals_or_is_refused_and_never_harms_what_is_in_use(
    case: Case, service: Service, fetched: Path, tmp_path: Path
) -> None:
    store = SnapshotStore(shutil.copytree(fetched, tmp_path / "warehouse"))
    before = files(store.raw / TABLE)
    waits: list[float] = []
    case.cause(service)
    outcomes = ingest(service, store, waits, case.timeouts)
    outcome = outcomes[TABLE]
    assert asked(service) == case.asked, said(outcome)
    if case.outcome == "refused":
        assert outcome.result == "failed"
        assert re.search(case.says, said(outcome)), said(outcome)
        assert "\n" not in said(outcome)
        assert outcome.problem is not None
        assert re.fullmatch(IN_DUTCH, outcome.problem.dutch), outcome.problem.dutch
        assert files(store.raw / TABLE) == before
    else:
        assert (outcome.result, outcome.problem) == ("fetched", None)
    snapshot = store.current(TABLE)
    assert snapshot is not None
    store.verify(snapshot)
    assert [json.loads(line) for line in b"".join(store.rows(snapshot)).splitlines()] == recorded_rows(TABLE)
    assert outcomes[OTHER].result == ("failed" if case.asked == "ccc" else "fetched")
    if case.waits is not None:
        assert waits == case.waits


def test_what_is_followed_costs_nothing_and_what_heals_costs_something() -> None:
    assert {case.asked for case in CASES.values() if case.outcome == "followed"} == {UNTROUBLED}
    assert all(len(case.asked) > len(UNTROUBLED) for case in CASES.values() if case.outcome == "healed")
    assert all(case.says for case in CASES.values() if case.outcome == "refused")


def test_a_storm_of_503_on_a_page_is_outlasted(service: Service, tmp_path: Path) -> None:
    """As a reader of much of CBS meets it now and then: six refusals in a row, minutes apart."""
    waits: list[float] = []
    service.fail(PAGES[2], Reply(503), times=6)
    with StatlineClient(service.url, retries=RetryPolicy(sleep=waits.append)) as client:
        dataset = DATASET.model_copy(update={"tabellen": [TableReference(tabel=TABLE, jaren=2022)]})
        (outcome,) = ingest_dataset(dataset, None, client, SnapshotStore(tmp_path))
    assert (outcome.result, outcome.problem) == ("fetched", None)
    assert [4 * 2**n <= wait <= 4 * 2**n + 4 for n, wait in enumerate(waits)] == [True] * 6


@pytest.mark.parametrize("fault", [Reply(503), faults.reset], ids=["503", "reset"])
def test_a_host_that_fails_for_three_tables_in_a_row_is_left_alone_and_the_messages_say_so(
    service: Service, tmp_path: Path, fault: Fault
) -> None:
    service.fail("ODataFeed", fault)
    iv3 = load_datasets()["iv3_gemeenten"]
    with StatlineClient(service.url, retries=RetryPolicy(attempts=3, busy_attempts=3, sleep=lambda _: None)) as client:
        outcomes = ingest_dataset(iv3, None, client, SnapshotStore(tmp_path))
    attempts = [outcome.requests for outcome in outcomes if outcome.requests]
    assert FAILURES_IN_A_ROW <= len(attempts) < FAILURES_IN_A_ROW + PARALLEL_TABLES
    assert set(attempts) == {3}
    assert len(service.requests) == 1 + sum(attempts)
    spared = [said(outcome) for outcome in outcomes if not outcome.requests]
    first = rf"the circuit of {service.url} is open: 3 tables in a row failed there, the first with: Page 1 of root of"
    assert len(spared) == len(outcomes) - len(attempts)
    assert all(re.search(first, told) for told in spared)
