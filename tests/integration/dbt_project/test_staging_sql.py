"""How staging turns cells into measures, on cells made for it: the compiled SQL of the build, read by DuckDB alone."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from pipelines.build.workspace import Workspace

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
    "symbool": None,
    "reden_ontbreekt": None,
    "status": "onbekend",
}
MISSING = {"waarde": None, "symbool": ".", "reden_ontbreekt": "niet_geleverd"}
CORRECTION = {
    "tabel_id": "45042NED",
    "regio": "GM0363",
    "jaar": 2018,
    "maat": "lasten",
    "uitsplitsing": "6.1",
    "gepubliceerd": "10",
    "juist": "12.5",
    "verwijzing": "cbs.nl/bericht",
    "datum": "2026-11-01",
    "toelichting": "Dubbel geteld.",
}
SUMS = "create table intern.main.maat_som (dataset varchar, maat varchar, deel varchar, factor tinyint)"
TYPES = {
    "waarde": pl.Float64,
    "tekst": pl.String,
    "symbool": pl.String,
    "reden_ontbreekt": pl.String,
    "voorkeur": pl.Int8,
    "jaar": pl.Int16,
}


@pytest.fixture
def staged(built: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Run the compiled staging models over the given cells and corrections, and query what comes of them."""
    models = built.folder / "dbt/compiled/monitor/models/staging"
    # The sources are paths relative to the folder of a build.
    monkeypatch.chdir(tmp_path)
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as intern")

        def run(
            query: str,
            *cells: dict[str, Any],
            optellen: bool,
            nul: bool = False,
            corrections: Any = (),
            parts: dict[str, tuple[str, int]] | None = None,
        ) -> list[tuple[Any, ...]]:
            measure = {"dataset": "iv3", "maat": "lasten", "jaar": 2018, "optellen": optellen}
            for name, rows in (
                ("observaties", [{**CELL, **cell} for cell in cells]),
                (
                    "maten",
                    [{**measure, "maat": m, "ontbrekend_onderdeel_is_nul": nul} for m in ("lasten", *(parts or ()))],
                ),
            ):
                (tmp_path / "bron" / name).mkdir(parents=True)
                frame = pl.DataFrame(rows, schema_overrides=TYPES if name == "observaties" else None)
                frame.write_parquet(tmp_path / "bron" / name / "part.parquet")
            columns = ", ".join(f"{name} {'smallint' if name == 'jaar' else 'varchar'}" for name in CORRECTION)
            connection.execute(f"create table intern.main.correcties ({columns})")
            connection.execute(SUMS)
            for part, (whole, factor) in (parts or {}).items():
                connection.execute("insert into intern.main.maat_som values ('iv3', ?, ?, ?)", [whole, part, factor])
            for row in corrections:
                values = list({**CORRECTION, **row}.values())
                connection.execute(
                    f"insert into intern.main.correcties values ({', '.join('?' * len(values))})", values
                )
            for model in ("stg_cel", "stg_correctie", "stg_metingen"):
                sql = (models / f"{model}.sql").read_text(encoding="utf-8")
                connection.execute(f"create table intern.main.{model} as {sql}")
            return connection.execute(query).fetchall()

        yield run


@pytest.fixture
def measure(staged: Any) -> Any:
    """The measures that the given cells give."""

    def run(*cells: dict[str, Any], optellen: bool, nul: bool = False, corrections: Any = ()) -> list[tuple[Any, ...]]:
        query = "select onderdeel, waarde, reden_ontbreekt from intern.main.stg_metingen order by all"
        rows: list[tuple[Any, ...]] = staged(query, *cells, optellen=optellen, nul=nul, corrections=corrections)
        return rows

    return run


def test_the_second_delivery_leads_and_the_first_fills_in(measure: Any) -> None:
    cells = [{"voorkeur": 1, "waarde": 7.0}, {"voorkeur": 2, "waarde": 5.0}]
    other = [
        {"rij_id": 2, "uitsplitsing": "6.2", "voorkeur": 1, **MISSING},
        {"rij_id": 2, "uitsplitsing": "6.2", "voorkeur": 2},
    ]
    assert measure(*cells, *other, optellen=False) == [("6.1", 7.0, None), ("6.2", 10.0, None)]


