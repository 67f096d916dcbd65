"""Ingest asks only for what changed, and one table's failure never costs another table or the last good snapshot."""

import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipelines.common.sentences import Sentence
from pipelines.common.settings import RECORDING
from pipelines.recording import serve_recording
from pipelines.snapshots.ingest import TableOutcome
from pipelines.snapshots.store import Snapshot, SnapshotStore
from pipelines.sources.datasets import Dataset
from tests.support.recorded_datasets import recorded_datasets
from tests.support.single_datasets import ingest_dataset
from tests.support.statline_service import Reply, Service, proxy, quick_client, recorded_rows, unused_url

DATASETS = recorded_datasets()
JEUGD = DATASETS["jeugdzorg_wijken"]
TABLES = {"85075NED": 3600, "85335NED": 346}


@pytest.fixture(scope="module")
def recording_url() -> Iterator[str]:
    with serve_recording(RECORDING, page_size=1000) as url:
        yield url


@pytest.fixture
def store(tmp_path: Path) -> SnapshotStore:
    return SnapshotStore(tmp_path)


def ingest(
    url: str, store: SnapshotStore, dataset: Dataset = JEUGD, years: set[int] | None = None, **options: Any
) -> dict[str, TableOutcome]:
    with quick_client(url) as client:
        outcomes = ingest_dataset(dataset, years, client, store, **options)
    return {outcome.table: outcome for outcome in outcomes}


def in_use(store: SnapshotStore, table: str) -> Snapshot:
    snapshot = store.current(table)
    assert snapshot is not None
    return snapshot


def in_use_after(outcomes: dict[str, TableOutcome], store: SnapshotStore) -> Snapshot:
    """The snapshot of 85335NED that a run without failures left in use."""
    assert "failed" not in results(outcomes).values()
    return in_use(store, "85335NED")


def why(outcome: TableOutcome) -> str:
    assert outcome.problem is not None
    return outcome.problem.english


def results(outcomes: dict[str, TableOutcome]) -> dict[str, str]:
    return {tabel: outcome.result for tabel, outcome in outcomes.items()}


def asked_for_rows(service: Service) -> set[str]:
    return {request.split("/")[3] for request in service.requests if "UntypedDataSet" in request}


def test_a_first_run_keeps_every_row_of_every_table_as_recorded(service: Service, store: SnapshotStore) -> None:
    outcomes = ingest(service.url, store)
    assert {tabel: outcome.row_count for tabel, outcome in outcomes.items()} == TABLES
    assert {outcome.result for outcome in outcomes.values()} == {"fetched"}
    for tabel in TABLES:
        snapshot = in_use(store, tabel)
        assert [json.loads(line) for line in b"".join(store.rows(snapshot)).splitlines()] == recorded_rows(tabel)
        store.verify(snapshot)


def test_an_outcome_tells_what_was_done_for_which_years_and_is_json(service: Service, store: SnapshotStore) -> None:
    outcome = json.loads(json.dumps(ingest(service.url, store)["85075NED"].as_row()))
    assert (outcome["dataset"], outcome["jaren"], outcome["melding"]) == ("jeugdzorg_wijken", [2021], None)
    assert (outcome["gewijzigd"], outcome["soort"]) == ("2023-07-02T02:00:00", "opname")
    assert outcome["hash"] == in_use(store, "85075NED").hash
    assert outcome["verzoeken"] == sum("85075NED" in request for request in service.requests)
    assert outcome["bytes"] > 1_000_000


def test_an_outcome_comes_back_from_its_row_as_it_was(service: Service, store: SnapshotStore) -> None:
    service.fail("/85335NED/UntypedDataSet", Reply(503))
    outcomes = ingest(service.url, store).values()
    told = replace(next(iter(outcomes)), warnings=(Sentence("It ends.", "Zij stopt."), Sentence("Look.", "Kijk.")))
    for outcome in (*outcomes, told):
        assert TableOutcome.from_row(json.loads(json.dumps(outcome.as_row()))) == outcome
    assert (told.as_row()["waarschuwingen"], told.as_row()["waarschuwingen_nl"]) == (
        ["It ends.", "Look."],
        ["Zij stopt.", "Kijk."],
    )


