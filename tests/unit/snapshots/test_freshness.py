"""Freshness is the last successful check of the snapshot in use: what it says of each table, and when it turns."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipelines.snapshots.freshness import TableAge, late, summary, table_ages, worst
from pipelines.snapshots.store import SnapshotStore
from pipelines.sources.datasets import Dataset, load_datasets
from tests.support.aged_snapshots import NOW, make_snapshots

DATASET = "jeugdzorg_indicatoren"


@pytest.fixture
def dataset() -> Dataset:
    return load_datasets()[DATASET]


def only(tmp_path: Path, dataset: Dataset, age: timedelta) -> TableAge:
    make_snapshots(tmp_path, [dataset], age)
    (found, *_) = table_ages([dataset], SnapshotStore(tmp_path), NOW)
    return found


@pytest.mark.parametrize(
    ("age", "verdict"),
    [
        (timedelta(0), "vers"),
        (timedelta(hours=35, minutes=59), "vers"),
        (timedelta(hours=36), "verouderd"),
        (timedelta(days=6, hours=23), "verouderd"),
        (timedelta(days=7), "te_oud"),
    ],
)
def test_the_verdict_turns_after_36_hours_and_after_7_days(
    tmp_path: Path, dataset: Dataset, age: timedelta, verdict: str
) -> None:
    assert only(tmp_path, dataset, age).verdict == verdict


def test_a_late_table_is_a_sentence_with_age_limit_and_what_to_do(tmp_path: Path, dataset: Dataset) -> None:
    found = only(tmp_path, dataset, timedelta(hours=52))
    assert found.sentence == (
        f"Table {found.table} of {DATASET} was last checked at CBS 2 days 4 hours ago, on 2026-11-19 20:00 UTC; the "
        "limit is 36 hours. Its last good version stays in use. The check `opgehaald` of the last run says why; if "
        "nothing ran since, launch the job `refresh` or run `monitor refresh`."
    )
    assert "the limit is 7 days" in only(tmp_path, dataset, timedelta(days=8)).sentence


def test_a_table_that_was_never_fetched_is_too_old(tmp_path: Path, dataset: Dataset) -> None:
    (found, *_) = table_ages([dataset], SnapshotStore(tmp_path), NOW)
    assert (found.verdict, found.checked) == ("te_oud", None)
    assert found.sentence.endswith("was never fetched; `monitor refresh` says what is wrong with it.")


def test_a_damaged_snapshot_is_too_old_and_the_file_is_named(tmp_path: Path, dataset: Dataset) -> None:
    make_snapshots(tmp_path, [dataset], timedelta(0))
    tabel = dataset.tabellen[0].tabel
    pointer = tmp_path / "raw" / tabel / "current.json"
    pointer.write_bytes(pointer.read_bytes()[:10])
    (found, *_) = table_ages([dataset], SnapshotStore(tmp_path), NOW)
    assert found.verdict == "te_oud"
    assert f"{pointer} cannot be read" in found.sentence


def test_confirming_an_unchanged_table_makes_it_fresh_again(tmp_path: Path, dataset: Dataset) -> None:
    make_snapshots(tmp_path, [dataset], timedelta(days=8))
    store = SnapshotStore(tmp_path)
    snapshot = store.current(dataset.tabellen[0].tabel)
    assert snapshot is not None
    store.confirm(snapshot)
    (found, *_) = table_ages([dataset], store, datetime.now(UTC))
    assert found.verdict == "vers"


def aged(tabel: str, hours: float | None) -> TableAge:
    if hours is None:
        return TableAge("d", tabel, None, None, "was never fetched")
    return TableAge("d", tabel, NOW - timedelta(hours=hours), timedelta(hours=hours))


def test_the_worst_comes_first_and_decides() -> None:
    ages = [aged("A", 1), aged("B", 40), aged("C", 200), aged("D", None), aged("E", 37)]
    assert [age.table for age in late(ages)] == ["D", "C", "B", "E"]
    assert worst(ages) == "te_oud"
    assert worst(ages[:2]) == "verouderd"
    assert worst([]) == "vers"


def test_one_line_says_that_all_are_fresh() -> None:
    assert summary([aged("A", 1), aged("B", 30)]) == ["All 2 tables were checked at CBS in the last 30 hours."]
    assert summary([aged("A", 1), aged("B", 40)]) == [aged("B", 40).sentence]
