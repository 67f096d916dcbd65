"""The table of each year of a series is found by its title, and what was found is never lost again."""

from pathlib import Path
from typing import Any

import pytest

from pipelines.snapshots.records import SnapshotError
from pipelines.snapshots.series import FoundTable, KnownTables, SeriesStore, find_tables, unrecorded_tables
from pipelines.sources.datasets import Dataset, TableReference, next_year
from pipelines.statline.catalogue import Catalogue
from tests.support.recorded_datasets import recorded_datasets

WMO = recorded_datasets()["wmo_maatwerkarrangement"]
TITLE = "Wmo-cliënten; type maatwerkvoorziening, wijken, {}"


def row(table: str, title: str, **fields: Any) -> dict[str, Any]:
    return {
        "Identifier": table,
        "Title": title,
        "Modified": "2025-01-01T02:00:00",
        "Language": "nl",
        "Catalog": "CBS",
        "OutputStatus": "Regulier",
    } | fields


def found(*rows: dict[str, Any], kept: tuple[FoundTable, ...] = (), dataset: Dataset = WMO) -> Any:
    return find_tables([dataset], {"CBS": Catalogue(rows, {})}, {dataset.name: kept} if kept else {})


def taken(report: Any) -> dict[int, str]:
    return {table.year: table.table for table in report.tables.get(WMO.name, ())}


def passed(report: Any) -> dict[str, str]:
    return {over.table: over.why for over in report.passed_over}


@pytest.mark.parametrize(
    "title",
    [
        "Wmo-cliënten; type maatwerkvoorziening, wijken, 2024",
        "Wmo-cliënten; type maatwerkvoorziening, wijken 2024",
        "Wmo-cliënten; type maatwerkvoorziening, regio, wijken, 2024",
        "  WMO-cliënten;  type maatwerkarrangement, wijken 2024 ",
    ],
)
def test_the_table_of_a_year_that_nobody_listed_is_found_however_cbs_spells_it(title: str) -> None:
    report = found(row("86999NED", title))
    assert report.new == (
        FoundTable(table="86999NED", year=2024, title=title.strip(), rule="only table with this title"),
    )
    assert report.new[0].reference == TableReference(tabel="86999NED", jaren=2024)
    assert report.passed_over == ()


def test_a_listed_table_leads_its_year_and_a_re_issue_is_named() -> None:
    report = found(row("86186NED", TITLE.format(2019)), row("84753NED", TITLE.format(2019)))
    assert taken(report) == {}
    assert passed(report) == {
        "86186NED": "84753NED leads 2019; if this one should, write `- {tabel: 86186NED, jaren: 2019}` under "
        "`tabellen` of the yml"
    }


def test_regular_goes_before_stopped_and_the_newest_before_the_others() -> None:
    old = row("86990NED", TITLE.format(2024), Modified="2025-01-01T02:00:00")
    new = row("86991NED", TITLE.format(2024), Modified="2026-01-01T02:00:00")
    stopped = row("86992NED", TITLE.format(2024), Modified="2026-06-01T02:00:00", OutputStatus="Gediscontinueerd")
    report = found(old, stopped, new)
    assert taken(report) == {2024: "86991NED"}
    assert report.new[0].rule == "newest that CBS did not stop"
    assert passed(report).keys() == {"86990NED", "86992NED"}
    assert found(stopped, old).new[0].rule == "only one that CBS did not stop"
    # A table of a past year that CBS stopped is as good as any, where there is no other.
    assert taken(found(stopped)) == {2024: "86992NED"}


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"Language": "en"}, "its language is en, expected nl"),
        ({"Catalog": "Politie"}, "it stands in catalogue Politie, expected CBS"),
        (
            {"Title": "Wmo-cliënten; type maatwerkvoorzieningen, wijken, 2024"},
            "its title is almost that of the series, expected '",
        ),
        ({"Title": TITLE.format(2016)}, f"the series is taken from 2017 to {next_year()}"),
        ({"Title": TITLE.format(next_year() + 1)}, f"the series is taken from 2017 to {next_year()}"),
    ],
)
def test_what_nearly_belongs_there_is_named_and_not_taken(fields: dict[str, str], why: str) -> None:
    report = found(row("86999NED", TITLE.format(2024)) | fields)
    assert taken(report) == {}
    assert passed(report)["86999NED"].startswith(why)
    assert report.passed_over[0].sentence.startswith("Table 86999NED '")


