"""``monitor.xlsx``: the figures of municipalities for who works in Excel, with everything needed to read them.

One sheet with a column per indicator, one of the same shape with the reason of each empty cell, and the lists they
refer to. Every sheet prints: landscape, with its headers on every page, the release and the source under each.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from pipelines.publish.files.workbook_figures import OUTSIDE, write_figures
from pipelines.publish.files.workbook_styles import Styles, column_widths, row_height, set_up_page
from pipelines.publish.publication import ExportError
from pipelines.publish.source_tables import LICENCE_URL
from pipelines.releases.reader import ReleaseHeader, ReleaseReader
from pipelines.releases.store import WORKBOOK

_TITLE = "Overall monitor sociaal domein"


@dataclass(frozen=True)
class _List:
    """A sheet that shows a table as it is; ``about`` is its line on the first sheet."""

    sheet: str
    table: str
    about: str


_LISTS = (
    _List("Indicatorlijst", "dim_indicator", "wat elke indicator betekent, met eenheid, peilmoment, afronding en bron"),
    _List("Woordenboek", "dictionary", "elke kolom van elke tabel van de uitgave"),
    _List("Herkomst", "herkomst", "de CBS-tabellen waaruit de cijfers komen, met hun kanttekeningen"),
    _List("Kwaliteit", "kwaliteit", "elke controle van deze uitgave en wat zij vond"),
    _List("Reeksbreuken", "dim_reeksbreuk", "waar cijfers van opeenvolgende jaren niet te vergelijken zijn"),
)
_FIGURES = (
    ("Indicatoren", "de cijfers per gemeente en jaar in de gemeentelijke indeling van {division_year}"),
    ("Redenen", "dezelfde cellen: waarom er op het blad Indicatoren geen cijfer staat"),
)
_INTRODUCTION_WIDTHS = (22, 96)
# Text is text, whatever it looks like; and no file is made beside the release.
_OPTIONS: Final = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "in_memory": True,
}


def write_workbook(release: ReleaseReader, folder: Path) -> None:
    """Write the workbook of a release into ``folder``; a sheet of which the release lacks the table is left out.

    Raises:
        ExportError: a text or a table does not fit in a sheet of Excel.
    """
    header = release.header
    with xlsxwriter.Workbook(folder / WORKBOOK, _OPTIONS) as book:
        book.set_properties(_properties(header))
        styles = Styles(book)
        sheets = _sheets(release)
        _write_introduction(book.add_worksheet("Leesmij"), header, styles, sheets)
        if "Indicatoren" in dict(sheets):
            write_figures(book, release, header, styles)
        for each in _LISTS:
            if release.has(each.table):
                _write_list(book.add_worksheet(each.sheet), release.rows(each.table), header, styles)


def _properties(header: ReleaseHeader) -> dict[str, Any]:
    return {
        "title": f"{_TITLE}, uitgave {header.release_id}",
        "subject": "Opname, niet live" if header.is_recording else "Cijfers van CBS StatLine",
        "keywords": "jeugd, Wmo, bijstand, gemeenten",
        "comments": header.explanation,
        # Else the moment of writing, and no two workbooks of a release would be the same.
        "created": header.made,
    }


def _sheets(release: ReleaseReader) -> list[tuple[str, str]]:
    """Name and content of each sheet after the first."""
    year = release.header.division_year
    figures = release.has("mart_gemeente_jaar") and release.has("mart_indicator_actueel")
    return [
        *((name, about.format(division_year=year)) for name, about in _FIGURES if figures),
        *((each.sheet, each.about) for each in _LISTS if release.has(each.table)),
    ]


def _write_introduction(
    sheet: Worksheet, header: ReleaseHeader, styles: Styles, sheets: Sequence[tuple[str, str]]
) -> None:
    for index, width in enumerate(_INTRODUCTION_WIDTHS):
        sheet.set_column(index, index, width)
    sheet.hide_gridlines(2)
    set_up_page(sheet, header)
    sheet.fit_to_pages(1, 0)
    sheet.write_string(0, 0, _TITLE, styles.title)
    row = 1
    if header.is_recording:
        sheet.write_string(row, 0, "OPNAME, NIET LIVE", styles.warning)
        row += 1
    for name, text in _explanations(header):
        row += 1
        sheet.write_string(row, 0, name, styles.label)
        sheet.write_string(row, 1, text, styles.text)
        sheet.set_row(row, row_height((name, text), _INTRODUCTION_WIDTHS))
    row += 2
    sheet.write_string(row, 0, "Bladen", styles.heading)
    for name, about in sheets:
        row += 1
        sheet.write_url(row, 0, f"internal:'{name}'!A1", styles.link, name)
        sheet.write_string(row, 1, about, styles.text)


def _explanations(header: ReleaseHeader) -> list[tuple[str, str]]:
    """What to know before using a figure: a word and its sentences each."""
    return [
        ("Uitgave", header.release_id),
        ("Gemaakt", f"{header.made:%Y-%m-%d %H:%M} UTC"),
        ("Wat het is", header.explanation),
        (
            "Bronvermelding",
            "Bron: CBS. Neem dit over bij elk cijfer dat u gebruikt; zie het blad Herkomst.",
        ),
        ("Bewerking", f"Samengevoegd, omgerekend naar de indeling van {header.division_year}, verhoudingen berekend."),
        ("Licentie", f"CC BY 4.0, {LICENCE_URL}"),
        ("Lege cel", "Leeg is nooit nul. Op het blad Redenen staat in dezelfde cel waarom er geen cijfer is."),
        ("Redenen", f"'{OUTSIDE}': de indicator bestaat in dat jaar niet. De andere: Woordenboek, reden_ontbreekt."),
        ("Gekleurde cel", "CBS publiceert dit cijfer, maar het is onwaarschijnlijk. De tabel dim_twijfel zegt waarom."),
        ("Schuin cijfer", "Het cijfer is voorlopig of nader voorlopig; CBS kan het nog bijstellen."),
        ("Reeksen", "Trek geen lijn over een blokkerende breuk. Kijk eerst op het blad Reeksbreuken."),
        ("Decimalen", "U ziet het aantal decimalen dat bij de indicator hoort. De waarde zelf is niet afgerond."),
        ("Meer", "Regio's, vergelijkingen en trends staan in monitor.duckdb, parquet/ en csv/ van dezelfde uitgave."),
    ]


def _write_list(sheet: Worksheet, rows: pl.DataFrame, header: ReleaseHeader, styles: Styles) -> None:
    set_up_page(sheet, header)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.freeze_panes(1, 1)
    widths = column_widths(rows)
    sheet.set_row(0, row_height(rows.columns, widths))
    for index, name in enumerate(rows.columns):
        sheet.set_column(index, index, widths[index])
        sheet.write_string(0, index, name, styles.header)
    for number, row in enumerate(rows.iter_rows(), start=1):
        sheet.set_row(number, row_height(row, widths))
        for index, value in enumerate(row):
            if value is not None:
                _write_value(sheet, number, index, value, styles)
    last = rows.width - 1
    sheet.autofilter(0, 0, rows.height, last)
    line = {"type": "formula", "criteria": "=TRUE", "format": styles.line}
    sheet.conditional_format(1, 0, max(rows.height, 1), last, line)


def _write_value(sheet: Worksheet, row: int, column: int, value: Any, styles: Styles) -> None:
    if isinstance(value, bool):
        failed = sheet.write_string(row, column, "ja" if value else "nee", styles.cell)
    elif isinstance(value, str):
        failed = sheet.write_string(row, column, value, styles.cell)
    elif isinstance(value, int | float):
        failed = sheet.write_number(row, column, value, styles.cell)
    else:
        failed = sheet.write_datetime(row, column, value, styles.moment)
    if failed:
        raise ExportError(f"Sheet {sheet.get_name()} cannot hold what stands in row {row}, column {column}")
