"""A table that CBS stops, replaces or removes: what is said, and what stays in use."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pipelines.common.settings import RECORDING
from pipelines.recording import serve_recording
from pipelines.snapshots.ingest import TableOutcome
from pipelines.snapshots.store import SnapshotStore
from pipelines.sources.datasets import Dataset, TableReference
from tests.support.recorded_datasets import recorded_datasets
from tests.support.single_datasets import ingest_dataset
from tests.support.statline_service import Reply, Service, quick_client
from tests.support.warehouses import files

TABLE = "85335NED"
STAMP = "2026-10-31T02:00:00"
TEXT = "Geen, deze tabel is stopgezet. Deze tabel is opgevolgd door tabel 86001NED."
YML = r"pipelines/sources/jeugdzorg_wijken\.yml:\d+"
UNCOVERED = r"From 2023 on no table of jeugdzorg_wijken is listed\. In " + YML
MARK = UNCOVERED + " write `- {tabel: 85335NED, jaren: 2022, gestopt: true}`"
ADVICE = r"names 86001NED as what comes after it\. " + MARK + " and add `- {tabel: 86001NED, jaren: 2023}`"


@pytest.fixture(scope="module")
def recording_url() -> Iterator[str]:
    with serve_recording(RECORDING) as url:
        yield url


def dataset(*, marked: bool) -> Dataset:
    """The dataset with that one table, which the yml marks as stopped or not."""
    only = [TableReference(tabel=TABLE, jaren=2022, gestopt=marked)]  # type: ignore[arg-type]
    return recorded_datasets()["jeugdzorg_wijken"].model_copy(update={"tabellen": only})


def ingest(service: Service, store: SnapshotStore, *, marked: bool = False, force: bool = False) -> TableOutcome:
    with quick_client(service.url) as client:
        (outcome,) = ingest_dataset(dataset(marked=marked), None, client, store, force=force)
    return outcome


def english(outcome: TableOutcome) -> str:
    assert outcome.problem is not None
    return outcome.problem.english


def catalogue(service: Service, **fields: Any) -> None:
    def change(answer: dict[str, Any]) -> None:
        next(row for row in answer["value"] if row["Identifier"] == TABLE).update(fields)

    service.edit("/ODataCatalog/Tables", change)


def stopped(service: Service) -> None:
    """CBS puts a year in the title, marks the table and names its successor."""
    ends = {"OutputStatus": "Gediscontinueerd", "Frequency": "Stopgezet", "ReasonDelivery": "Stopgezet"}
    catalogue(service, **ends, Title="Jongeren met jeugdzorg, 2022", MetaDataModified=STAMP, Updated=STAMP)
    named(service, **ends)


def named(service: Service, **fields: str) -> None:
    """The text of the table names a successor."""
    service.edit(
        f"/{TABLE}/TableInfos",
        lambda answer: answer["value"][0].update(fields, MetaDataModified=STAMP, Description=TEXT),
    )


def announced(service: Service) -> None:
    catalogue(service, MetaDataModified=STAMP, Updated=STAMP)
    named(service)


def absent(service: Service) -> None:
    catalogue(service, Identifier="0")


def gone(service: Service) -> None:
    """The catalogue still lists it, changed, and asking for it gives 404."""
    catalogue(service, Updated=STAMP)
    service.fail(f"/{TABLE}/", Reply(404))


@dataclass(frozen=True)
class Case:
    """What CBS does about a table, whether the yml marks it, and what becomes of it: ``says`` None is nothing said."""

    cause: Callable[[Service], None]
    marked: bool
    result: str
    warns: bool
    says: str | None
    dutch: str = ""


STOPPED = "CBS heeft deze tabel gestopt; haar cijfers blijven in gebruik. Als opvolger noemt CBS 86001NED."
REPLACED = "CBS gaat deze tabel vervangen; tot dan wordt zij bijgewerkt. Als opvolger noemt CBS 86001NED."
UNKNOWN = "CBS kent deze tabel niet, of niet meer; de versie van "
HAD = "CBS heeft deze gestopte tabel niet meer; de versie van "
NO_LONGER = (
    r"CBS no longer has table 85335NED of jeugdzorg_wijken\. The yml marks it as stopped, so its snapshot fetche"
)
KEPT = r"; the snapshot fetched on \d{4}-\d\d-\d\d \(Modified 2023-06-15T02:00:00, last checked .*\) stays in use\.$"
REMOVED = r".* If it was removed for good: " + MARK + KEPT
CASES = {
    "stopped": Case(stopped, False, "fetched", True, r"was stopped by CBS \(OutputStatus Gedisc.*" + ADVICE, STOPPED),
    "stopped, and marked": Case(stopped, True, "fetched", False, None),
    "a successor announced": Case(announced, False, "fetched", True, "is being replaced by CBS; .*" + ADVICE, REPLACED),
    "out of the catalogue": Case(absent, False, "failed", False, "does not list it;" + REMOVED, UNKNOWN),
    "out of the catalogue, and marked": Case(absent, True, "unchanged", False, NO_LONGER, HAD),
    "404": Case(gone, False, "failed", False, r"\(status 404\);" + REMOVED, UNKNOWN),
    "404, and marked": Case(gone, True, "unchanged", False, NO_LONGER, HAD),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_the_end_of_a_table_is_told_and_its_last_version_stays(case: Case, service: Service, tmp_path: Path) -> None:
    store = SnapshotStore(tmp_path)
    ingest(service, store)
    before = store.current(TABLE)
    assert before is not None
    content = files(before.folder)
    case.cause(service)
    outcome = ingest(service, store, marked=case.marked)
    said = outcome.warnings[0] if case.warns else outcome.problem
    told = said and said.english
    assert (said is None) if case.says is None else (said is not None and said.dutch.startswith(case.dutch)), said
    assert (outcome.result, len(outcome.warnings), outcome.row_count) == (case.result, int(case.warns), 346)
    assert (told is None) if case.says is None else re.search(case.says, told or ""), told
    assert "\n" not in (told or "")
    assert files(before.folder) == content


def test_a_stopped_table_is_told_of_every_night_until_the_yml_says_so(service: Service, tmp_path: Path) -> None:
    store = SnapshotStore(tmp_path)
    stopped(service)
    first = ingest(service, store)
    again = ingest(service, store)
    assert (again.result, again.warnings) == ("unchanged", first.warnings)
    assert ingest(service, store, marked=True).warnings == ()


def test_a_removed_table_is_told_with_the_successor_that_its_last_text_named(service: Service, tmp_path: Path) -> None:
    store = SnapshotStore(tmp_path)
    stopped(service)
    ingest(service, store)
    service.mend()
    absent(service)
    assert re.search("If it was removed for good: Its text " + ADVICE, english(ingest(service, store)))


def test_a_removed_table_that_is_marked_counts_as_checked_also_when_forced(service: Service, tmp_path: Path) -> None:
    store = SnapshotStore(tmp_path)
    ingest(service, store)
    before = store.current(TABLE)
    absent(service)
    outcome = ingest(service, store, marked=True, force=True)
    after = store.current(TABLE)
    assert before is not None
    assert after is not None
    assert outcome.result == "unchanged"
    assert (after.hash, after.pointer.checked > before.pointer.checked) == (before.hash, True)


def test_a_removed_table_without_snapshot_is_to_be_taken_out(service: Service, tmp_path: Path) -> None:
    absent(service)
    for marked in (False, True):
        told = english(ingest(service, SnapshotStore(tmp_path), marked=marked))
        assert re.search(
            r"take it out of pipelines/sources/jeugdzorg_wijken.yml:\d+: .* no table for 2022 then; there", told
        )


def test_a_service_that_is_down_says_nothing_about_the_end_of_a_table(service: Service, tmp_path: Path) -> None:
    store = SnapshotStore(tmp_path)
    ingest(service, store)
    service.fail("/ODataCatalog/", Reply(503))
    outcome = ingest(service, store, marked=True)
    assert outcome.result == "failed"
    assert "removed for good" not in english(outcome)