def test_a_cell_without_value_in_either_column_keeps_its_reason(measure: Any) -> None:
    other = {"rij_id": 2, "uitsplitsing": "6.2"}
    found = measure({**MISSING}, {"voorkeur": 2, **MISSING}, other, optellen=False)
    assert found == [("6.1", None, "niet_geleverd"), ("6.2", 10.0, None)]


def test_a_column_without_any_figure_was_not_published_yet(measure: Any) -> None:
    """Its dots say nothing about a municipality; what cannot be stays so."""
    impossible = {"rij_id": 2, "uitsplitsing": "6.2", **MISSING, "symbool": "", "reden_ontbreekt": "kan_niet_voorkomen"}
    found = measure({**MISSING}, impossible, optellen=False)
    assert found == [("6.1", None, "niet_gepubliceerd"), ("6.2", None, "kan_niet_voorkomen")]


def test_rows_of_an_added_measure_are_summed(measure: Any) -> None:
    assert measure({}, {"rij_id": 2, "waarde": 2.5}, optellen=True) == [("6.1", 12.5, None)]


def test_a_sum_with_a_missing_row_is_no_sum(measure: Any) -> None:
    assert measure({}, {"rij_id": 2, **MISSING}, optellen=True) == [("6.1", None, "niet_geleverd")]


def test_a_part_that_was_left_out_is_zero_in_the_years_that_say_so(measure: Any) -> None:
    silent = [{"rij_id": number, "uitsplitsing": "6.2", **MISSING} for number in (3, 4)]
    found = measure({}, {"rij_id": 2, **MISSING}, *silent, optellen=True, nul=True)
    # Where nothing was delivered at all nothing is zero.
    assert found == [("6.1", 10.0, None), ("6.2", None, "niet_geleverd")]


# --- sums of measures ------------------------------------------------------------------------------------------------

YOUNG, OLDER = ({"maat": maat, "uitsplitsing": None} for maat in ("jong", "ouder"))
WHOLE = (
    "select regio_code, waarde, reden_ontbreekt, status from intern.main.stg_metingen where maat = 'samen' order by all"
)
PARTS = {"jong": ("samen", 1), "ouder": ("samen", 1)}
LESS = {"jong": ("samen", 1), "ouder": ("samen", -1)}


def test_a_sum_of_measures_has_a_value_where_each_part_has_one(staged: Any) -> None:
    cells = [
        *({**YOUNG, "waarde": 3.0, "status": "definitief"}, {**OLDER, "waarde": 4.0, "status": "voorlopig"}),
        *({**YOUNG, "regio": "GM0599", "rij_id": 2}, {**OLDER, "regio": "GM0599", "rij_id": 2, **MISSING}),
    ]
    assert staged(WHOLE, *cells, optellen=False, parts=PARTS) == [
        ("GM0363", 7.0, None, "voorlopig"),
        ("GM0599", None, "niet_geleverd", "onbekend"),
    ]


def test_where_a_part_has_no_row_there_is_no_sum_of_the_others(staged: Any) -> None:
    cells = [YOUNG, OLDER, {**YOUNG, "regio": "GM0599", "rij_id": 2}]
    found = staged(WHOLE, *cells, optellen=False, parts=PARTS)
    assert [row[:2] for row in found] == [("GM0363", 20.0)]


