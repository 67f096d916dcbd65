"""Reading a recording: blanks and dots, changes on disk, errors that name table, column and row."""

import gzip
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from pipelines.common.settings import RECORDING
from pipelines.recording.store import Recording, RecordingError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A recording of one small table, to be changed by a test."""
    for name in ("catalog", "83262NED"):
        shutil.copytree(RECORDING / name, tmp_path / name)
    return tmp_path


def first_row(recording: Recording, entity: str) -> dict[str, Any]:
    rows = recording.entity("83262NED", entity)
    return rows.read(rows.rows[0])


def change_first_row(folder: Path, text: str) -> None:
    path = folder / "83262NED" / "UntypedDataSet.json.gz"
    rows = json.loads(gzip.decompress(path.read_bytes()))
    rows[0]["WmoClienten_1"] = text
    path.write_bytes(gzip.compress(json.dumps(rows).encode()))


def test_remarks_are_read_as_they_are_now_and_may_be_absent(folder: Path) -> None:
    recording = Recording(folder)
    assert recording.remarks() == {}
    (folder / "PROVENANCE.csv").write_text('tabel,kanttekening\n83262NED,"Eén, ""half""."\n70072ned,\n', "utf-8")
    assert recording.remarks() == {"83262NED": 'Eén, "half".'}


def test_remarks_in_another_form_are_named_with_their_file(folder: Path) -> None:
    (folder / "PROVENANCE.csv").write_text("table,remark\n83262NED,x\n", "utf-8")
    with pytest.raises(RecordingError, match=r"PROVENANCE.csv can't be read as CSV with columns tabel and kant"):
        Recording(folder).remarks()


@pytest.mark.parametrize(
    ("text", "number"),
    [("", None), ("       .", None), (" 1166485", 1166485), ("      -3", -3), ("       0", 0)],
)
def test_a_typed_figure_is_a_number_and_a_dot_or_blank_is_null(folder: Path, text: str, number: int | None) -> None:
    change_first_row(folder, text)
    recording = Recording(folder)
    assert first_row(recording, "UntypedDataSet")["WmoClienten_1"] == text
    assert first_row(recording, "TypedDataSet")["WmoClienten_1"] == number


def test_text_in_a_numeric_column_is_reported_with_table_column_and_row(folder: Path) -> None:
    change_first_row(folder, "     x,5")
    with pytest.raises(RecordingError) as report:
        first_row(Recording(folder), "TypedDataSet")
    assert "table 83262NED, column WmoClienten_1, row ID 0" in str(report.value)
    assert "found '     x,5'" in str(report.value)


def test_a_change_on_disk_is_read_at_once(folder: Path) -> None:
    recording = Recording(folder)
    before = first_row(recording, "UntypedDataSet")["WmoClienten_1"]
    change_first_row(folder, "  123456")
    assert (before, first_row(recording, "UntypedDataSet")["WmoClienten_1"]) == ("       .", "  123456")


def test_only_the_last_files_stay_in_memory(folder: Path) -> None:
    recording = Recording(folder, cached_files=2)
    first = recording.entity("83262NED", "Perioden")
    assert recording.entity("83262NED", "Perioden") is first
    recording.entity("83262NED", "RegioS")
    recording.entity("83262NED", "Geslacht")
    assert recording.entity("83262NED", "Perioden") is not first


def test_a_table_is_found_by_its_exact_id_only() -> None:
    recording = Recording(RECORDING)
    assert [recording.has_table(name) for name in ("70072ned", "70072NED", "catalog", "")] == [
        True,
        False,
        False,
        False,
    ]


def test_a_folder_without_catalogue_is_no_recording(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match=r"expected catalog/Tables.json, found none"):
        Recording(tmp_path)


def test_a_missing_and_a_damaged_file_are_reported_by_name(folder: Path) -> None:
    (folder / "83262NED" / "Perioden.json").unlink()
    packed = folder / "83262NED" / "UntypedDataSet.json.gz"
    content = packed.read_bytes()
    with pytest.raises(RecordingError, match="table 83262NED: expected entity Perioden"):
        Recording(folder).entity("83262NED", "Perioden")
    for damaged in (content[:500], content[:500] + bytes(100) + content[600:], b"not packed"):
        packed.write_bytes(damaged)
        with pytest.raises(RecordingError, match=r"UntypedDataSet.json.gz can't be read"):
            Recording(folder).entity("83262NED", "UntypedDataSet")
