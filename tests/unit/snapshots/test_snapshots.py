"""Snapshots keep a table as published: whole, once per content, never changed, and never half."""

import gzip
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from pipelines.snapshots.records import in_batches, read_chunks
from pipelines.snapshots.store import Origin, Snapshot, SnapshotDraft, SnapshotError, SnapshotStore
from pipelines.statline.client import CatalogueRow, Source, Stamps
from pipelines.statline.transport import Row
from tests.support.statline_service import recorded, recorded_rows

TABLE = "85098NED"
ROWS = recorded_rows(TABLE)
METADATA = {name: recorded(TABLE, name) for name in ("TableInfos", "DataProperties", "Perioden", "RegioS")}
STAMPS = Stamps("2023-06-24T02:00:00", "2023-06-24T02:00:00", "2023-06-24T02:00:00")
RECORDING = Origin(
    CatalogueRow(TABLE, "Indicatoren", STAMPS, 356, {}), Source("http://127.0.0.1:1", recording=True), None
)
LIVE = replace(RECORDING, source=Source("https://opendata.cbs.nl", recording=False))


@pytest.fixture
def store(tmp_path: Path) -> SnapshotStore:
    return SnapshotStore(tmp_path)


def fill(draft: SnapshotDraft, rows: list[Row] = ROWS, metadata: dict[str, list[Row]] = METADATA) -> None:
    for name, entity in metadata.items():
        draft.add_metadata(name, entity)
    for start in range(0, len(rows), 100):
        draft.add_rows(rows[start : start + 100])


def keep(store: SnapshotStore, origin: Origin = RECORDING, **content: Any) -> Snapshot:
    with store.write(TABLE) as draft:
        fill(draft, **content)
        return store.keep(draft, origin)


def in_use(store: SnapshotStore) -> Snapshot:
    snapshot = store.current(TABLE)
    assert snapshot is not None
    return snapshot


def versions(store: SnapshotStore) -> list[str]:
    return sorted(path.name for path in (store.raw / TABLE).iterdir() if path.is_dir())


def test_a_snapshot_holds_every_row_and_all_metadata_exactly_as_published(store: SnapshotStore) -> None:
    snapshot = keep(store)
    lines = b"".join(store.rows(snapshot)).splitlines()
    assert [orjson.loads(line) for line in lines] == ROWS
    assert lines[0].startswith(b'{"ID":0,"RegioS":"')
    assert store.all_metadata(snapshot) == METADATA
    store.verify(snapshot)


def test_rows_are_read_in_batches_of_bounded_size(store: SnapshotStore) -> None:
    assert [batch.count(b"\n") for batch in store.rows(keep(store), batch=100)] == [100, 100, 100, 56]


def test_the_snapshot_in_use_tells_what_it_is_and_where_it_came_from(store: SnapshotStore) -> None:
    assert store.current(TABLE) is None
    kept = keep(store, LIVE)
    found = in_use(store)
    assert found == kept
    assert (found.row_count, found.modified, found.kind) == (356, "2023-06-24T02:00:00", "live")
    assert store.tables() == [TABLE]


def test_equal_rows_make_equal_files_whatever_the_clock_says(store: SnapshotStore, tmp_path: Path) -> None:
    written = (keep(store).folder / "rows.ndjson.gz").read_bytes()
    no_time, no_name = b"\x00" * 4, b"\x00"
    assert (written[4:8], written[3:4]) == (no_time, no_name)
    assert (keep(SnapshotStore(tmp_path / "elsewhere")).folder / "rows.ndjson.gz").read_bytes() == written


def test_the_same_content_is_kept_once_whoever_gives_it_and_whenever(store: SnapshotStore) -> None:
    first = keep(store)
    written = (first.folder / "snapshot.json").read_bytes()
    second = keep(store, LIVE)
    assert second.folder == first.folder
    assert versions(store) == [first.hash]
    assert (first.folder / "snapshot.json").read_bytes() == written
    assert (first.kind, in_use(store).kind) == ("opname", "live")


def changed_figure() -> dict[str, Any]:
    column = list(ROWS[0])[-1]
    return {"rows": [ROWS[0] | {column: "     9.9"}, *ROWS[1:]]}


def changed_title() -> dict[str, Any]:
    return {"metadata": METADATA | {"Perioden": [{**METADATA["Perioden"][0], "Status": "Definitief"}]}}