def test_the_row_of_an_outcome_has_the_keys_and_words_of_before(service: Service, store: SnapshotStore) -> None:
    service.fail("/85335NED/UntypedDataSet", Reply(503))
    rows = [outcome.as_row() for outcome in ingest(service.url, store).values()]
    before = "dataset tabel jaren uitkomst melding rijen gewijzigd hash soort gecontroleerd seconden verzoeken bytes"
    assert [list(row) for row in rows] == [
        [*before.split(), "waarschuwingen", "melding_nl", "waarschuwingen_nl"],
    ] * 2
    assert [row["uitkomst"] for row in rows] == ["opgehaald", "mislukt"]
    again = ingest(service.url, store)["85075NED"]
    assert again.as_row()["uitkomst"] == "ongewijzigd"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", rows[0]["gecontroleerd"])


def test_the_snapshot_keeps_what_the_recording_remarks(service: Service, store: SnapshotStore) -> None:
    ingest(service.url, store)
    kept = in_use(store, "85335NED")
    assert kept.remark == kept.record.remark == kept.pointer.remark
    assert str(kept.remark).startswith("De NL-rij heeft lege tekstkolommen")


def test_a_snapshot_from_before_there_were_remarks_gets_one_when_it_is_confirmed(
    service: Service, store: SnapshotStore
) -> None:
    remark = in_use_after(ingest(service.url, store), store).remark
    for path in (store.raw / "85335NED").rglob("*.json"):
        content = json.loads(path.read_bytes())
        if isinstance(content, dict) and content.pop("kanttekening", None):
            path.write_text(json.dumps(content), encoding="utf-8")
    assert in_use(store, "85335NED").remark is None
    confirmed = in_use_after(ingest(service.url, store), store)
    assert (confirmed.remark, confirmed.record.remark) == (remark, None)
    assert remark


def test_a_version_that_the_live_service_gives_too_has_no_remark(
    recording_url: str, service: Service, store: SnapshotStore
) -> None:
    ingest(service.url, store)
    with proxy(recording_url, live=True) as live:
        outcomes = ingest(live.url, store)
    assert (in_use_after(outcomes, store).remark, in_use(store, "85335NED").record.remark is None) == (None, False)


def test_a_run_in_which_nothing_changed_makes_one_request(service: Service, store: SnapshotStore) -> None:
    ingest(service.url, store)
    before = {tabel: in_use(store, tabel) for tabel in TABLES}
    service.mend()
    outcomes = ingest(service.url, store)
    assert [request.partition("?")[0] for request in service.requests] == ["/ODataCatalog/Tables"]
    assert {tabel: (o.result, o.row_count, o.requests) for tabel, o in outcomes.items()} == {
        tabel: ("unchanged", rows, 0) for tabel, rows in TABLES.items()
    }
    for tabel, snapshot in before.items():
        assert in_use(store, tabel).hash == snapshot.hash
        assert in_use(store, tabel).pointer.checked > snapshot.pointer.checked


def test_only_tables_that_cover_a_year_are_looked_at(service: Service, store: SnapshotStore) -> None:
    assert results(ingest(service.url, store, years={2022, 1999})) == {"85335NED": "fetched"}
    assert ingest(service.url, store, years={1999}) == {}
    ten_years = ingest(service.url, store, DATASETS["regionale_kerncijfers"], years={2019, 2024})
    assert ten_years["70072ned"].years == (2019, 2024)


def test_force_fetches_again_what_did_not_change(service: Service, store: SnapshotStore) -> None:
    first = ingest(service.url, store)
    again = ingest(service.url, store, force=True)
    assert set(results(again).values()) == {"fetched"}
    assert {tabel: o.hash for tabel, o in again.items()} == {tabel: o.hash for tabel, o in first.items()}


def move_stamp(tabel: str, stamp: str) -> Callable[[dict[str, Any]], None]:
    def change(catalogue: dict[str, Any]) -> None:
        next(row for row in catalogue["value"] if row["Identifier"] == tabel)[stamp] = "2026-10-31T02:00:00"

    return change


def test_a_stamp_that_moves_makes_only_that_table_be_fetched(service: Service, store: SnapshotStore) -> None:
    ingest(service.url, store)
    service.mend()
    service.edit("Tables", move_stamp("85335NED", "Updated"))
    assert results(ingest(service.url, store)) == {"85075NED": "unchanged", "85335NED": "fetched"}
    assert asked_for_rows(service) == {"85335NED"}
    assert set(results(ingest(service.url, store)).values()) == {"unchanged"}


def test_a_catalogue_that_runs_ahead_of_the_table_makes_the_next_run_ask_again(
    service: Service, store: SnapshotStore
) -> None:
    service.edit("Tables", move_stamp("85335NED", "Modified"))
    assert ingest(service.url, store)["85335NED"].modified == "2023-06-15T02:00:00"
    service.edit("TableInfos", lambda infos: infos["value"][0].update(Modified="2026-10-31T02:00:00"))
    renewed = ingest(service.url, store)["85335NED"]
    assert (renewed.result, renewed.modified) == ("fetched", "2026-10-31T02:00:00")


