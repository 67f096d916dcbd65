"""The workbook shows the figures of the database, why each empty cell is empty, and what they are, also on paper."""

from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from pipelines.publish.files.workbook import write_workbook
from pipelines.publish.publication import ExportError
from pipelines.releases.reader import open_folder
from tests.support.made_up_releases import RECORDED, RELEASE_ID, release_to_export


def written(folder: Path) -> None:
    with open_folder(folder) as release:
        write_workbook(release, folder)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    folder = release_to_export(tmp_path_factory.mktemp("boek"))
    written(folder)
    return load_workbook(folder / "monitor.xlsx")


def rows(book: Workbook, sheet: str) -> list[list[object]]:
    return [list(row) for row in book[sheet].iter_rows(values_only=True)]


def test_the_sheets_are_those_of_the_tables_that_there_are(book: Workbook) -> None:
    assert book.sheetnames == [
        "Leesmij",
        "Indicatoren",
        "Redenen",
        "Indicatorlijst",
        "Woordenboek",
        "Herkomst",
        "Kwaliteit",
    ]


def test_figures_stand_by_domain_under_name_unit_and_id(book: Workbook) -> None:
    assert rows(book, "Indicatoren") == [
        [
            "Gemeentecode\ngm_code",
            "Gemeente\nnaam",
            "Jaar\njaar",
            "Inwoners\n(personen)\ninwoners",
            "Jeugdzorg\n(%)\njeugdzorg_pct",
            "Wmo-cliënten\n(cliënten)\nwmo_clienten",
        ],
        ["GM0014", "Groningen", 2021, 1000, 10.25, None],
        ["GM0014", "Groningen", 2022, 1010, None, 0],
        ["GM0034", "Almere", 2021, 2000, 12, None],
        ["GM0034", "Almere", 2022, 2020, None, None],
    ]


def test_every_empty_cell_has_a_reason_in_the_same_place_and_no_other_cell_has(book: Workbook) -> None:
    figures, reasons = rows(book, "Indicatoren"), rows(book, "Redenen")
    assert [row[:3] for row in reasons] == [row[:3] for row in figures]
    assert reasons[0] == figures[0]
    assert [row[3:] for row in reasons[1:]] == [
        [None, None, "buiten de reeks"],
        [None, "buiten de reeks", None],
        [None, None, "buiten de reeks"],
        [None, "buiten de reeks", "onbekend_of_geheim"],
    ]


def test_decimals_doubt_and_status_show_in_the_cell(book: Workbook) -> None:
    sheet = book["Indicatoren"]
    assert (sheet["D2"].number_format, sheet["E2"].number_format) == ("#,##0", "#,##0.0")
    looks = [(sheet[f"D{row}"].font.italic, sheet[f"D{row}"].fill.fill_type) for row in range(2, 6)]
    assert looks == [(False, None), (True, None), (False, "solid"), (True, "solid")]


def test_text_stays_text_and_booleans_are_words(tmp_path: Path) -> None:
    release_to_export(tmp_path, "insert into kwaliteit values ('=1+1', '6.60', false), ('http://x', '007', null)")
    written(tmp_path)
    sheet = load_workbook(tmp_path / "monitor.xlsx")["Kwaliteit"]
    found = [list(row) for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert found == [
        ["fct_indicator.sleutel", "fct_indicator", "ja"],
        ["=1+1", "6.60", "nee"],
        ["http://x", "007", None],
    ]
    assert [cell.data_type for cell in sheet[3]] == ["s", "s", "s"]
    assert sheet["A4"].hyperlink is None


@pytest.mark.parametrize("name", ["Indicatoren", "Redenen", "Indicatorlijst", "Woordenboek", "Herkomst", "Kwaliteit"])
def test_every_sheet_can_be_read_filtered_and_printed(book: Workbook, name: str) -> None:
    sheet = book[name]
    assert sheet.freeze_panes == ("D2" if name in ("Indicatoren", "Redenen") else "B2")
    assert sheet.auto_filter.ref == f"A1:{sheet.cell(sheet.max_row, sheet.max_column).coordinate}"
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.print_title_cols == ("$A:$C" if name in ("Indicatoren", "Redenen") else None)
    assert sheet.page_setup.orientation == "landscape"
    assert RELEASE_ID in sheet.oddFooter.left.text
    assert "Bron: CBS" in sheet.oddFooter.center.text
    assert sheet.oddHeader.right.text == "Opname, niet live"


def test_the_domains_begin_on_a_page_of_their_own(book: Workbook) -> None:
    assert [each.id for each in book["Indicatoren"].col_breaks.brk] == [5]


def test_the_first_sheet_says_what_it_is_and_leads_to_the_others(book: Workbook) -> None:
    cells = [value for row in rows(book, "Leesmij") for value in row if value]
    assert {"OPNAME, NIET LIVE", RELEASE_ID, RECORDED, "2026-01-02 03:00 UTC"} <= set(cells)
    assert any("Bron: CBS" in str(value) for value in cells)
    assert any("CC BY 4.0" in str(value) for value in cells)
    links = {cell.hyperlink.location for row in book["Leesmij"].iter_rows() for cell in row if cell.hyperlink}
    assert links == {f"'{name}'!A1" for name in book.sheetnames[1:]}


def test_its_properties_are_of_the_release_and_not_of_the_moment(book: Workbook) -> None:
    assert book.properties.created.isoformat() == "2026-01-02T03:00:00"
    assert book.properties.modified == book.properties.created
    assert book.properties.subject == "Opname, niet live"


def test_live_figures_are_not_called_a_recording(tmp_path: Path) -> None:
    written(release_to_export(tmp_path, source="live"))
    book = load_workbook(tmp_path / "monitor.xlsx")
    assert not book["Indicatoren"].oddHeader.right.text
    assert not [value for row in rows(book, "Leesmij") for value in row if value and "pname" in str(value).lower()]


def test_a_figure_that_also_has_a_reason_is_refused(tmp_path: Path) -> None:
    release_to_export(
        tmp_path, "update mart_gemeente_jaar set wmo_clienten = 5 where gm_code = 'GM0034' and jaar = 2022"
    )
    with pytest.raises(ExportError, match="wmo_clienten in mart_gemeente_jaar has a figure where"):
        written(tmp_path)


def test_a_text_that_no_cell_can_hold_is_refused(tmp_path: Path) -> None:
    release_to_export(tmp_path, "insert into kwaliteit values (repeat('x', 40000), 'y', true)")
    with pytest.raises(ExportError, match="Sheet Kwaliteit cannot hold what stands in row 2, column 0"):
        written(tmp_path)


def test_a_release_without_the_tables_of_figures_has_a_workbook_without_their_sheets(tmp_path: Path) -> None:
    release_to_export(tmp_path, "drop table mart_gemeente_jaar", "drop table kwaliteit")
    written(tmp_path)
    names = load_workbook(tmp_path / "monitor.xlsx").sheetnames
    assert names == ["Leesmij", "Indicatorlijst", "Woordenboek", "Herkomst"]