@pytest.mark.parametrize("change", [changed_figure, changed_title])
def test_one_changed_figure_or_title_is_another_version_and_the_old_one_stays(
    store: SnapshotStore, change: Callable[[], dict[str, Any]]
) -> None:
    old = keep(store)
    new = keep(store, **change())
    assert new.hash != old.hash
    assert versions(store) == sorted([old.hash, new.hash])
    assert in_use(store).hash == new.hash
    store.verify(old)


def fetch_in_part(store: SnapshotStore) -> None:
    with store.write(TABLE) as draft:
        draft.add_rows(ROWS[:200])
        draft.check(356)


def test_a_fetch_that_breaks_off_leaves_nothing_behind_and_the_old_version_in_use(store: SnapshotStore) -> None:
    old = keep(store)
    with pytest.raises(SnapshotError):
        fetch_in_part(store)
    assert in_use(store) == old
    assert sorted(path.name for path in (store.raw / TABLE).iterdir()) == sorted([old.hash, "current.json"])


@pytest.mark.parametrize(
    ("rows", "expected", "message"),
    [
        (ROWS[:355], 356, "Table 85098NED came with 355 rows, expected 356 by RecordCount in the catalogue"),
        ([*ROWS[:355], ROWS[3]], 356, "Table 85098NED came with ID 3 more than once, expected every ID once"),
        ([], None, "Table 85098NED came without rows, expected at least one; check the `filter`"),
    ],
)
def test_rows_that_cannot_be_the_whole_table_are_refused(
    store: SnapshotStore, rows: list[Row], expected: int | None, message: str
) -> None:
    with store.write(TABLE) as draft:
        fill(draft, rows)
        with pytest.raises(SnapshotError, match=message):
            draft.check(expected)


@pytest.mark.parametrize("row", [{"RegioS": "GM0003"}, {"ID": None}, {"ID": "7"}])
def test_a_row_without_a_number_is_refused(store: SnapshotStore, row: Row) -> None:
    with store.write(TABLE) as draft:
        draft.add_rows(ROWS[:100])
        with pytest.raises(SnapshotError, match="row after row 100 without a whole number as ID"):
            draft.add_rows([row])


def test_rows_in_another_order_are_accepted_as_long_as_each_comes_once(store: SnapshotStore) -> None:
    with store.write(TABLE) as draft:
        fill(draft, ROWS[200:] + ROWS[:200])
        draft.check(356)
        assert store.keep(draft, RECORDING).row_count == 356


def cut_rows(snapshot: Snapshot) -> None:
    path = snapshot.folder / "rows.ndjson.gz"
    path.write_bytes(path.read_bytes()[:-100])


def drop_metadata(snapshot: Snapshot) -> None:
    (snapshot.folder / "metadata" / "RegioS.json").unlink()


def change_metadata(snapshot: Snapshot) -> None:
    (snapshot.folder / "metadata" / "RegioS.json").write_bytes(b"[]")


def change_rows(snapshot: Snapshot) -> None:
    path = snapshot.folder / "rows.ndjson.gz"
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()).replace(b"GM0014", b"GM0015")))


@pytest.mark.parametrize(
    ("harm", "found"),
    [
        (cut_rows, "EOFError"),
        (change_rows, "356 rows with sha256"),
        (drop_metadata, r"No such file .*RegioS\.json"),
        (change_metadata, "metadata RegioS has sha256"),
    ],
)
def test_a_damaged_snapshot_is_recognised_and_healed_by_fetching_again(
    store: SnapshotStore, harm: Callable[[Snapshot], None], found: str
) -> None:
    snapshot = keep(store)
    harm(snapshot)
    with pytest.raises(SnapshotError, match=rf"Snapshot {snapshot.hash} of table 85098NED is damaged: .*{found}"):
        store.verify(snapshot)
    assert keep(store).hash == snapshot.hash
    store.verify(in_use(store))
    assert versions(store) == [snapshot.hash]


def test_a_snapshot_of_which_the_rows_are_cut_off_is_not_handed_out(store: SnapshotStore) -> None:
    snapshot = keep(store)
    cut_rows(snapshot)
    with pytest.raises(SnapshotError, match=r"rows.ndjson.gz is \d+ bytes, expected \d+; fetch the table again"):
        in_use(store)
    with pytest.raises(SnapshotError, match=r"rows.ndjson.gz cannot be read .*; fetch the table again"):
        list(store.rows(snapshot))


def test_an_unreadable_pointer_is_an_error_and_not_a_table_without_snapshot(store: SnapshotStore) -> None:
    keep(store)
    (store.raw / TABLE / "current.json").write_text("{")
    with pytest.raises(SnapshotError, match=r"current.json cannot be read \(.*Invalid JSON.*; fetch the table again"):
        in_use(store)