def test_another_source_or_filter_makes_everything_be_fetched(
    recording_url: str, service: Service, store: SnapshotStore
) -> None:
    recorded = ingest(service.url, store)
    with proxy(recording_url, live=True) as live:
        outcomes = ingest(live.url, store)
        assert {(o.result, o.kind) for o in outcomes.values()} == {("fetched", "live")}
        assert {o.hash for o in outcomes.values()} == {o.hash for o in recorded.values()}
        assert set(results(ingest(live.url, store)).values()) == {"unchanged"}
    filtered = JEUGD.model_copy(update={"filter": "substringof('GM',Wijken)"})
    outcomes = ingest(service.url, store, filtered)
    assert set(results(outcomes).values()) == {"fetched"}
    assert outcomes["85335NED"].row_count == sum("GM" in row["Wijken"] for row in recorded_rows("85335NED"))


def test_the_recording_on_another_port_is_the_same_source(
    recording_url: str, service: Service, store: SnapshotStore
) -> None:
    ingest(service.url, store)
    with proxy(recording_url) as elsewhere:
        assert set(results(ingest(elsewhere.url, store)).values()) == {"unchanged"}


def rename(catalogue: dict[str, Any]) -> None:
    next(row for row in catalogue["value"] if row["Identifier"] == "85335NED")["Identifier"] = "85335ned"


def miscount(catalogue: dict[str, Any]) -> None:
    next(row for row in catalogue["value"] if row["Identifier"] == "85335NED")["RecordCount"] = 347


def repeat(rows: dict[str, Any]) -> None:
    rows["value"][-1] = rows["value"][0]


