"""Congruence of jeugdregio and arbeidsmarktregio: recomputed from the recording with Python sets, and white spots."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from statistics import median
from typing import Any

import duckdb
import polars as pl
import pytest

from pipelines.build.workspace import Workspace
from tests.oracle.divisions import FROM_BORDERS, derived
from tests.oracle.figures import from_cell
from tests.oracle.recording import RECORDING, Table, municipalities_per_year
from tests.support.made_tables import MadeTables, made_tables

GEBIEDEN = {
    2017: "83553NED",
    2018: "83859NED",
    2019: "84378NED",
    2020: "84721NED",
    2021: "84929NED",
    2022: "85067NED",
    2023: "85385NED",
    2024: "85755NED",
    2025: "86059NED",
    2026: "86247NED",
}
# CBS calls the group by another name since some year; these two are known by the new one.
JEUGD = dict.fromkeys(GEBIEDEN, ("Lokaliseringen van gemeenten", "Jeugdzorgregio's"))
JEUGD |= dict.fromkeys((2020, 2022), ("Lokaliseringen van gemeenten", "Jeugdregio's"))
ARBEID = ("Lokaliseringen van gemeenten", "Arbeidsmarktregio's")
NO_REGION = "Niet in te delen"
INWONERS = ("Bevolking", "Bevolkingssamenstelling op 1 januari", "Totale bevolking")


@dataclass(frozen=True)
class Year:
    """What the recording says of one year: the region of every municipality, empty where it says none; inhabitants."""

    jeugd: dict[str, str]
    arbeid: dict[str, str]
    inwoners: dict[str, int]

    def members(self, regions: dict[str, str], code: str) -> set[str]:
        return {gm for gm, region in regions.items() if region == code}

    def overlap(self, gm_code: str) -> tuple[Fraction, int] | None:
        """Give the overlap over the municipalities of which both are known, and how many of the two regions are not."""
        if not self.jeugd.get(gm_code) or not self.arbeid.get(gm_code):
            return None
        both_known = self.jeugd.keys() & self.arbeid.keys()
        jeugd = self.members(self.jeugd, self.jeugd[gm_code])
        arbeid = self.members(self.arbeid, self.arbeid[gm_code])
        either = jeugd | arbeid
        return Fraction(len(jeugd & arbeid), len(either & both_known)), len(either - both_known)


def regions(table: Table, kind: tuple[str, ...], year: int, municipalities: list[str]) -> dict[str, str]:
    codes, names = (table.cells(table.column(*kind, title), year, {}) for title in ("Code", "Naam"))
    found = {}
    for gm in municipalities:
        if (code := codes.get(gm, ".").strip()) != ".":
            found[gm] = "" if names[gm].strip() == NO_REGION else code
    return found


@pytest.fixture(scope="module")
def years() -> dict[int, Year]:
    population = Table(RECORDING, "70072ned")
    column = population.column(*INWONERS)
    municipalities = municipalities_per_year()
    found = {}
    for year, table_id in GEBIEDEN.items():
        table, present = Table(RECORDING, table_id), municipalities[year]
        inwoners = {gm: from_cell(text, "onbekend").waarde for gm, text in population.cells(column, year, {}).items()}
        jeugd = regions(table, JEUGD[year], year, present)
        if year in FROM_BORDERS:
            # What the borders say, where CBS says nothing.
            jeugd = derived("jeugdregio", present, year) | jeugd
        found[year] = Year(
            jeugd,
            regions(table, ARBEID, year, present),
            {gm: int(inwoners[gm] or 0) for gm in present},
        )
    return found


def test_every_municipality_of_every_year_has_one_row(release: duckdb.DuckDBPyConnection) -> None:
    rows = release.execute("select jaar, gm_code from mart_regiocongruentie order by all").fetchall()
    assert rows == sorted((year, gm) for year in GEBIEDEN for gm in municipalities_per_year()[year])


def test_overlap_of_every_municipality_equals_that_of_the_sets(
    release: duckdb.DuckDBPyConnection, years: dict[int, Year]
) -> None:
    rows = release.execute("select jaar, gm_code, overlap, leden_onbeslist from mart_regiocongruentie").fetchall()
    filled = 0
    for jaar, gm_code, overlap, undecided in rows:
        expected = years[jaar].overlap(gm_code)
        assert (overlap is None) == (expected is None), (jaar, gm_code)
        if expected is not None:
            assert (overlap, undecided) == (pytest.approx(float(expected[0]), abs=1e-12), expected[1]), (jaar, gm_code)
            filled += 1
    assert filled == 323 + 326 + 319 + 315 + 327 + 321 + 324 + 324 + 324


def test_a_region_lies_within_another_when_all_compared_members_do(
    release: duckdb.DuckDBPyConnection, years: dict[int, Year]
) -> None:
    rows = release.execute(
        "select jaar, gm_code, jeugdregio_binnen_arbeidsmarktregio, arbeidsmarktregio_binnen_jeugdregio, gelijk"
        " from mart_regiocongruentie where overlap is not null"
    ).fetchall()
    for jaar, gm_code, jeugd_within, arbeid_within, equal in rows:
        year = years[jaar]
        both_known = year.jeugd.keys() & year.arbeid.keys()
        jeugd = year.members(year.jeugd, year.jeugd[gm_code]) & both_known
        arbeid = year.members(year.arbeid, year.arbeid[gm_code]) & both_known
        assert (jeugd_within, arbeid_within, equal) == (jeugd <= arbeid, arbeid <= jeugd, jeugd == arbeid)


def test_members_and_inhabitants_are_those_known(release: duckdb.DuckDBPyConnection, years: dict[int, Year]) -> None:
    for kind in ("jeugd", "arbeid"):
        name = {"jeugd": "jeugdregio", "arbeid": "arbeidsmarktregio"}[kind]
        rows = release.execute(
            f"select jaar, gm_code, leden_{name}, inwoners_{name}, {name}_vanaf_100000 from mart_regiocongruentie"
        ).fetchall()
        for jaar, gm_code, members, inhabitants, reaches in rows:
            known = getattr(years[jaar], kind)
            if not known.get(gm_code):
                assert (members, inhabitants, reaches) == (None, None, None)
                continue
            expected = years[jaar].members(known, known[gm_code])
            total = sum(years[jaar].inwoners[member] for member in expected)
            # Whose membership is not known may lie in this region: below the line nothing is sure.
            complete = len(known) == len(years[jaar].inwoners)
            assert (members, inhabitants) == (len(expected), total)
            assert reaches == (True if total >= 100_000 else False if complete else None), (jaar, gm_code)


def test_what_is_not_known_is_counted_apart_per_year(release: duckdb.DuckDBPyConnection) -> None:
    rows = release.execute(
        "select jaar, gemeenten, beide_bekend, jeugdregio_onbekend, arbeidsmarktregio_onbekend,"
        " jeugdregio_wit + arbeidsmarktregio_wit, reden_ontbreekt is not null, onvolledig"
        " from mart_regiocongruentie_jaar order by jaar"
    ).fetchall()
    assert rows == [
        (2017, 388, 323, 65, 65, 0, False, True),
        (2018, 380, 326, 54, 41, 0, False, True),
        (2019, 355, 319, 34, 25, 2, False, True),
        (2020, 355, 315, 39, 23, 1, False, True),
        (2021, 352, 327, 0, 25, 0, False, True),
        (2022, 345, 321, 0, 24, 0, False, True),
        (2023, 342, 324, 0, 18, 0, False, True),
        (2024, 342, 324, 0, 18, 0, False, True),
        (2025, 342, 324, 0, 18, 0, False, True),
        (2026, 342, 0, 342, 0, 0, True, True),
    ]


def test_the_year_summarises_its_municipalities(release: duckdb.DuckDBPyConnection, years: dict[int, Year]) -> None:
    rows = release.execute(
        "select jaar, gelijk, gelijk_pct, overlap_gemiddeld, overlap_mediaan, jeugdregios, arbeidsmarktregios"
        " from mart_regiocongruentie_jaar order by jaar"
    ).fetchall()
    for jaar, equal, equal_pct, mean, middle, jeugdregios, arbeidsmarktregios in rows:
        year = years[jaar]
        overlaps = [found[0] for gm in year.inwoners if (found := year.overlap(gm))]
        assert equal == overlaps.count(Fraction(1))
        assert jeugdregios == len(set(year.jeugd.values()) - {""})
        assert arbeidsmarktregios == len(set(year.arbeid.values()) - {""})
        if overlaps:
            assert equal_pct == pytest.approx(100 * equal / len(overlaps), abs=1e-9)
            assert mean == pytest.approx(float(sum(overlaps) / len(overlaps)), abs=1e-9)
            assert middle == pytest.approx(float(median(overlaps)), abs=1e-9)
        else:
            assert (equal_pct, mean, middle) == (None, None, None)


def test_who_says_it_stands_beside_each_membership(release: duckdb.DuckDBPyConnection) -> None:
    rows = release.execute(
        "select jaar, list(distinct jeugdregio_herkomst), list(distinct arbeidsmarktregio_herkomst)"
        " from mart_regiocongruentie where overlap is not null group by jaar order by jaar"
    ).fetchall()
    assert rows == [
        *((year, ["cbs"], ["cbs"]) for year in range(2017, 2021)),
        *((year, ["afgeleid"], ["cbs"]) for year in range(2021, 2026)),
    ]


def test_municipalities_that_cbs_could_not_place_are_white_spots(release: duckdb.DuckDBPyConnection) -> None:
    rows = release.execute(
        "select jaar, naam, arbeidsmarktregio_code, reden_ontbreekt from mart_regiocongruentie"
        " where arbeidsmarktregio_status = 'wit' order by all"
    ).fetchall()
    assert rows == [
        (2019, "Vijfheerenlanden", None, "arbeidsmarktregio_wit"),
        (2019, "West Betuwe", None, "arbeidsmarktregio_wit"),
        (2020, "Vijfheerenlanden", None, "arbeidsmarktregio_wit"),
    ]


CELL = {"dataset": "gebieden_in_nederland", "regio_soort": "gemeente", "jaar": 2030, "tabel_id": "99999NED"}
BLANK = "kan_niet_voorkomen"
DOT = "onbekend_of_geheim"
TEXT, YEAR = "varchar", "smallint"


@pytest.fixture
def tables(built: Workspace, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[MadeTables]:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bron" / "observaties").mkdir(parents=True)
    with made_tables(built) as made:
        yield made


def congruence(tables: MadeTables, cells: dict[str, tuple[str, str]]) -> None:
    """Build the marts over municipalities of 60 000 inhabitants; a cell is a region, or why there is none."""
    rows = [
        {
            **CELL,
            "regio": gm,
            "maat": f"{kind}_code",
            "tekst": None if cell in (BLANK, DOT) else cell,
            "reden_ontbreekt": cell if cell in (BLANK, DOT) else None,
        }
        for gm, pair in cells.items()
        for kind, cell in zip(("jeugdregio", "arbeidsmarktregio"), pair, strict=True)
    ]
    types = {"jaar": pl.Int16, "tekst": pl.String, "reden_ontbreekt": pl.String}
    pl.DataFrame(rows, schema_overrides=types).write_parquet("bron/observaties/part.parquet")
    tables.table(
        "intern.int_gemeente_jaar",
        [{"gm_code": gm, "jaar": 2030, "naam": gm} for gm in cells],
        {"gm_code": TEXT, "jaar": YEAR, "naam": TEXT},
    )
    tables.table(
        "intern.int_basis_gemeente",
        [{"indicator_id": "inwoners", "regio_code": gm, "jaar": 2030, "waarde": 60_000.0} for gm in cells],
        {"indicator_id": TEXT, "regio_code": TEXT, "jaar": YEAR, "waarde": "double", "tabel_id": TEXT},
    )
    tables.table("intern.grootteklasse", [], {"regio_code": TEXT, "vanaf": "integer", "tot": "integer"})
    leden = {"regio_soort": TEXT, "regio_code": TEXT, "gm_code": TEXT, "vanaf": YEAR, "tot": YEAR}
    tables.table("intern.regio_leden", [], leden | {"herkomst": TEXT, "bron": TEXT})
    tables.table(
        "intern.regio_naam", [], {"regio_soort": TEXT, "regio_code": TEXT, "vanaf": YEAR, "tot": YEAR, "naam": TEXT}
    )
    tables.table("monitor.dim_regio", [], {"regio_soort": TEXT, "regio_code": TEXT, "naam": TEXT})
    for model in ("stg_gebieden", "stg_gebied_status", "int_regio_naam", "int_regio_lid", "int_regio_naast"):
        tables.model(f"intern.{model}")
    for model in ("mart_regiocongruentie", "mart_regiocongruentie_jaar"):
        tables.model(f"monitor.{model}")


def test_a_white_spot_is_not_an_unknown_one_and_leaves_the_regions_complete(tables: MadeTables) -> None:
    congruence(tables, {"GM1": ("JZ1", "AM1"), "GM2": ("JZ1", "AM1"), "GM3": (BLANK, "AM1")})
    rows = tables.rows(
        "select gm_code, jeugdregio_status, overlap, reden_ontbreekt, leden_onbeslist, onvolledig"
        " from monitor.main.mart_regiocongruentie order by all"
    )
    # GM3 is known to lie in no jeugdregio, so the arbeidsmarktregio has a member that the jeugdregio has not.
    assert rows == [
        ("GM1", "bekend", pytest.approx(2 / 3), None, 0, False),
        ("GM2", "bekend", pytest.approx(2 / 3), None, 0, False),
        ("GM3", "wit", None, "jeugdregio_wit", None, False),
    ]
    assert tables.rows("select jeugdregio_wit, jeugdregio_onbekend from monitor.main.mart_regiocongruentie_jaar") == [
        (1, 0)
    ]


def test_an_unknown_member_is_neither_common_nor_different(tables: MadeTables) -> None:
    congruence(tables, {"GM1": ("JZ1", "AM1"), "GM2": ("JZ1", "AM1"), "GM3": (DOT, "AM1")})
    rows = tables.rows(
        "select gm_code, overlap, gelijk, leden_arbeidsmarktregio, leden_onbeslist, onvolledig, reden_ontbreekt"
        " from monitor.main.mart_regiocongruentie order by all"
    )
    assert rows == [
        ("GM1", 1.0, True, 3, 1, True, None),
        ("GM2", 1.0, True, 3, 1, True, None),
        ("GM3", None, None, 3, None, True, "jeugdregio_onbekend"),
    ]


def test_a_small_region_is_below_the_minimum_only_when_all_its_members_are_known(tables: MadeTables) -> None:
    congruence(tables, {"GM1": ("JZ1", "AM1"), "GM2": ("JZ2", "AM1"), "GM3": ("JZ3", DOT), "GM4": ("JZ3", "AM2")})
    rows = tables.rows(
        "select gm_code, jeugdregio_vanaf_100000, arbeidsmarktregio_vanaf_100000"
        " from monitor.main.mart_regiocongruentie order by all"
    )
    assert rows == [("GM1", False, True), ("GM2", False, True), ("GM3", True, None), ("GM4", True, None)]
    counts = (
        "select arbeidsmarktregios_vanaf_100000, arbeidsmarktregios_onder_100000, arbeidsmarktregios_omvang_onbekend"
        " from monitor.main.mart_regiocongruentie_jaar"
    )
    assert tables.rows(counts) == [(1, 0, 1)]