def test_a_table_about_something_else_is_no_news() -> None:
    report = found(
        row("86181NED", "Wmo-cliënten; financieringsvorm, wijken, 2022"),
        row("86050NED", "Wmo-cliënten; type maatwerkvoorziening (detail), regio"),
        row("37230ned", "Bevolkingsontwikkeling; regio per maand"),
    )
    assert (taken(report), report.passed_over) == ({}, ())


def test_what_was_found_stays_whatever_the_catalogue_says_later() -> None:
    before = found(row("86990NED", TITLE.format(2024))).new
    later = row("86995NED", TITLE.format(2024), Modified="2027-01-01T02:00:00")
    report = found(later, kept=before)
    assert (taken(report), report.new) == ({2024: "86990NED"}, ())
    assert passed(report)["86995NED"].startswith("86990NED leads 2024;")
    without = find_tables([WMO], {}, {WMO.name: before})
    assert (taken(without), without.new) == ({2024: "86990NED"}, ())


def test_a_person_who_lists_another_table_has_it() -> None:
    before = found(row("86990NED", TITLE.format(2024))).new
    listed = WMO.model_copy(update={"tabellen": [*WMO.tabellen, TableReference(tabel="86995NED", jaren=2024)]})
    extended = listed.with_tables(table.reference for table in before)
    assert [table.tabel for table in extended.tabellen if 2024 in table.jaren] == ["86995NED"]


def test_a_found_table_makes_no_other_table_be_read_again() -> None:
    extended = WMO.with_tables([TableReference(tabel="86990NED", jaren=2024)])
    assert extended.fingerprint_of("84751NED") == WMO.fingerprint_of("84751NED")
    listed = WMO.model_copy(update={"tabellen": [*WMO.tabellen, TableReference(tabel="86990NED", jaren=2024)]})
    assert extended.fingerprint_of("86990NED") == listed.fingerprint_of("86990NED")


def test_a_row_that_cannot_be_read_costs_no_other_table(tmp_path: Path) -> None:
    broken = row("86990NED", TITLE.format(2024), Modified=17)
    assert taken(found(broken, row("86991NED", TITLE.format(2025)))) == {2025: "86991NED"}


def test_what_was_found_is_kept_and_a_file_that_cannot_be_read_says_what_to_do(tmp_path: Path) -> None:
    store = SeriesStore(tmp_path)
    assert store.known() == KnownTables()
    known = KnownTables(found=found(row("86990NED", TITLE.format(2024))).tables, unrecorded=("84134NED",))
    assert store.keep(known)
    assert store.known() == known
    assert not store.keep(known)
    (tmp_path / "raw" / "reeksen.json").write_text("{", encoding="utf-8")
    with pytest.raises(SnapshotError, match=r"reeksen\.json .*put back the one of your backup, or remove it"):
        store.known()


def test_a_listed_table_that_a_recording_lacks_is_not_expected_unless_it_was_understood_before() -> None:
    recorded = {"CBS": Catalogue([row("84751NED", TITLE.format(2017))], {})}

    def lacking(*understood: str, **catalogues: Catalogue) -> tuple[str, ...]:
        return unrecorded_tables([WMO], catalogues, lambda table: table in understood)

    assert lacking(**recorded) == ("84752NED", "84753NED", "84908NED")
    assert lacking("84753NED", **recorded) == ("84752NED", "84908NED")
    # A live service that does not list it is a fault, and one that could not be asked says nothing.
    assert lacking() == ()
    rest = WMO.without(lacking(**recorded))
    assert [table.tabel for table in rest.tabellen] == ["84751NED"]
