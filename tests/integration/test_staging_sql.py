"""How staging turns cells into measures, on cells made for it: the compiled SQL of the build, read by DuckDB alone."""

from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from pipelines.release.workspace import Workspace

CELL = {
    "dataset": "iv3",
    "maat": "lasten",
    "tabel_id": "45042NED",
    "regio": "GM0363",
    "regio_soort": "gemeente",
    "jaar": 2018,
    "uitsplitsing": "6.1",
    "rij_id": 1,
    "voorkeur": 1,
    "waarde": 10.0,
    "tekst": None,
    "reden_ontbreekt": None,
    "status": "onbekend",
}
MISSING = {"waarde": None, "reden_ontbreekt": "niet_geleverd"}
TYPES = {"waarde": pl.Float64, "tekst": pl.String, "reden_ontbreekt": pl.String, "voorkeur": pl.Int8, "jaar": pl.Int16}


@pytest.fixture
def measure(built: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run the compiled stg_metingen over the given cells."""
    sql = (built.folder / "dbt/compiled/monitor/models/staging/stg_metingen.sql").read_text(encoding="utf-8")
    # The sources are paths relative to the folder of a build.
    monkeypatch.chdir(tmp_path)

    def run(*cells: dict[str, Any], optellen: bool) -> list[tuple[Any, ...]]:
        for name, rows in (
            ("observaties", [{**CELL, **cell} for cell in cells]),
            ("maten", [{"dataset": "iv3", "maat": "lasten", "optellen": optellen}]),
        ):
            (tmp_path / "bron" / name).mkdir(parents=True)
            frame = pl.DataFrame(rows, schema_overrides=TYPES if name == "observaties" else None)
            frame.write_parquet(tmp_path / "bron" / name / "part.parquet")
        return duckdb.sql(f"select onderdeel, waarde, reden_ontbreekt from ({sql}) order by all").fetchall()

    return run


def test_the_second_delivery_leads_and_the_first_fills_in(measure: Any) -> None:
    cells = [{"voorkeur": 1, "waarde": 7.0}, {"voorkeur": 2, "waarde": 5.0}]
    other = [
        {"rij_id": 2, "uitsplitsing": "6.2", "voorkeur": 1, **MISSING},
        {"rij_id": 2, "uitsplitsing": "6.2", "voorkeur": 2},
    ]
    assert measure(*cells, *other, optellen=False) == [("6.1", 7.0, None), ("6.2", 10.0, None)]


def test_a_cell_without_value_in_either_column_keeps_its_reason(measure: Any) -> None:
    assert measure({**MISSING}, {"voorkeur": 2, **MISSING}, optellen=False) == [("6.1", None, "niet_geleverd")]


def test_rows_of_an_added_measure_are_summed(measure: Any) -> None:
    assert measure({}, {"rij_id": 2, "waarde": 2.5}, optellen=True) == [("6.1", 12.5, None)]


def test_a_sum_with_a_missing_row_is_no_sum(measure: Any) -> None:
    assert measure({}, {"rij_id": 2, **MISSING}, optellen=True) == [("6.1", None, "niet_geleverd")]