def test_a_sum_is_not_understood_where_a_part_is_not(
    built: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "bron" / "niet_begrepen"
    folder.mkdir(parents=True)
    rows = [{"dataset": "iv3", "maat": maat, "jaar": 2018, "tabel_id": "45042NED"} for maat in ("ouder", "anders")]
    pl.DataFrame(rows).write_parquet(folder / "part.parquet")
    monkeypatch.chdir(tmp_path)
    sql = built.folder / "dbt/compiled/monitor/models/staging/stg_niet_begrepen.sql"
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as intern")
        connection.execute(SUMS)
        for part in PARTS:
            connection.execute("insert into intern.main.maat_som values ('iv3', 'samen', ?, 1)", [part])
        found = connection.execute(sql.read_text(encoding="utf-8")).fetchall()
    assert sorted(row[1] for row in found) == ["anders", "ouder", "samen"]
    assert {row[2:] for row in found} == {(2018, "45042NED")}


def test_of_a_difference_the_part_is_subtracted(staged: Any) -> None:
    found = staged(WHOLE, {**YOUNG, "waarde": 3.0}, {**OLDER, "waarde": 4.0}, optellen=False, parts=LESS)
    assert found == [("GM0363", -1.0, None, "onbekend")]


@pytest.mark.parametrize(
    ("nul", "left_out"),
    [
        (True, [("GM0363", "6.2", 7.0, None), ("GM0363", "6.3", -4.0, None)]),
        (False, [("GM0363", "6.2", None, "niet_geleverd")]),
    ],
)
def test_of_a_difference_what_was_left_out_is_zero_where_both_sides_were_delivered(
    staged: Any, nul: bool, left_out: list[tuple[Any, ...]]
) -> None:
    def side(maat: str, taakveld: str, row: int, **cell: Any) -> dict[str, Any]:
        return {"maat": maat, "uitsplitsing": taakveld, "rij_id": row, **cell}

    cells = [
        *(side("jong", "6.1", 1, waarde=5.0), side("ouder", "6.1", 2, waarde=2.0)),
        *(side("jong", "6.2", 3, waarde=7.0), side("ouder", "6.2", 4, **MISSING)),
        side("ouder", "6.3", 5, waarde=4.0),
        *(side("jong", "6.1", 6, regio="GM0599", waarde=5.0), side("ouder", "6.1", 7, regio="GM0599", **MISSING)),
    ]
    query = (
        "select regio_code, onderdeel, waarde, reden_ontbreekt from intern.main.stg_metingen "
        "where maat = 'samen' order by all"
    )
    found = staged(query, *cells, optellen=True, nul=nul, parts=LESS)
    assert found == [("GM0363", "6.1", 3.0, None), *left_out, ("GM0599", "6.1", None, "niet_geleverd")]


# --- corrections -----------------------------------------------------------------------------------------------------


def test_a_cell_that_is_still_wrong_is_corrected_and_no_other(measure: Any) -> None:
    other = {"rij_id": 2, "uitsplitsing": "6.2"}
    assert measure({}, other, optellen=False, corrections=[{}]) == [("6.1", 12.5, None), ("6.2", 10.0, None)]


def test_a_correction_can_say_that_there_is_no_figure(measure: Any) -> None:
    corrections = [{"juist": "niet_geleverd"}]
    assert measure({}, optellen=False, corrections=corrections) == [("6.1", None, "niet_geleverd")]


def test_a_dot_can_be_corrected_into_a_figure(measure: Any) -> None:
    assert measure({**MISSING}, optellen=False, corrections=[{"gepubliceerd": "."}]) == [("6.1", 12.5, None)]


def test_a_corrected_row_counts_in_the_sum_of_an_added_measure(measure: Any) -> None:
    cells = [{}, {"rij_id": 2, "waarde": 2.5}]
    assert measure(*cells, optellen=True, corrections=[{}]) == [("6.1", 15.0, None)]


@pytest.mark.parametrize(
    ("cells", "correction", "judged"),
    [
        ([{}], {}, ("toegepast", "10", 1)),
        ([{}], {"gepubliceerd": "10.0"}, ("toegepast", "10", 1)),
        ([{"waarde": 13.0}], {}, ("vervallen", "13", None)),
        ([{**MISSING}], {}, ("vervallen", ".", None)),
        ([{}], {"gepubliceerd": "."}, ("vervallen", "10", None)),
        ([{}], {"regio": "GM0364"}, ("onvindbaar", None, None)),
        ([{}], {"uitsplitsing": None}, ("onvindbaar", None, None)),
        ([{}, {"rij_id": 2}], {}, ("meerduidig", "10", None)),
        ([{"voorkeur": 1, "waarde": 7.0}, {"voorkeur": 2}], {"gepubliceerd": "7"}, ("toegepast", "7", 1)),
    ],
)
def test_what_becomes_of_a_correction_is_said(
    staged: Any, cells: list[dict[str, Any]], correction: dict[str, Any], judged: tuple[Any, ...]
) -> None:
    query = "select oordeel, nu_gepubliceerd, rij_id from intern.main.stg_correctie"
    assert staged(query, *cells, optellen=True, corrections=[correction]) == [judged]
