"""A path is the file that it names, and no pattern: for DuckDB, for polars, and in a shell."""

from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines.common.parquet import scan_files
from pipelines.common.sql import attached, parquet_files, quoted_pattern
from tests.support.nasty_names import NASTY


@pytest.fixture(params=NASTY)
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A folder with a name that means something to somebody, beside folders that it would match as a pattern."""
    for name in ("data 2", "aXb", "a", "b", request.param):
        (tmp_path / name).mkdir()
        pl.DataFrame({"a": [1, 2, 3]}).write_parquet(tmp_path / name / "x.parquet")
    return tmp_path / request.param


def test_polars_reads_that_file(folder: Path) -> None:
    found = scan_files(folder / "x.parquet", folder / "x.parquet").collect()
    assert (found.columns, found.height) == (["a"], 6)


def test_duckdb_reads_that_file(folder: Path) -> None:
    with duckdb.connect() as connection:
        found = connection.execute(f"from {parquet_files([folder / 'x.parquet'])}")
        assert [column[0] for column in found.description or []] == ["a"]
        assert len(found.fetchall()) == 3


def test_duckdb_copies_that_file(folder: Path) -> None:
    (folder / "x.csv").write_text("a\n1\n", encoding="utf-8")
    with duckdb.connect() as connection:
        connection.execute("create table t (a integer)")
        connection.execute(f"copy t from {quoted_pattern(folder / 'x.csv')} (format csv, header true)")
        assert connection.execute("from t").fetchall() == [(1,)]


def test_duckdb_attaches_that_file(folder: Path) -> None:
    with duckdb.connect(str(folder / "x.duckdb")) as connection:
        connection.execute("create table t as select 1 as a")
    with attached(opened=folder / "x.duckdb") as connection:
        assert connection.execute("from t").fetchall() == [(1,)]
