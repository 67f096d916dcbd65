"""What a service may answer instead of what it should: each is read all the same, or is a sentence about one table.

A row that is not of our tables hurts none of them. Where a table is refused, its last good snapshot stays as it is, and
another table of the same host is fetched in the same breath.
"""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipelines.common.settings import RECORDING
from pipelines.observations.observer import Observer
from pipelines.observations.store import ObservationStore
from pipelines.recording import serve_recording
from pipelines.snapshots.ingest import TableOutcome
from pipelines.snapshots.store import SnapshotStore
from pipelines.sources.datasets import TableReference, load_datasets
from pipelines.statline.client import RetryPolicy, StatlineClient
from tests.support import faults
from tests.support.faults import Fault
from tests.support.single_datasets import ingest_dataset
from tests.support.statline_service import Reply, Service, proxy, recorded_rows
from tests.support.warehouses import files

pytestmark = pytest.mark.slow

TABLE, OTHER = "85098NED", "83262NED"
DATASET = load_datasets()["jeugdzorg_indicatoren"]
CATALOGUE, ROOT = "/ODataCatalog/", rf"/{TABLE}/\?"
INFOS, PROPERTIES, REGIONS = f"/{TABLE}/TableInfos", f"/{TABLE}/DataProperties", f"/{TABLE}/RegioS"
ROWS = f"/{TABLE}/UntypedDataSet"
ROW = f"The catalogue's row of table {TABLE}"

Cause = Callable[[Service], None]


def at(where: str, fault: Fault, times: int = -1) -> Cause:
    return lambda service: service.fail(where, fault, times)


def rows(where: str, change: Callable[[list[Any]], object]) -> Cause:
    """The rows that the service gives at ``where``, changed."""
    return at(where, faults.edited(lambda answer: change(answer["value"])))


def first(where: str, **fields: Any) -> Cause:
    """The first row at ``where``, with other fields."""
    return rows(where, lambda found: found[0].update(fields))


def ours(**fields: Any) -> Cause:
    """Our row of the catalogue, with other fields."""
    return rows(CATALOGUE, lambda found: own(found).update(fields))


def own(found: list[Any]) -> dict[str, Any]:
    row: dict[str, Any] = next(row for row in found if row["Identifier"] == TABLE)
    return row


def also(*strange: Any) -> Cause:
    """The catalogue with rows before and behind ours that are not of our tables."""
    return rows(CATALOGUE, lambda found: (found.insert(0, strange[0]), found.extend(strange)))


def topic(**fields: Any) -> Cause:
    """The first topic of the table, with other fields."""
    return rows(PROPERTIES, lambda found: next(row for row in found if row["Type"] == "Topic").update(fields))


def without(where: str, name: str) -> Cause:
    return rows(where, lambda found: found[0].pop(name))


def body(change: Callable[[bytes], bytes], **headers: str) -> Fault:
    return lambda real: replace(real, body=change(real.body), headers=real.headers | headers)


def in_latin(text: bytes) -> bytes:
    """The answer with a letter that latin-1 writes in another way, where no figure stands."""
    return text.decode().replace('"odata.metadata":"', '"odata.metadata":"\u00eb', 1).encode("latin-1", "replace")


def group_in_itself(found: list[Any]) -> None:
    found.append({"odata.type": "Cbs.OData.TopicGroup", "ID": 99, "ParentID": 99, "Type": "TopicGroup", "Title": "x"})
    next(row for row in found if row["Type"] == "Topic")["ParentID"] = 99


LATIN = {"Content-Type": "application/json; charset=iso-8859-1"}
STRANGERS = [{"Identifier": "00001ned", "RecordCount": "", "Title": None, "Modified": 5}]

