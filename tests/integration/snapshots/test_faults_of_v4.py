"""What OData v4 can answer wrongly: a table is fetched whole or refused in a sentence, and what is in use stays."""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pipelines.common.settings import RECORDING
from pipelines.recording import recorded_base, serve_recording
from pipelines.snapshots.ingest import TableJob, TableOutcome, ingest_table
from pipelines.snapshots.store import SnapshotStore
from pipelines.sources.datasets import Dataset, load_datasets
from pipelines.statline.client import StatlineClient
from tests.support.statline_service import QUICK_RETRIES, QUICK_TIMEOUTS, Reply, Service, count_all_tables, proxy
from tests.support.warehouses import files

TABLE = "85098NED"
DATASET = load_datasets()["jeugdzorg_indicatoren"]
OBSERVATIONS, PAGE_2, INFOS = f"/{TABLE}/Observations", r"Observations\?\$skip=500", f"/{TABLE}/Properties"
OBSERVED = 1520

Change = Callable[[dict[str, Any]], None]
Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def recording_url() -> Iterator[str]:
    # Pages of 500 observations, so that the table has four.
    with serve_recording(RECORDING, page_size=50) as url:
        count_all_tables(url)
        yield url


def fetch(service: Service, store: SnapshotStore, *, force: bool = True, dataset: Dataset = DATASET) -> TableOutcome:
    client = StatlineClient(
        recorded_base(service.url, "v4"),
        service.url,
        api="v4",
        timeouts=QUICK_TIMEOUTS,
        retries=QUICK_RETRIES,
    )
    with client:
        return ingest_table(TableJob(dataset, TABLE, (2022,), client, store, force))


