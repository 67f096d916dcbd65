"""From cells to figures of a part of a year, on made cells: nothing becomes a year, nothing is added to one.

The models are those of the build; the cells are what a table of a year about the use of several laws holds before the
year is out, and what a table of months does.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from pipelines.build.workspace import Workspace
from pipelines.observations.cells import SCHEMA
from tests.oracle.recording import RECORDING, Table
from tests.support.made_tables import MadeTables, made_tables

TEXT, YEAR = "varchar", "smallint"
LAWS = "clienten_met_meer_wetten"
MEASURES: dict[str, Any] = {"dataset": pl.String, "maat": pl.String, "jaar": pl.Int16, "tabel_id": pl.String}
MEASURES |= {"optellen": pl.Boolean, "ontbrekend_onderdeel_is_nul": pl.Boolean, "voorkeur": pl.Int8}


@pytest.fixture
def made(built: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MadeTables]:
    monkeypatch.chdir(tmp_path)
    with made_tables(built) as tables:
        yield tables


def cell(row: int, region: str, period: str, value: float | None, **rest: Any) -> dict[str, Any]:
    """A cell of a measure, of a year or of a part of one; a dot where it has no value. ``rest`` over that."""
    is_year = period.endswith("JJ00")
    dot = {"symbool": ".", "reden_ontbreekt": "onbekend_of_geheim"} if value is None else {}
    place = {"dataset": "d", "tabel_id": "T", "rij_id": row, "onderwerp": "C", "voorkeur": 1}
    when = {"periode": period, "jaar": int(period[:4]), "status": "voorlopig"}
    where = {"regio": region, "regio_soort": "land" if region.startswith("NL") else "gemeente"}
    measure = {"maat" if is_year else "maat_binnen_jaar": LAWS, "waarde": value}
    return place | when | where | measure | dot | rest


def write(rows: list[dict[str, Any]], schema: dict[str, Any], folder: str) -> None:
    path = Path("bron") / folder / "part.parquet"
    path.parent.mkdir(parents=True)
    pl.DataFrame(rows, schema=schema).write_parquet(path)


def read(made: MadeTables, *cells: dict[str, Any], corrections: tuple[dict[str, Any], ...] = ()) -> None:
    """Make the figures of years and of parts of one, of a measure that is added where its rows are more than one."""
    write(list(cells), dict(SCHEMA), "observaties")
    years = sorted({each["jaar"] for each in cells if each.get("maat")})
    told = {"dataset": "d", "maat": LAWS, "tabel_id": "T", "optellen": True, "ontbrekend_onderdeel_is_nul": False}
    write([told | {"jaar": year, "voorkeur": 1} for year in years], MEASURES, "maten")
    types = {"dataset": TEXT, "maat": TEXT, "tabel_id": TEXT, "rij_id": "bigint", "juiste_waarde": "double"}
    made.table("intern.stg_correctie", list(corrections), types | {"juiste_reden": TEXT})
    made.table("intern.maat_som", [], {"dataset": TEXT, "maat": TEXT, "deel": TEXT, "factor": "integer"})
    for name in ("stg_cel", "stg_metingen", "stg_deelmeting"):
        made.model(f"intern.{name}")


def parts(made: MadeTables) -> dict[tuple[str, str], tuple[float | None, str | None]]:
    found = made.rows("select regio_code, periode, waarde, reden_ontbreekt from intern.main.stg_deelmeting")
    return {(region, period): (value, reason) for region, period, value, reason in found}


def years(made: MadeTables) -> dict[tuple[str, int], float | None]:
    found = made.rows("select regio_code, jaar, waarde from intern.main.stg_metingen")
    return {(region, year): value for region, year, value in found}


def test_half_a_year_is_no_year_and_not_added_to_one(made: MadeTables) -> None:
    """2023 is whole, of 2024 there is the first half alone: no year of it, and no year is changed by it."""
    read(
        made,
        cell(1, "GM0001", "2023JJ00", 100),
        cell(2, "GM0001", "2023HJ01", 80),
        cell(3, "GM0001", "2024HJ01", 85),
        cell(4, "NL01", "2024HJ01", 900),
    )
    assert years(made) == {("GM0001", 2023): 100}
    assert parts(made) == {
        ("GM0001", "2023HJ01"): (80, None),
        ("GM0001", "2024HJ01"): (85, None),
        ("NL", "2024HJ01"): (900, None),
    }


def test_a_sum_of_rows_has_no_figure_of_a_part_where_one_of_them_is_secret(made: MadeTables) -> None:
    """Nor a smaller one: it would give the others away, and be wrong."""
    read(
        made,
        *(cell(row, "GM0001", "2024HJ01", value) for row, value in enumerate((10, 20, 5))),
        *(cell(row, "GM0002", "2024HJ01", value) for row, value in enumerate((10, None, 5), start=10)),
    )
    assert parts(made) == {
        ("GM0001", "2024HJ01"): (35, None),
        ("GM0002", "2024HJ01"): (None, "onbekend_of_geheim"),
    }


def test_a_period_without_any_figure_was_not_published_yet_and_one_with_the_country_alone_was(made: MadeTables) -> None:
    read(
        made,
        cell(1, "GM0001", "2024MM01", None),
        cell(2, "NL01", "2024MM01", 5000),
        cell(3, "GM0001", "2024MM02", None),
        cell(4, "NL01", "2024MM02", None),
    )
    assert parts(made) == {
        ("GM0001", "2024MM01"): (None, "onbekend_of_geheim"),
        ("NL", "2024MM01"): (5000, None),
        ("GM0001", "2024MM02"): (None, "niet_gepubliceerd"),
        ("NL", "2024MM02"): (None, "niet_gepubliceerd"),
    }


def test_what_was_corrected_in_december_is_corrected_in_the_year_and_the_month(made: MadeTables) -> None:
    december = cell(1, "GM0001", "2024MM12", 10, maat=LAWS)
    known = {"dataset": "d", "maat": LAWS, "tabel_id": "T", "rij_id": 1, "juiste_waarde": 12.0}
    read(made, december, cell(2, "GM0001", "2024MM11", 10), corrections=(known,))
    assert years(made) == {("GM0001", 2024): 12}
    assert parts(made) == {("GM0001", "2024MM12"): (12, None), ("GM0001", "2024MM11"): (10, None)}


def test_a_year_of_which_only_half_was_published_is_not_published_and_has_its_half_as_a_row(made: MadeTables) -> None:
    """Between two years that are whole: the span of the indicator asks for a row, and that row has its reason."""
    read(
        made,
        *(cell(year, "GM0001", f"{year}JJ00", 100 + year) for year in (2022, 2024)),
        cell(1, "GM0001", "2023HJ01", 85),
    )
    indicator = {"indicator_id": "laws", "niveau": "gemeente", "dataset": "d", "maat": LAWS, "vanaf": 2020}
    leader = dict.fromkeys(("indicator_id", "niveau", "wijze", "dataset", "maat", "groep"), TEXT)
    leader |= dict.fromkeys(("vanaf", "tot", "volgorde"), "integer")
    made.table("intern.indicator_leider", [indicator | {"wijze": "cel", "volgorde": 1}], leader)
    made.table("intern.stg_niet_begrepen", [], {"dataset": TEXT, "maat": TEXT, "jaar": YEAR})
    made.table("intern.taakveld_groep", [], {"groep": TEXT, "jaar": YEAR})
    official = [{"gm_code": "GM0001", "jaar": year} for year in (2022, 2023, 2024)]
    made.table("intern.int_gemeente_jaar", official, {"gm_code": TEXT, "jaar": YEAR})
    made.table("intern.indicator", [{"indicator_id": "laws"}], {"indicator_id": TEXT, "nul_is_twijfel": "boolean"})
    of_a_year = {"indicator_id": TEXT, "jaar": YEAR, "niveau": TEXT, "regio_code": TEXT}
    made.table("intern.int_opname", [], of_a_year | {"is_opname": "boolean"})
    for name in ("int_uitschieter", "int_verschillende_stand", "int_registratieverschil"):
        made.table(f"intern.{name}", [], of_a_year)
    for name in ("int_leider", "int_cel"):
        made.model(f"intern.{name}")
    made.rows("create table intern.main.int_gemeten as from intern.main.int_cel")
    for name in ("int_basis_jaar", "int_basis_gemeente"):
        made.model(f"intern.{name}")
    sql = "select jaar, waarde, reden_ontbreekt from intern.main.int_basis_gemeente order by jaar"
    assert made.rows(sql) == [(2022, 2122, None), (2023, None, "niet_gepubliceerd"), (2024, 2124, None)]
    assert parts(made) == {("GM0001", "2023HJ01"): (85, None)}


def test_half_years_of_the_release_are_those_of_the_recorded_table(release: duckdb.DuckDBPyConnection) -> None:
    """Read from the recorded file by the titles of its codes and periods, without the yml and the models."""
    table = Table(RECORDING, "83262NED")
    column = table.column("Wmo-cliënten")
    titles = {"Geslacht": "Totaal mannen en vrouwen", "KenmerkenVanPersonen": "Totaal personen"}
    totals = {key: table.member(key, title) for key, title in (titles | {"TypeMaatwerkarrangement": "Totaal"}).items()}
    halves = {
        table.member("Perioden", f"{half}e halfjaar {year}"): (year, half)
        for year in range(2017, 2021)
        for half in (1, 2)
    }
    expected = {
        ("NL" if row["RegioS"].startswith("NL") else row["RegioS"].strip(), *halves[row["Perioden"].strip()]): float(
            row[column]
        )
        for row in table.rows
        if row["Perioden"].strip() in halves and all(row[key].strip() == code for key, code in totals.items())
    }
    published = release.execute(
        "select regio_code, jaar, volgnummer, waarde from fct_indicator_periode"
        " where indicator_id = 'wmo_clienten' and periode_soort = 'halfjaar'"
    ).fetchall()
    assert {(region, year, half): value for region, year, half, value in published} == expected
    assert len(published) == len(expected) == 14
    newest = "select nieuwste_periode_land from dim_indicator where indicator_id = 'wmo_clienten'"
    assert release.execute(newest).fetchall() == [("2020 1e halfjaar",)]