def half(real: Reply) -> Reply:
    return replace(real, cut=len(real.body) // 2, reset=True)


ROWS = "/85335NED/UntypedDataSet"
FAILURES: dict[str, tuple[Callable[[Service], None], str]] = {
    "table gone": (lambda s: s.fail("/85335NED/", Reply(404)), r"Table 85335NED does not exist at \S+ .* check the id"),
    "not in the catalogue": (
        lambda s: s.edit("Tables", rename),
        r"the catalogue at \S+ does not list it; check the id",
    ),
    "error 500": (lambda s: s.fail(ROWS, Reply(500)), r"answered with status 500 .*tried 3 times"),
    "reset in the body": (lambda s: s.fail(ROWS, half), r"UntypedDataSet\S+ could not be reached \(Re"),
    "maintenance page": (lambda s: s.fail(ROWS, Reply(200, b"<html>")), r"Page 1 of .* found no \(complete\) JSON"),
    "truncated JSON": (
        lambda s: s.fail(ROWS, Reply(200, b'{"value": [{"ID"')),
        r"found no \(complete\) JSON: 16 bytes",
    ),
    "rows missing": (lambda s: s.edit("Tables", miscount), r"came with 346 rows, expected 347 by RecordCount"),
    "row twice": (lambda s: s.edit(ROWS, repeat), r"came with ID 2 more than once"),
    "no metadata": (
        lambda s: s.edit("85335NED/TableInfos", lambda a: a["value"].clear()),
        "should hold one row, found 0",
    ),
}


@pytest.mark.parametrize(("cause", "message"), FAILURES.values(), ids=FAILURES.keys())
def test_a_table_that_fails_keeps_its_last_snapshot_and_takes_no_other_down(
    service: Service, store: SnapshotStore, cause: Callable[[Service], None], message: str
) -> None:
    good = ingest(service.url, store)["85335NED"]
    kept = in_use(store, "85335NED")
    service.mend()
    cause(service)
    outcomes = ingest(service.url, store, force=True)
    assert results(outcomes) == {"85075NED": "fetched", "85335NED": "failed"}
    failed = outcomes["85335NED"]
    assert why(failed).startswith("Table 85335NED of jeugdzorg_wijken was not brought up to date: ")
    assert why(failed).endswith(" stays in use.")
    assert f"the snapshot fetched on {kept.record.fetched:%Y-%m-%d} (Modified 2023-06-15T02:00:00" in why(failed)
    assert "\n" not in why(failed)
    assert re.search(message, why(failed))
    assert failed.problem
    assert re.fullmatch(
        r"(CBS|De tabel) [^.;]+; de versie van \d+ [a-z]+ \d{4} blijft in gebruik\.", failed.problem.dutch
    )
    assert (failed.hash, failed.row_count) == (good.hash, 346)
    assert in_use(store, "85335NED") == kept
    assert [path.name for path in (store.raw / "85335NED").glob(".draft*")] == []


def test_a_failing_table_without_earlier_snapshot_says_so(service: Service, store: SnapshotStore) -> None:
    service.fail(ROWS, Reply(503))
    failed = ingest(service.url, store)["85335NED"]
    assert why(failed).endswith("; there is no earlier snapshot, so its figures are missing.")
    assert failed.problem
    assert failed.problem.dutch == (
        "CBS gaf een foutmelding in plaats van de tabel; er is geen eerdere versie, dus de cijfers ontbreken."
    )
    assert (failed.hash, failed.row_count, failed.modified) == (None, None, None)
    assert store.current("85335NED") is None


def test_a_dead_service_fails_every_table_quickly_and_keeps_every_snapshot(
    service: Service, store: SnapshotStore
) -> None:
    iv3 = DATASETS["iv3_gemeenten"]
    ingest(service.url, store, iv3, years={2017, 2018})
    url = unused_url()
    started = time.perf_counter()
    outcomes = ingest(url, store, iv3)
    assert time.perf_counter() - started < 1.0
    assert set(results(outcomes).values()) == {"failed"}
    assert len(outcomes) == 10
    assert all(f"{url}/ODataCatalog/Tables" in why(o) and "could not be reached" in why(o) for o in outcomes.values())
    assert why(outcomes["45038NED"]).endswith("stays in use.")
    assert why(outcomes["45078NED"]).endswith("its figures are missing.")


def change_modified(answer: dict[str, Any]) -> None:
    answer["value"][0]["Modified"] = "2026-10-31T09:30:00"


def test_a_table_that_cbs_updates_while_it_is_read_is_read_again(service: Service, store: SnapshotStore) -> None:
    def update_after_first_page(real: Reply) -> Reply:
        service.edit("85335NED/TableInfos", change_modified)
        return real

    service.fail(ROWS, update_after_first_page, times=1)
    outcome = ingest(service.url, store)["85335NED"]
    assert outcome.result == "fetched"
    assert store.metadata(in_use(store, "85335NED"), "TableInfos")[0]["Modified"] == "2026-10-31T09:30:00"
    assert sum(ROWS in request for request in service.requests) == 2


def test_a_table_that_cbs_keeps_updating_fails_after_the_second_time(service: Service, store: SnapshotStore) -> None:
    moments = iter(range(100))

    def later(answer: dict[str, Any]) -> None:
        answer["value"][0]["Modified"] = f"2026-10-31T09:{next(moments):02}:00"

    service.edit("85335NED/TableInfos", later)
    outcome = ingest(service.url, store)["85335NED"]
    assert outcome.result == "failed"
    assert "CBS changed it while its rows were being read (Modified of 85335NED went from" in why(outcome)
    assert sum(ROWS in request for request in service.requests) == 2


def test_a_damaged_snapshot_is_fetched_again_by_itself(service: Service, store: SnapshotStore) -> None:
    ingest(service.url, store)
    rows = in_use(store, "85335NED").folder / "rows.ndjson.gz"
    rows.write_bytes(rows.read_bytes()[:-50])
    assert results(ingest(service.url, store)) == {"85075NED": "unchanged", "85335NED": "fetched"}
    store.verify(in_use(store, "85335NED"))


def test_a_damaged_snapshot_that_cannot_be_fetched_again_is_named(service: Service, store: SnapshotStore) -> None:
    ingest(service.url, store)
    (store.raw / "85335NED" / "current.json").write_text("{}")
    service.fail(ROWS, Reply(500))
    failed = ingest(service.url, store)["85335NED"]
    reason = why(failed)
    assert failed.problem
    assert failed.problem.dutch.endswith("; ook de vorige versie is niet te gebruiken.")
    assert re.search(r"; its last snapshot cannot be used either \(\S+current.json cannot be read", reason)
    assert "\n" not in reason


def test_progress_hears_of_each_table_in_the_order_of_the_yml(service: Service, store: SnapshotStore) -> None:
    heard: list[TableOutcome] = []
    outcomes = ingest(service.url, store, DATASETS["iv3_gemeenten"], years={2025, 2026}, progress=heard.append)
    assert [outcome.table for outcome in heard] == ["45071NED", "45078NED"]
    assert heard == list(outcomes.values())
    # Of the 17 taakvelden that are recorded for 342 municipalities the filter leaves the 16 of the social domain.
    assert sum(outcome.row_count or 0 for outcome in heard) == (2 + 1) * 17 * 342
