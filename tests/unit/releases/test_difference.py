"""The difference between two releases names every row that differs, and no other."""

from pathlib import Path

import duckdb
import pytest

from pipelines.releases.comparison import (
    Change,
    FigureDifference,
    TableDifference,
    changed_rows,
    compare_releases,
    render_difference,
    render_rows,
)
from pipelines.releases.store import Release, ReleaseError
from tests.support.made_up_releases import stored_release

ALTERATIONS = (
    "update fct_indicator set waarde = 300 where regio_code = 'GM0197' and jaar = 2021",
    "update fct_indicator set waarde = 10010, status = 'definitief' where regio_code = 'GM0344' and waarde = 10000",
    "update fct_indicator set waarde = 5, reden_ontbreekt = null where indicator_id = 'wmo'",
    "delete from fct_indicator where jaar = 2020",
    "insert into fct_indicator values ('bijstand', 'GM0197', 2022, 'origineel', 1, 'voorlopig', null)",
    "insert into dim_regio values ('GM0363', 'Amsterdam')",
)


@pytest.fixture
def old(tmp_path: Path) -> Release:
    return stored_release(tmp_path, 1, "a")


@pytest.fixture
def new(tmp_path: Path, old: Release) -> Release:
    return stored_release(tmp_path, 2, "b", *ALTERATIONS)


def test_rows_are_counted_per_table_by_their_key(old: Release, new: Release) -> None:
    found = compare_releases(old, new)
    assert found.tables == [
        TableDifference("dim_regio", 1, 0, 0, (), ()),
        TableDifference("fct_indicator", 1, 1, 4, (), ()),
    ]
    assert (found.new_tables, found.vanished_tables) == ([], [])


def test_figures_are_counted_per_indicator_and_year(old: Release, new: Release) -> None:
    found = compare_releases(old, new)
    assert found.figures == [FigureDifference("bijstand", 2021, 3, 2, 0), FigureDifference("wmo", 2021, 1, 0, 1)]
    assert found.new_years == [("bijstand", 2022)]
    assert found.vanished_years == [("bijstand", 2020)]


def test_the_largest_changes_are_relative_to_what_the_figure_was(old: Release, new: Release) -> None:
    assert compare_releases(old, new).largest == [
        Change("bijstand", "GM0197", 2021, "origineel", 290, 300),
        Change("bijstand", "GM0344", 2021, "actueel", 10000, 10010),
        Change("bijstand", "GM0344", 2021, "origineel", 10000, 10010),
    ]


def test_a_change_from_zero_comes_first_and_five_are_named(tmp_path: Path) -> None:
    rows = [f"('lasten', 'GM000{n}', 2021, 'origineel', {n}, 'definitief', null)" for n in range(7)]
    insert = "insert into fct_indicator values " + ", ".join(rows)
    old = stored_release(tmp_path, 1, "a", insert)
    new = stored_release(
        tmp_path, 2, "b", insert, "update fct_indicator set waarde = waarde + 1 where indicator_id = 'lasten'"
    )
    assert [change.region for change in compare_releases(old, new).largest] == [f"GM000{n}" for n in range(5)]


def test_the_newest_division_is_left_out_when_it_is_not_the_same(tmp_path: Path, old: Release) -> None:
    new = stored_release(tmp_path, 2, "b", *ALTERATIONS)
    new.database.chmod(0o644)
    with duckdb.connect(str(new.database)) as connection:
        connection.execute("update release set indeling_jaar = 2027")
    found = compare_releases(old, new)
    assert not found.same_division
    assert {change.division for change in found.largest} == {"origineel"}
    assert found.figures[0] == FigureDifference("bijstand", 2021, 2, 1, 0)
    assert "`actueel` are not compared" in render_difference(found)


def test_tables_and_columns_that_came_or_went_are_named(tmp_path: Path, old: Release) -> None:
    new = stored_release(tmp_path, 2, "b", "drop table dim_regio", "create table mart_nieuw as select 1 as x")
    found = compare_releases(old, new)
    assert (found.new_tables, found.vanished_tables) == (["mart_nieuw"], ["dim_regio"])
    wider = stored_release(tmp_path, 3, "c", "alter table fct_indicator add column twijfel boolean")
    assert compare_releases(old, wider).tables == [TableDifference("fct_indicator", 0, 0, 0, ("twijfel",), ())]
    assert compare_releases(wider, old).tables == [TableDifference("fct_indicator", 0, 0, 0, (), ("twijfel",))]


def test_a_key_that_is_not_unique_costs_no_row(tmp_path: Path) -> None:
    old = stored_release(tmp_path, 1, "a", "insert into dim_regio values ('GM0344', 'Utrecht (stad)')")
    new = stored_release(tmp_path, 2, "b")
    assert compare_releases(old, new).tables == [TableDifference("dim_regio", 0, 1, 0, (), ())]


def test_the_same_release_twice_differs_in_nothing(tmp_path: Path, old: Release) -> None:
    again = stored_release(tmp_path, 2, "b")
    assert render_difference(compare_releases(old, again)) == (
        f"From {old.release_id} to {again.release_id}\nEvery table is the same."
    )


def test_the_text_names_all_of_it(old: Release, new: Release) -> None:
    lines = render_difference(compare_releases(old, new)).splitlines()
    assert ["fct_indicator", "1", "1", "4"] in [line.split() for line in lines]
    assert ["bijstand", "2021", "3", "2", "0"] in [line.split() for line in lines]
    assert "New in fct_indicator: bijstand 2022" in lines
    assert "  bijstand GM0344 2021 (actueel): 10,000 -> 10,010" in lines


def test_the_rows_of_a_table_are_listed_with_old_and_new(old: Release, new: Release) -> None:
    lines = render_rows(changed_rows(old, new, "fct_indicator", 50), 50).splitlines()
    key = "indicator_id={}, regio_code={}, jaar={}, indeling=origineel | "
    assert lines[0] == "changed: " + key.format("bijstand", "GM0197", 2021) + "waarde: 290.0 -> 300.0"
    assert (
        "changed: "
        + key.format("wmo", "GM0344", 2021)
        + ("waarde: empty -> 5.0, reden_ontbreekt: onbekend_of_geheim -> empty")
        in lines
    )
    assert [line.partition(":")[0] for line in lines] == ["changed"] * 4 + ["removed", "added"]
    assert lines[4].endswith("waarde=280.0, status=definitief")


def test_the_list_is_limited_and_says_so(old: Release, new: Release) -> None:
    lines = render_rows(changed_rows(old, new, "fct_indicator", 2), 2).splitlines()
    assert len(lines) == 3
    assert lines[2] == "... the first 2; --limit gives more."


def test_an_unknown_table_is_told_with_those_there_are(old: Release, new: Release) -> None:
    with pytest.raises(ReleaseError, match="There are: dictionary, dim_regio, fct_indicator"):
        changed_rows(old, new, "fct_indicatoren", 5)


def test_a_release_that_cannot_be_read_is_told(old: Release, new: Release) -> None:
    old.database.write_bytes(b"geen database")
    with pytest.raises(ReleaseError, match=f"Release {old.release_id} cannot be read"):
        compare_releases(old, new)


def test_comparing_leaves_both_as_they_were(old: Release, new: Release) -> None:
    before = [release.database.read_bytes() for release in (old, new)]
    compare_releases(old, new)
    assert [release.database.read_bytes() for release in (old, new)] == before
    assert {path.name for path in new.folder.iterdir()} == {"monitor.duckdb", "manifest.json", "kwaliteit.json"}