READ: dict[str, Cause] = {
    "somebody else's count is blank": also(*STRANGERS),
    "a row of the catalogue is a list": also([TABLE, 1]),
    "a row of the catalogue is null": also(None, 5, "85098NED", True),
    "a row of the catalogue has no id": also({}, {"Identifier": None}, {"Identifier": 85098}, {"Identifier": [1]}),
    "somebody else's table is listed twice": also(STRANGERS[0], {**STRANGERS[0], "Title": "x"}),
    "our table is listed twice, alike": rows(CATALOGUE, lambda found: found.append(own(found))),
    "our count is a text": ours(RecordCount="356"),
    "our count has a decimal point": ours(RecordCount=356.0),
    "our count is not stated": ours(RecordCount=None),
    "the catalogue does not say when": ours(Modified=None, MetaDataModified=None, Updated=None),
    "the remarks of a recording are a list": at(
        CATALOGUE, faults.edited(lambda a: a.update({"opname.kanttekeningen": [1]}))
    ),
    "a byte order mark": at(TABLE, body(lambda text: b"\xef\xbb\xbf" + text)),
    "a byte order mark in the catalogue": at(CATALOGUE, body(lambda text: b"\xef\xbb\xbf" + text)),
    "UTF-16": at(TABLE, body(lambda text: text.decode().encode("utf-16"))),
    "UTF-16 without a mark": at(TABLE, body(lambda text: text.decode().encode("utf-16-le"))),
    "UTF-32": at(TABLE, body(lambda text: text.decode().encode("utf-32"))),
    "another charset, which the headers name": at(ROWS, body(in_latin, **LATIN)),
    "UTF-8 with headers that name another charset": at(TABLE, body(lambda text: text, **LATIN)),
    "UTF-8 with headers that name no charset there is": at(
        TABLE, body(lambda t: t, **{"Content-Type": "a/b; charset=x-9"})
    ),
    "status 203": at(TABLE, lambda real: replace(real, status=203)),
    "a next link that is null": at(ROWS, faults.edited(lambda answer: answer.setdefault("odata.nextLink", None))),
    "a gzip that is broken once": at(ROWS, body(lambda text: b"\x1f\x8b" + text, **{"Content-Encoding": "gzip"}), 1),
    "decimals as text": topic(Decimals="1"),
}