def test_confirming_moves_only_the_moment_of_the_last_check(store: SnapshotStore) -> None:
    before = keep(store)
    after = store.confirm(before)
    assert after.pointer.checked > before.pointer.checked
    assert after.pointer.model_copy(update={"checked": before.pointer.checked}) == before.pointer
    assert in_use(store) == after


@pytest.mark.parametrize("stamp", ["modified", "metadata_modified", "updated"])
def test_a_snapshot_answers_for_the_table_until_any_stamp_moves(store: SnapshotStore, stamp: str) -> None:
    snapshot = keep(store)
    moved = replace(STAMPS, **{stamp: "2026-10-31T02:00:00"})
    assert snapshot.answers(RECORDING)
    assert not snapshot.answers(replace(RECORDING, row=replace(RECORDING.row, stamps=moved)))


def test_a_snapshot_does_not_answer_for_another_source_or_filter_or_without_stamps(store: SnapshotStore) -> None:
    snapshot = keep(store)
    moved_server = replace(RECORDING, source=Source("http://127.0.0.1:2", recording=True))
    assert snapshot.answers(moved_server)
    assert not snapshot.answers(LIVE)
    assert not snapshot.answers(replace(RECORDING, filter="startswith(RegioS,'GM')"))
    stampless = replace(RECORDING, row=replace(RECORDING.row, stamps=Stamps(None, None, None)))
    assert not keep(store, stampless).answers(stampless)


def test_an_entity_the_table_does_not_have_is_named_with_those_it_has(store: SnapshotStore) -> None:
    with pytest.raises(
        SnapshotError, match="has no entity Wijken; it has DataProperties, Perioden, RegioS, TableInfos"
    ):
        store.metadata(keep(store), "Wijken")


@pytest.mark.parametrize("table", ["../85098NED", "85098NED/x", ""])
def test_only_the_id_of_a_table_becomes_a_folder(store: SnapshotStore, table: str) -> None:
    with pytest.raises(SnapshotError, match="is not the id of a CBS table"):
        store.current(table)


@pytest.mark.parametrize("lines", [1, 7, 1000, 100_000])
def test_batches_are_whole_lines_and_together_the_stream(lines: int) -> None:
    stream = b"".join(b"x" * (number % 37) + b"\n" for number in range(20_000))
    chunks = [stream[start : start + 4099] for start in range(0, len(stream), 4099)]
    batches = list(in_batches(chunks, lines))
    assert b"".join(batches) == stream
    assert [batch.count(b"\n") for batch in batches[:-1]] == [lines] * (len(batches) - 1)
    assert 0 < batches[-1].count(b"\n") <= lines


@pytest.mark.parametrize("content", [b"", b"\n", b"a" * 5_000_000, bytes(range(256)) * 20_000], ids=len)
def test_a_packed_stream_is_unpacked_to_the_last_byte_in_pieces_of_bounded_size(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "rows.ndjson.gz"
    path.write_bytes(gzip.compress(content))
    chunks = list(read_chunks(path))
    assert b"".join(chunks) == content
    assert all(len(chunk) <= 1 << 20 for chunk in chunks)


def test_a_packed_stream_that_is_cut_off_or_goes_on_is_refused(tmp_path: Path) -> None:
    path, packed = tmp_path / "rows.ndjson.gz", gzip.compress(b"row\n" * 100_000)
    for spoilt in (b"", packed[:-1], packed[: len(packed) // 2], packed + b"x", packed + packed):
        path.write_bytes(spoilt)
        with pytest.raises((EOFError, zlib.error)):
            list(read_chunks(path))


def test_rows_that_are_not_those_that_were_written_are_refused_by_whoever_reads_them(store: SnapshotStore) -> None:
    """Also when the file itself is whole, as when a backup of another version was put back."""
    kept = keep(store)
    other = gzip.compress(b"".join(reversed(list(store.rows(kept, batch=1)))), mtime=0)
    (kept.folder / "rows.ndjson.gz").write_bytes(other)
    with pytest.raises(SnapshotError, match="is damaged: 356 rows with sha256"):
        list(store.rows(kept))


def test_metadata_that_is_not_what_was_written_is_refused_by_whoever_reads_it(store: SnapshotStore) -> None:
    kept = keep(store)
    path = kept.folder / "metadata" / "RegioS.json"
    path.write_bytes(path.read_bytes().replace(b"GM1680", b"GM1681"))
    with pytest.raises(SnapshotError, match="is damaged: metadata RegioS has sha256"):
        store.metadata(kept, "RegioS")
