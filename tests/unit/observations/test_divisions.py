"""The municipal list of a new year against the lists of the seeds: each merger since 2017 as if it were news."""

import json

import pytest

from pipelines.common.files import read_csv
from pipelines.common.settings import DBT_PROJECT, RECORDING
from pipelines.observations.divisions import NewDivision, Transfer, compare_lists, read_transfers
from pipelines.sources.seeds import MERGERS_FILE, municipal_lists

TABLES = {
    2018: "83859NED",
    2019: "84378NED",
    2020: "84721NED",
    2021: "84929NED",
    2022: "85067NED",
    2023: "85385NED",
    2026: "86247NED",
}
BRON = 6
MERGER = "Ontstaan per 01-01-2027, ontvangen van:\r\n- Aa (GM0001),\r\n... 10 hectare met 2 woningen en 5 inwoners"


def as_news(year: int) -> NewDivision:
    """The recorded list of a year, compared with the seeds as they were the year before."""
    codes = json.loads((RECORDING / TABLES[year] / "RegioS.json").read_bytes())
    titles = {row["Key"].strip(): row["Title"].strip() for row in codes}
    told = [(row["Key"].strip(), row["Description"] or "") for row in codes]
    found = compare_lists(TABLES[year], year, titles, told, {y: n for y, n in municipal_lists().items() if y < year})
    assert found is not None
    return found


def seed_rows(year: int) -> list[list[str]]:
    rows = [list(row.values()) for row in read_csv(DBT_PROJECT.parent / MERGERS_FILE)]
    return [row for row in rows if f"{year - 1}-01-01" < row[4] <= f"{year}-01-01"]


def without_source(rows: list[list[str]]) -> list[list[str]]:
    return sorted([*row[:BRON], *row[BRON + 1 :]] for row in rows)


@pytest.mark.parametrize("year", [year for year in TABLES if year < 2026])
def test_the_rows_are_those_that_a_person_wrote_for_that_year(year: int) -> None:
    found = as_news(year)
    assert found.list_rows == [[str(year), code, name] for code, name in sorted(municipal_lists()[year].items())]
    assert without_source(found.merger_rows) == without_source(seed_rows(year))
    assert found.untold == {}
    assert all(row[BRON] == f"CBS {TABLES[year]}" for row in found.merger_rows)


def test_all_kinds_of_change_were_among_them() -> None:
    kinds = {row[5] for year in TABLES for row in as_news(year).merger_rows}
    assert kinds >= {"fusie", "toevoeging", "splitsing"}


def test_a_year_without_changes_is_a_list_alone() -> None:
    found = as_news(2026)
    assert (found.came, found.went, found.merger_rows, len(found.list_rows)) == ({}, {}, [], 342)


def compared(now: dict[str, str], *told: tuple[str, str]) -> NewDivision:
    before = {"GM0001": "Aa", "GM0002": "Bee", "GM0003": "Cee"}
    found = compare_lists("99999NED", 2027, now, told, {2026: before})
    assert found is not None
    return found


def test_a_list_that_the_seeds_have_is_no_news() -> None:
    lists = {2026: {"GM0001": "Aa"}}
    assert compare_lists("99999NED", 2026, {"GM0009": "Dee"}, [], lists) is None
    assert compare_lists("99999NED", 2026, {"GM0009": "Dee"}, [], {}) is None


def test_another_code_for_one_municipality_is_another_name() -> None:
    found = compared({"GM0009": "Aadorp", "GM0002": "Bee", "GM0003": "Cee"}, ("GM0009", MERGER))
    assert found.merger_rows == [
        ["GM0001", "Aa", "GM0009", "Aadorp", "2027-01-01", "naamswijziging", "CBS 99999NED", "10", "2", "5"]
    ]


def test_a_part_without_inhabitants_that_went_elsewhere_is_a_correction_of_a_border() -> None:
    went = "Opgeheven per 01-01-2027, overgegaan naar:\r\n- Bee (GM0002),\r\n... 9 hectare met 2 woningen en 5 inwoners"
    empty = "\r\n- Cee (GM0003),\r\n... 0,21 hectare met 0 woningen en 0 inwoners"
    found = compared({"GM0002": "Bee", "GM0003": "Cee"}, ("GM0001", went + empty))
    assert [(row[2], row[5], row[7]) for row in found.merger_rows] == [
        ("GM0002", "toevoeging", "9"),
        ("GM0003", "grenscorrectie", "0.21"),
    ]


def test_what_cbs_does_not_say_is_named_and_no_row_is_made_up() -> None:
    found = compared({"GM0002": "Bee", "GM0003": "Cee"}, ("GM0001", "Opgeheven per 01-01-2027\r\nBegindatum voor 1830"))
    assert (found.merger_rows, found.untold) == ([], {"GM0001": "Aa"})
    assert "CBS does not say where GM0001 Aa went" in found.sentence.english


def test_borders_between_municipalities_that_stay_and_changes_of_other_years_are_no_rows() -> None:
    border = (
        "Grenswijziging per 01-01-2027, ontvangen van:\r\n- Cee (GM0003),\r\n... 1 hectare met 0 woningen en 4 inwoners"
    )
    older = MERGER.replace("2027", "2024")
    found = compared({"GM0002": "Bee", "GM0003": "Cee"}, ("GM0002", f"{border}\r\n\r\n{older}"))
    assert found.merger_rows == []


def test_a_size_that_cbs_leaves_out_is_empty_and_what_stayed_is_no_transfer() -> None:
    text = (
        "Gemeentelijke herindeling per 24-03-2022, ontvangen van:\r\n"
        "- Cee (GM0003),\r\n... 7 hectare met 4 inwoners\r\n"
        "- Aa (GM0001),\r\n... 1 hectare met 1 woning en 1 inwoner\r\nBegindatum 01-01-2011"
    )
    assert list(read_transfers("GM0003", text)) == [Transfer("GM0001", "GM0003", "2022-03-24", "1", "1", "1")]
    assert next(read_transfers("GM0002", text)) == Transfer("GM0003", "GM0002", "2022-03-24", "7", "", "4")


def test_a_name_is_that_of_the_seeds() -> None:
    found = compared({"GM0001": "Aa (gemeente)", "GM0002": "Bee", "GM0003": "Cee"})
    assert found.list_rows[0] == ["2027", "GM0001", "Aa"]
    assert found.sentence.english == (
        "Table 99999NED is the municipal list of 2027, and dbt_project/seeds/referentie/gemeenten_per_jaar.csv ends at "
        "2026: figures of 2027 wait for it. Since then came none; went none. `monitor division` prints all rows to "
        "write."
    )