@pytest.fixture(scope="module")
def fetched(recording_url: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    warehouse = tmp_path_factory.mktemp("fetched")
    with proxy(recording_url) as service:
        outcome = fetch(service, SnapshotStore(warehouse))
    assert (outcome.result, outcome.row_count, outcome.problem) == ("fetched", OBSERVED, None)
    return warehouse


def observations(warehouse: Path) -> Rows:
    store = SnapshotStore(warehouse)
    snapshot = store.current(TABLE)
    assert snapshot is not None
    return [json.loads(line) for line in b"".join(store.rows(snapshot)).splitlines()]


def test_a_snapshot_keeps_what_v4_published_whatever_host_it_was_asked_at(fetched: Path) -> None:
    store = SnapshotStore(fetched)
    snapshot = store.current(TABLE)
    assert snapshot is not None
    assert (snapshot.api, snapshot.record.filter, snapshot.kind) == ("v4", None, "opname")
    assert set(snapshot.record.metadata) == {
        "Properties",
        "Dimensions",
        "MeasureCodes",
        "RegioSCodes",
        "PeriodenCodes",
    }
    rows = observations(fetched)
    assert [row["Id"] for row in rows] == sorted({row["Id"] for row in rows})
    assert rows[0] == {
        "Id": 0,
        "Measure": "M100001",
        "ValueAttribute": "None",
        "Value": 13.2,
        "StringValue": None,
        "RegioS": "NL01",
        "Perioden": "2022JJ00",
    }
    kept = b"".join(
        (snapshot.folder / "metadata" / f"{name}.json").read_bytes() for name in sorted(snapshot.record.metadata)
    )
    assert b"127.0.0.1" not in kept
    assert snapshot.pointer.stamps == {
        "Modified": "2023-06-24T02:00:00+02:00",
        "ModificationDate": "2023-06-24T02:00:00+02:00",
        "Version": "202306240200",
        "ObservationsModified": "2023-06-24T02:00:00+02:00",
    }


def test_a_table_of_which_v4_moved_no_stamp_is_not_asked_again(fetched: Path, service: Service, tmp_path: Path) -> None:
    store = SnapshotStore(shutil.copytree(fetched, tmp_path / "warehouse"))
    assert fetch(service, store, force=False).result == "unchanged"
    assert service.requests == ["/odata/v1/CBS/Datasets"]


@pytest.mark.parametrize("stamp", ["Modified", "ModificationDate", "Version", "ObservationsModified"])
def test_each_stamp_of_v4_has_the_table_fetched_anew(
    fetched: Path, service: Service, tmp_path: Path, stamp: str
) -> None:
    def move(answer: dict[str, Any]) -> None:
        for row in answer.get("value", [answer]):
            row[stamp] = "202611290200" if stamp == "Version" else "2026-11-29T02:00:00+01:00"

    store = SnapshotStore(shutil.copytree(fetched, tmp_path / "warehouse"))
    service.edit("Datasets", move)
    service.edit(INFOS, move)
    assert fetch(service, store, force=False).result == "fetched"
    assert fetch(service, store, force=False).result == "unchanged"


def test_the_same_table_by_the_other_protocol_is_another_version(
    fetched: Path, service: Service, tmp_path: Path
) -> None:
    store = SnapshotStore(shutil.copytree(fetched, tmp_path / "warehouse"))
    with StatlineClient(service.url) as client:
        outcome = ingest_table(TableJob(DATASET, TABLE, (2022,), client, store, force=False))
    assert (outcome.result, outcome.row_count) == ("fetched", 356)
    assert fetch(service, store, force=False).result == "fetched"


@pytest.mark.parametrize(
    "host", ["https://datasets.prod.cbsp.nl/odata/v1", "https://elders.nl", ""], ids=["internal", "other path", "none"]
)
def test_a_next_link_is_followed_on_the_host_that_was_asked(
    host: str, fetched: Path, service: Service, tmp_path: Path
) -> None:
    def elsewhere(answer: dict[str, Any]) -> None:
        if link := answer.get("@odata.nextLink"):
            path = link[link.index("/CBS/") :]
            answer["@odata.nextLink"] = host + path if host else path.rpartition("/")[2]

    service.edit(OBSERVATIONS, elsewhere)
    store = SnapshotStore(tmp_path)
    assert fetch(service, store).result == "fetched"
    assert observations(tmp_path) == observations(fetched)


@dataclass(frozen=True)
class Fault:
    """What goes wrong at which addresses, and what the sentence about it says."""

    where: str
    cause: Change | Reply
    says: str


def rows_of(change: Callable[[Rows], object]) -> Change:
    return lambda answer: change(answer["value"]) and None


def linked(link: object) -> Change:
    def apply(answer: dict[str, Any]) -> None:
        if "@odata.nextLink" in answer:
            answer["@odata.nextLink"] = link

    return apply


def without(name: str) -> Change:
    def apply(answer: dict[str, Any]) -> None:
        for row in answer.get("value", [answer]):
            row.pop(name, None)

    return apply


def saying(name: str, value: object) -> Change:
    def apply(answer: dict[str, Any]) -> None:
        for row in answer.get("value", [answer]):
            row[name] = value

    return apply


FAULTS = {
    "a page is missing": Fault(
        PAGE_2,
        lambda answer: answer.pop("@odata.nextLink"),
        "came with 1000 rows, expected 1520 by what v4 counts",
    ),
    "a page is cut short": Fault(
        PAGE_2, rows_of(lambda rows: rows.pop()), r"expected \$skip=999 because 999 rows came until then"
    ),
    "the last page is cut short": Fault(
        r"\$skip=1500", rows_of(lambda rows: rows.pop()), "came with 1519 rows, expected 1520 by what v4 counts of it"
    ),
    "a page comes twice": Fault(
        PAGE_2, linked("Observations?$skip=500"), "Page 2 of .* names .* as next page, which does not advance"
    ),
    "a link leads to another table": Fault(
        OBSERVATIONS,
        linked("https://datasets.cbs.nl/odata/v1/CBS/85099NED/Observations?$skip=500"),
        "which is no further page of /CBS/85098NED/Observations",
    ),
    "a link leads to the beginning": Fault(OBSERVATIONS, linked("Observations"), "which is no further page of"),
    "a link is a number": Fault(OBSERVATIONS, linked(500), "found 500 as @odata.nextLink"),
    "an observation twice": Fault(
        r"\$skip=1500", rows_of(lambda rows: rows.__setitem__(-1, rows[0])), r"came with Id \d+ more than once"
    ),
    "an observation without Id": Fault(OBSERVATIONS, without("Id"), "without a whole number as Id, which every row of"),
    "an Id of text": Fault(OBSERVATIONS, saying("Id", "7"), "without a whole number as Id, which every row of Observ"),
    "an observation that is a number": Fault(
        OBSERVATIONS, rows_of(lambda rows: rows.__setitem__(0, 7)), "should answer with .*, found 7 as row 1"
    ),
    "the count is text": Fault(
        INFOS, saying("ObservationCount", "veel"), "ObservationCount|the field RecordCount should be a whole number"
    ),
    "the table has no date": Fault(INFOS, without("Modified"), "should have the field Modified"),
    "Properties is a list": Fault(
        INFOS, Reply(200, b"[]", {"Content-Type": "application/json"}), "should answer with a JSON object"
    ),
    "a measure without a title": Fault(
        "MeasureCodes", without("Title"), "the field Title should be a text, found null"
    ),
    "a measure of an unknown group": Fault(
        "MeasureCodes",
        saying("MeasureGroupId", "M9"),
        'the field MeasureGroupId should be the Id of a row of MeasureGroups, found "M9"',
    ),
    "two measures of one name": Fault(
        "MeasureCodes", saying("Identifier", "M1"), "MeasureCodes of table 85098NED should hold each Identifier once"
    ),
    "a measure without a type": Fault("MeasureCodes", without("DataType"), "should have the field DataType"),
    "a code twice": Fault("RegioSCodes", saying("Identifier", "NL01"), "RegioSCodes of table .* each Identifier once"),
    "no codes": Fault("RegioSCodes", Reply(404), "does not exist at"),
    "a dimension without a name": Fault("Dimensions", without("Identifier"), "should have the field Identifier"),
    "a dimension more": Fault(
        "Dimensions",
        rows_of(lambda rows: rows.append({"Identifier": "Geslacht", "Kind": "Dimension"})),
        "should hold the entity GeslachtCodes",
    ),
    "down": Fault(OBSERVATIONS, Reply(503), "answered with status 503"),
    "the rows are refused with an explanation": Fault(
        OBSERVATIONS,
        Reply(400, b'{"error":{"code":"","message":"Onbekende optie"}}'),
        r"status 400 \(Onbekende optie\)",
    ),
    "the catalogue is gone": Fault("Datasets|ODataCatalog", Reply(404), "Page 1 of the catalogue: .* status 404"),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_is_refused_in_a_sentence_and_harms_nothing(
    fault: Fault, service: Service, fetched: Path, tmp_path: Path
) -> None:
    store = SnapshotStore(shutil.copytree(fetched, tmp_path / "warehouse"))
    before = files(store.raw / TABLE)
    if isinstance(fault.cause, Reply):
        service.fail(fault.where, fault.cause)
    else:
        service.edit(fault.where, fault.cause)
    outcome = fetch(service, store)
    assert (outcome.result, outcome.row_count) == ("failed", OBSERVED)
    assert outcome.problem is not None
    assert re.search(fault.says, outcome.problem.english), outcome.problem.english
    assert "\n" not in outcome.problem.english
    assert outcome.problem.dutch.endswith("blijft in gebruik.")
    assert files(store.raw / TABLE) == before


def troubled(service: Service, count: Reply, said: object = 1521) -> None:
    """The table says otherwise how many observations it has, and its count is ``count``."""
    service.fail(r"Observations/\$count", count)
    service.edit(INFOS, saying("ObservationCount", said))


def test_where_the_table_and_its_count_differ_the_count_decides(service: Service, tmp_path: Path) -> None:
    troubled(service, Reply(200, b"1520"))
    assert fetch(service, SnapshotStore(tmp_path)).result == "fetched"


@pytest.mark.parametrize("count", [Reply(200, b"1521"), Reply(404), Reply(200, b"<html>"), Reply(200, b'{"a": 1}')])
def test_where_nothing_says_that_all_came_the_table_is_refused(service: Service, tmp_path: Path, count: Reply) -> None:
    troubled(service, count)
    outcome = fetch(service, SnapshotStore(tmp_path))
    assert outcome.problem is not None
    assert "came with 1520 rows, expected 1521 by what v4 counts of it" in outcome.problem.english


def test_of_a_filtered_table_the_count_of_the_filter_is_expected(service: Service, tmp_path: Path) -> None:
    dataset = DATASET.model_copy(update={"filter": "startswith(RegioS,'GM')"})
    last_page = r"startswith.*\$skip=1500"
    service.edit(last_page, rows_of(lambda rows: rows.pop()), times=2)
    store = SnapshotStore(tmp_path)
    refused = fetch(service, store, dataset=dataset)
    assert refused.problem is not None
    assert "came with 1514 rows, expected 1515 by what v4 counts of it" in refused.problem.english
    whole = fetch(service, store, dataset=dataset)
    assert (whole.result, whole.row_count) == ("fetched", 1515)


def test_a_table_that_cbs_updates_meanwhile_is_fetched_once_more(
    service: Service, fetched: Path, tmp_path: Path
) -> None:
    def newer(answer: dict[str, Any]) -> None:
        answer["Version"] = "202611290200"

    store = SnapshotStore(shutil.copytree(fetched, tmp_path / "warehouse"))
    seen: list[None] = []

    def update_after_the_first(real: Reply) -> Reply:
        seen.append(None)
        if len(seen) == 1:
            return real
        answer = json.loads(real.body)
        newer(answer)
        return Reply(real.status, json.dumps(answer).encode(), real.headers)

    service.fail(INFOS, update_after_the_first)
    outcome = fetch(service, store)
    assert (outcome.result, outcome.problem) == ("fetched", None)
    # Before and after the rows, twice.
    assert len(seen) == 4