WRONG: dict[str, tuple[Cause, str]] = {
    "our count is blank": (ours(RecordCount=""), f'{ROW}: the field RecordCount should be a whole number .* found "";'),
    "our count is words": (ours(RecordCount="veel"), 'RecordCount should be a whole number .* found "veel"'),
    "our count is negative": (ours(RecordCount=-1), "RecordCount should be a whole number of at least 0, found -1"),
    "our count is a fraction": (ours(RecordCount=1.5), "RecordCount should be a whole number .* found 1.5"),
    "our count is true": (ours(RecordCount=True), "RecordCount should be a whole number .* found true"),
    "our count is a list": (ours(RecordCount=[356]), r"RecordCount should be a whole number .* found \[356\]"),
    "our count of columns is words": (ours(ColumnCount="x"), 'ColumnCount should be a whole number .* found "x"'),
    "our title is null": (ours(Title=None), f"{ROW}: the field Title should be a text that is not blank, found null"),
    "our title is a number": (ours(Title=5), "Title should be a text that is not blank, found 5"),
    "our title lacks": (rows(CATALOGUE, lambda found: own(found).pop("Title")), f"{ROW} should have the field Title"),
    "our stamp is a number": (ours(Modified=20230624), "Modified should be a moment such as .* found 20230624"),
    "our stamp is of another form": (ours(Modified="24-06-2023"), 'Modified should be a moment .* found "24-06-2023"'),
    "our stamp is of a week": (ours(Modified="2023-W25-6"), 'Modified should be a moment .* found "2023-W25-6"'),
    "our stamp is of the year 0": (ours(Modified="0000-01-01T00:00:00"), 'Modified should be a moment .* "0000-01'),
    "our stamp is blank": (ours(MetaDataModified=""), 'MetaDataModified should be a moment .* found ""'),
    "our table is listed twice, with other stamps": (
        rows(CATALOGUE, lambda found: found.append(own(found) | {"Modified": "2026-01-01T00:00:00"})),
        f'{ROW} should stand there once, found several, of which one has Modified "2023-06-24T02:00:00" and another "2',
    ),
    "no title in TableInfos": (
        first(INFOS, Title=None),
        f"TableInfos of table {TABLE}: the field Title should be a text",
    ),
    "no stamp in TableInfos": (
        first(INFOS, Modified=None),
        f"TableInfos of table {TABLE}: the field Modified should be",
    ),
    "a stamp that lacks": (without(INFOS, "Modified"), f"TableInfos of table {TABLE} should have the field Modified, "),
    "a stamp of the year 0": (first(INFOS, Modified="0000-00-00T00:00:00"), "Modified should be a moment such as"),
    "a status that is a number": (first(INFOS, OutputStatus=1), "OutputStatus should be a text, found 1"),
    "no TableInfos": (rows(INFOS, lambda found: found.clear()), "should hold one row, found 0"),
    "TableInfos of which the row is a list": (rows(INFOS, lambda found: found.insert(0, [])), r"found \[\] as row 1"),
    "a topic without title": (
        topic(Title=None),
        r"Row \d+ of DataProperties of table 85098NED: the field Title should",
    ),
    "a topic without key": (topic(Key=" "), r"Row \d+ of DataProperties of table 85098NED: the field Key should"),
    "a topic with a unit that is a number": (topic(Unit=5), "the field Unit should be a text, found 5"),
    "a topic in a group that is words": (topic(ParentID="a"), 'ParentID should be a whole number .* found "a"'),
    "a topic with very many decimals": (
        topic(Decimals=999),
        "Decimals should be a whole number from 0 to 30, found 999",
    ),
    "a group within itself": (rows(PROPERTIES, group_in_itself), "should lie in groups that end, found group"),
    "a property without type": (
        without(PROPERTIES, "Type"),
        "Row 1 of DataProperties of table 85098NED should have the",
    ),
    "a code without key": (
        first(REGIONS, Key=None),
        "Row 1 of RegioS of table 85098NED: the field Key should be a text",
    ),
    "a code that is a number": (
        first(REGIONS, Key=5),
        "Row 1 of RegioS of table 85098NED: the field Key should be a text",
    ),
    "an entity without name": (first(ROOT, name=None), f"Entity 1 of the root of table {TABLE}: the field name should"),
    "an entity that lacks": (
        rows(ROOT, lambda found: found.remove(next(row for row in found if row["name"] == "RegioS"))),
        f"The metadata of table {TABLE} should hold the entity RegioS, found CategoryGroups, DataProperties, ",
    ),
    "rows that are null": (at(ROWS, faults.edited(lambda answer: answer.update(value=None))), "a list 'value', found"),
    "a row that is a list": (rows(ROWS, lambda found: found.insert(2, ["a", 1])), r'found \["a",1\] as row 3'),
    "an ID beyond any number": (first(ROWS, ID=2**70), "without a whole number as ID"),
    "an ID that fits in no column": (first(ROWS, ID=2**63), "without a whole number as ID"),
    "an ID that is true": (first(ROWS, ID=True), "without a whole number as ID"),
    "an ID that is a text": (first(ROWS, ID="0"), "without a whole number as ID"),
    "no number": (at(ROWS, faults.edited(lambda a: a["value"][0].update(ID=float("nan")))), r"no \(complete\) JSON"),
    "half a pair of surrogates": (
        at(ROWS, body(lambda text: text.replace(b'"ID"', b'"\\ud800":"","ID"', 1))),
        r"no \(complete\) JSON: .*, wrong at ",
    ),
    "a next link that is a number": (at(ROWS, faults.linked_to(5)), "found 5 as odata.nextLink"),  # type: ignore[arg-type]
    "a next link that is no address": (
        at(ROWS, faults.linked_to("http://[opendata/ODataFeed/x")),
        r"names as next page 'http://\[opendata/ODataFeed/x', which is not an address",
    ),
    "a next link with a control character": (
        at(ROWS, faults.linked_to("https://opendata.cbs.nl/ODataFeed/\u0000x")),
        r"should answer .* found an address that is none \(",
    ),
    "a charset that nobody names": (at(ROWS, body(in_latin)), r"no \(complete\) JSON: .*, wrong at "),
    "UTF-16 that breaks off": (at(ROWS, body(lambda t: t.decode().encode("utf-16")[:1001])), r"no \(complete\) JSON"),
    "a gzip that is broken": (
        at(ROWS, body(lambda text: text, **{"Content-Encoding": "gzip"})),
        "found a compressed answer that cannot be unpacked",
    ),
    "a page of a network that asks to log in": (
        at(ROWS, Reply(200, b"<html><head><title>Gast\nnetwerk</title></head></html>", {"Content-Type": "text/html"})),
        "a web page titled 'Gast netwerk' as of maintenance, of a proxy or of a network that asks to log in",
    ),
    "status 204": (at(ROWS, Reply(204)), "answered with status 204"),
    "status 206": (at(ROWS, lambda real: replace(real, status=206)), "answered with status 206"),
    "status 304": (at(ROWS, Reply(304)), "answered with status 304"),
    "a redirection without address": (at(ROWS, Reply(301)), "answered with status 301"),
    "a redirection to something else": (
        at(rf"{ROWS}\?", lambda _: Reply(301, b"", {"Location": "/inloggen"})),
        r"UntypedDataSet\S+ \(which leads to http://127\S+/inloggen\) answered with status 404",
    ),
    "a redirection to itself": (
        at(ROWS, lambda _: Reply(301, b"", {"Location": f"/ODataFeed/odata{ROWS}"})),
        "found one redirection after the other",
    ),
    "a redirection to no address": (
        at(ROWS, Reply(301, b"", {"Location": "http://[x"})),
        "could not be reached|is none",
    ),
}


