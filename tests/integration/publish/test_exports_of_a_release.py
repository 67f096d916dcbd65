"""The exports of real releases: whole, made of the database alone, and never half there."""

import shutil
import subprocess
from pathlib import Path

import duckdb
import orjson
import polars as pl
import pytest
from frictionless import Package, system

from pipelines.common.sql import quoted_pattern
from pipelines.publish.files.tables import GUARD, TAKEN_FOR_SOMETHING_ELSE
from pipelines.publish.publication import ExportError
from pipelines.publish.publisher import PublishError
from pipelines.releases.store import Releases
from pipelines.releases.verification import verify_current
from tests.support.place import Place
from tests.support.published_builds import AuditedBuild, audited_now, build_of, published

OF_EVERY_RELEASE = {
    *("monitor.duckdb", "monitor.xlsx", "manifest.json", "kwaliteit.json", "uitgave.md", "datapackage.json"),
    *("dcat.jsonld", "LEESMIJ.md", "LICENTIE.txt", "SHA256SUMS", "csv/dictionary.csv", "parquet/dictionary.parquet"),
}


def names_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def checked(folder: Path) -> subprocess.CompletedProcess[str]:
    """What `sha256sum` itself says."""
    return subprocess.run(
        ["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=folder, capture_output=True, text=True, check=False
    )


def test_the_sums_are_of_every_file_but_themselves_and_hold(miniature: Place) -> None:
    folder = miniature.warehouse / "huidig"
    assert names_in(folder) >= OF_EVERY_RELEASE
    listed = [line[66:] for line in (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines()]
    assert sorted(listed) == sorted(names_in(folder) - {"SHA256SUMS"})
    done = checked(folder)
    assert done.returncode == 0, done.stdout + done.stderr


def test_frictionless_finds_the_release_in_order(miniature: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    # It takes brackets in a path for a pattern, and a checkout may lie in such a folder.
    monkeypatch.chdir(miniature.warehouse / "huidig")
    with system.use_context(trusted=True):
        report = Package("datapackage.json").validate()
    assert report.flatten(["name", "message"]) == []
    assert {"fct_indicator", "dictionary", "monitor.duckdb", "monitor.xlsx"} <= {task.name for task in report.tasks}


@pytest.mark.parametrize("damaged", ["LEESMIJ.md", "csv/dictionary.csv", "SHA256SUMS", "manifest.json"])
def test_a_damaged_file_is_noticed_by_verify(miniature: Place, tmp_path: Path, damaged: str) -> None:
    warehouse = tmp_path / "warehouse"
    shutil.copytree(miniature.warehouse, warehouse, symlinks=True, ignore=shutil.ignore_patterns("raw", "build"))
    assert verify_current(Releases(warehouse)) == []
    path = warehouse / "huidig" / damaged
    path.chmod(0o644)
    path.write_bytes(path.read_bytes() + b"\n")
    assert verify_current(Releases(warehouse)) != []
    path.unlink()
    assert verify_current(Releases(warehouse)) != []


@pytest.fixture(scope="module")
def house(small_built: AuditedBuild, tmp_path_factory: pytest.TempPathFactory) -> AuditedBuild:
    """A build whose release is current, in a warehouse in which the next one fails."""
    build = build_of(small_built, tmp_path_factory.mktemp("exports") / "warehouse", "run")
    published(build)
    return build


@pytest.mark.parametrize("step", ["write_tables", "write_workbook", "write_boundaries", "write_dcat"])
def test_an_export_that_fails_leaves_the_last_release(
    house: AuditedBuild, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    releases = house.warehouse.releases
    first = releases.current()
    assert first is not None

    def broken(*_: object) -> None:
        raise ExportError("Column x of y holds NaN")

    with monkeypatch.context() as patched:
        patched.setattr(f"pipelines.publish.files.{step}", broken)
        with pytest.raises(PublishError, match=r"the last one stands: Column x of y holds NaN\.$"):
            published(audited_now(house))
    assert releases.current() == first
    assert [path.name for path in releases.root.iterdir()] == [first.release_id]
    assert verify_current(releases) == []


def tables_of(release: duckdb.DuckDBPyConnection) -> list[str]:
    return [name for (name,) in release.execute("select table_name from duckdb_tables() order by 1").fetchall()]


@pytest.mark.slow
def test_every_csv_of_the_whole_release_reads_back_as_the_database(
    release: duckdb.DuckDBPyConnection, warehouse: Path
) -> None:
    """Read by another program than the one that wrote it: DuckDB's own reader of CSV."""
    assert sorted(path.stem for path in (warehouse / "huidig" / "csv").iterdir()) == tables_of(release)
    for table in tables_of(release):
        path = warehouse / "huidig" / "csv" / f"{table}.csv"
        found = pl.DataFrame(
            duckdb.sql(
                f"from read_csv({quoted_pattern(path)}, delim=';', quote='\"', all_varchar=true, header=true, "
                "nullstr='', hive_partitioning=false)"
            )
        )
        expected = pl.DataFrame(release.sql(f'from "{table}"'))
        assert found.columns == expected.columns
        assert found.height == expected.height
        for column in expected.iter_columns():
            assert as_database(found[column.name], column.dtype).equals(column_in_csv(column)), (table, column.name)


def as_database(written: pl.Series, dtype: pl.DataType) -> pl.Series:
    """A column of a CSV in the type of the database."""
    if dtype == pl.Boolean:
        return written.replace_strict({"ja": True, "nee": False}, return_dtype=pl.Boolean, default=None)
    if dtype.is_float():
        return written.str.replace(",", ".", literal=True).cast(dtype)
    if dtype == pl.Datetime:
        return written.str.to_datetime("%Y-%m-%d %H:%M:%S", time_unit="us")
    if dtype == pl.Date:
        return written.str.to_date("%Y-%m-%d")
    if dtype.is_integer():
        return written.cast(dtype)
    bare = written.str.strip_prefix(GUARD)
    return bare.zip_with(bare.str.contains(TAKEN_FOR_SOMETHING_ELSE).fill_null(value=False), written)


def column_in_csv(column: pl.Series) -> pl.Series:
    """What of a column of the database a CSV can say: moments to the second, no difference of empty text and none."""
    if column.dtype == pl.Datetime:
        return column.dt.truncate("1s")
    if column.dtype in (pl.Enum, pl.Categorical, pl.String):
        return column.cast(pl.String).replace("", None)
    return column


def test_every_key_that_the_data_package_names_is_one(release: duckdb.DuckDBPyConnection, warehouse: Path) -> None:
    package = orjson.loads((warehouse / "huidig" / "datapackage.json").read_bytes())
    tables = {resource["name"]: resource["schema"] for resource in package["resources"] if "schema" in resource}
    foreign = 0
    for table, schema in tables.items():
        key = ", ".join(schema["primaryKey"])
        doubles = f"select count(*) from (select 1 from {table} group by {key} having count(*) > 1)"
        assert release.execute(doubles).fetchone() == (0,), table
        for each in schema.get("foreignKeys", []):
            fields, target = ", ".join(each["fields"]), each["reference"]["resource"]
            filled = " and ".join(f"{field} is not null" for field in each["fields"])
            loose = f"select count(*) from {table} anti join {target} using ({fields}) where {filled}"
            assert release.execute(loose).fetchone() == (0,), (table, fields)
            foreign += 1
    assert foreign > 40


def test_the_map_of_the_whole_release_lacks_no_municipality(
    release: duckdb.DuckDBPyConnection, warehouse: Path
) -> None:
    shown = pl.read_parquet(warehouse / "huidig" / "kaart" / "gemeenten.parquet", glob=False)
    wanted = release.execute("select distinct gm_code, naam from mart_gemeente_jaar order by gm_code").fetchall()
    assert shown.select("gm_code", "naam").rows() == wanted
