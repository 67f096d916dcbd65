"""The CSV of a table is what the database says, in a form that a Dutch Excel takes for just that."""

from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines.publish.files.tables import TAKEN_FOR_SOMETHING_ELSE, write_tables
from pipelines.publish.publication import ExportError
from pipelines.releases.reader import open_folder
from tests.support.made_up_releases import release_to_export


def write(folder: Path) -> None:
    with open_folder(folder) as release:
        write_tables(release, release.tables, folder)


def written(folder: Path, table: str) -> bytes:
    write(folder)
    return (folder / "csv" / f"{table}.csv").read_bytes()


def test_every_type_is_written_as_a_dutch_excel_reads_it(tmp_path: Path) -> None:
    expected = (
        "tekst;keuze;ja;klein;groot;getal;dag;moment\r\n"
        "gewoon;een;ja;-1;9007199254740993;0,1;2026-01-31;2026-01-31 13:05:59\r\n"
        "'=1+1;twee;nee;2;0;-1234567,5;;\r\n"
        '"a;b ""c""";;;;;;;\r\n'
    )
    assert written(release_to_export(tmp_path), "soorten") == b"\xef\xbb\xbf" + expected.encode()


def test_there_is_one_for_every_table(tmp_path: Path) -> None:
    written(release_to_export(tmp_path, "create table leeg (jaar smallint)"), "release")
    names = {path.stem for path in (tmp_path / "csv").iterdir()}
    assert {"dictionary", "leeg", "release", "soorten", "dim_gemeente"} <= names
    assert (tmp_path / "csv" / "leeg.csv").read_bytes() == b"\xef\xbb\xbfjaar\r\n"


def test_a_figure_has_no_exponent_and_every_digit(tmp_path: Path) -> None:
    release_to_export(
        tmp_path,
        "create table c (w double)",
        "insert into c values (1e20), (1e-7), (0.1::double + 0.2::double), (100000), (-0.25)",
    )
    lines = written(tmp_path, "c").decode("utf-8-sig").split()
    assert lines[1:] == ["100000000000000000000", "0,0000001", "0,30000000000000004", "100000", "-0,25"]


GUARDED = [
    *("=1+1", "+31 6", "-", "-5", "@SOM(A1)", "\tx", "6.60", "6.6", "6.72", "1.2.0", "1-2-2026", "1/2"),
    *("12:30", "2026-01", "2026-01-31", "1.234", "12.345.678", "0363", "007", "1E5", "2e10", "5%"),
    *("12,5 %", "1234567890123456", "1 januari", "1 mei", "31-dec-2026", "mei 2026", "Mrt-26"),
]
LEFT_ALONE = [
    *("GM0363", "2017", "2015-2020", "1,5", "12", "NL", "mei", "Maasdriel", "'s-Gravenhage", "'s-Hertogenbosch"),
    *("1 000 euro", "per 1 000 inwoners", "85335NED", "2026-01-02T03:00", "20260102T030000.000Z-bbbbbbbb"),
    *("niet_gepubliceerd", "in orde", "waar", "1 januari, of later", "a-b", "6.60 en 6.6"),
]


def as_written(folder: Path, texts: list[str]) -> list[str]:
    """Each text as the CSV holds it."""
    release_to_export(folder, "create table t (x varchar)")
    with duckdb.connect(str(folder / "monitor.duckdb")) as connection:
        connection.executemany("insert into t values (?)", [[text] for text in texts])
    return written(folder, "t").decode("utf-8-sig").split("\r\n")[1:-1]


def test_text_that_excel_takes_for_something_else_is_guarded(tmp_path: Path) -> None:
    assert as_written(tmp_path, GUARDED) == [f"'{text}" for text in GUARDED]


def test_other_text_is_left_alone(tmp_path: Path) -> None:
    assert as_written(tmp_path, LEFT_ALONE) == LEFT_ALONE


def test_the_guard_can_be_taken_off_again(tmp_path: Path) -> None:
    """An apostrophe is a guard exactly when what follows would have needed one."""
    texts = [*GUARDED, *LEFT_ALONE]
    needs_one = pl.Series(texts).str.contains(TAKEN_FOR_SOMETHING_ELSE)
    found = pl.Series(as_written(tmp_path, texts))
    bare = found.str.strip_prefix("'")
    assert bare.zip_with(bare.str.contains(TAKEN_FOR_SOMETHING_ELSE), found).to_list() == texts
    assert needs_one.sum() == len(GUARDED)


@pytest.mark.parametrize("value", ["'nan'", "'-inf'"])
def test_what_is_no_figure_is_refused_with_its_place(tmp_path: Path, value: str) -> None:
    release_to_export(tmp_path, "create table c (waarde double)", f"insert into c values (1), ({value}::double)")
    with pytest.raises(ExportError, match="Column waarde of c holds NaN or infinity"):
        write(tmp_path)


def test_a_type_that_nobody_decided_on_is_refused(tmp_path: Path) -> None:
    release_to_export(tmp_path, "create table c (x integer[])")
    with pytest.raises(ExportError, match=r"Column x of c is List\(Int32\)"):
        write(tmp_path)