@pytest.fixture(scope="module")
def recording_url() -> Iterator[str]:
    with serve_recording(RECORDING) as url:
        yield url


def ingest(service: Service, store: SnapshotStore, waits: list[float] | None = None) -> dict[str, TableOutcome]:
    tables = [TableReference(tabel=tabel, jaren=2022) for tabel in (TABLE, OTHER)]
    dataset = DATASET.model_copy(update={"tabellen": tables})
    told = [] if waits is None else waits
    with StatlineClient(service.url, retries=RetryPolicy(attempts=3, busy_attempts=3, sleep=told.append)) as client:
        return {o.table: o for o in ingest_dataset(dataset, None, client, store, force=True)}


@pytest.fixture(scope="module")
def fetched(recording_url: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse with a good snapshot of both tables."""
    warehouse = tmp_path_factory.mktemp("fetched")
    with proxy(recording_url) as service:
        outcomes = ingest(service, SnapshotStore(warehouse))
    assert {outcome.result for outcome in outcomes.values()} == {"fetched"}
    return warehouse


@pytest.mark.parametrize("cause", READ.values(), ids=READ.keys())
def test_what_can_be_read_is_read(cause: Cause, service: Service, fetched: Path, tmp_path: Path) -> None:
    store = SnapshotStore(shutil.copytree(fetched, tmp_path / "warehouse"))
    cause(service)
    outcomes = ingest(service, store)
    assert {table: (outcome.result, outcome.problem) for table, outcome in outcomes.items()} == {
        TABLE: ("fetched", None),
        OTHER: ("fetched", None),
    }
    snapshot = store.current(TABLE)
    assert snapshot is not None
    assert [json.loads(line) for line in b"".join(store.rows(snapshot)).splitlines()] == recorded_rows(TABLE)
    observed = Observer(store, ObservationStore(tmp_path / "warehouse")).observe(DATASET, DATASET.tabellen[0])
    assert (observed.table, observed.result, observed.problem) == (TABLE, "read", None)


@pytest.mark.parametrize(("cause", "says"), WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_about_a_table_is_a_sentence_about_that_table_alone(
    cause: Cause, says: str, service: Service, fetched: Path, tmp_path: Path
) -> None:
    store = SnapshotStore(shutil.copytree(fetched, tmp_path / "warehouse"))
    before = files(store.raw / TABLE)
    cause(service)
    outcomes = ingest(service, store)
    problem = outcomes[TABLE].problem
    assert problem is not None, outcomes[TABLE]
    assert re.search(says, problem.english), problem.english
    assert problem.english.startswith(f"Table {TABLE} of jeugdzorg_indicatoren was not brought up to date: ")
    assert "\n" not in problem.english
    assert not re.search(r"\b(Value|Type|Key|Attribute|Overflow|Recursion|JSONDecode)Error", problem.english)
    assert "niet was voorzien" not in problem.dutch
    assert files(store.raw / TABLE) == before
    assert (outcomes[OTHER].result, outcomes[OTHER].problem) == ("fetched", None)


@pytest.mark.parametrize(
    ("retry_after", "expected"),
    [
        ("7", 7.0),
        ("7.5", 7.5),
        (" 7 ", 7.0),
        ("9" * 400, 300.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 300.0),
        ("Sat, 01 Jan 2000 00:00:00 GMT", 0.0),
        ("nan", None),
        ("inf", None),
        ("-inf", None),
        ("-5", None),
        ("1e3", None),
        ("1_0", None),
        ("\u0663", None),
        ("", None),
        ("straks", None),
        ("Mon, 01 Jan 0000 00:00:00 GMT", 0.0),
        ("Mon, 32 Jan 2026 00:00:00 GMT", None),
        ("Mon, 01 Jan 2026 00:00:00 +999999", None),
        ("Mon, 01 Jan", None),
    ],
)
def test_a_pause_that_is_asked_for_is_kept_where_it_is_one_and_else_is_our_own(
    service: Service, tmp_path: Path, retry_after: str, expected: float | None
) -> None:
    waits: list[float] = []
    header = retry_after.encode("utf-8").decode("latin-1")
    service.fail(ROWS, Reply(503, b"druk", {"Retry-After": header}), times=1)
    outcomes = ingest(service, SnapshotStore(tmp_path), waits)
    assert outcomes[TABLE].result == "fetched"
    (wait,) = waits
    assert wait == expected if expected is not None else 4.0 <= wait <= 8.0
