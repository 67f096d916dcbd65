"""The two sheets of figures, a row per municipality and year, a column per indicator; and why a cell is empty."""

from typing import Any, Final

import polars as pl
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from pipelines.publish.files.workbook_styles import Styles, row_height, set_up_page
from pipelines.publish.publication import ExportError
from pipelines.releases.reader import ReleaseHeader, ReleaseReader

# The indicator has no row for that year at all, so neither figure nor reason.
OUTSIDE: Final = "buiten de reeks"
_KEYS: Final = ("gm_code", "naam", "jaar")
_KEY_HEADERS: Final = ("Gemeentecode\ngm_code", "Gemeente\nnaam", "Jaar\njaar")
_KEY_WIDTHS: Final = (13, 22, 7)
_FIGURE_WIDTH: Final = 18
_PROVISIONAL: Final = ("voorlopig", "nader_voorlopig")
_DOMAINS: Final = ("context", "jeugd", "wmo", "bijstand", "participatie", "sociaal_domein")


class _Figures:
    """What both sheets show, row for row and column for column."""

    def __init__(self, release: ReleaseReader) -> None:
        about = {row["indicator_id"]: row for row in release.rows("dim_indicator").to_dicts()}
        wide = release.rows("mart_gemeente_jaar")
        known = [name for name in wide.columns if name in about]
        # The columns of a domain together, so that they print together.
        self.indicators = [about[name] for name in sorted(known, key=lambda n: (_order(about[n]["domein"]), n))]
        ids = [indicator["indicator_id"] for indicator in self.indicators]
        self.keys = wide.select(_KEYS)
        self.values = wide.select(ids)
        long = release.query(
            """select regio_code as gm_code, jaar, indicator_id, reden_ontbreekt as reden,
                   coalesce(twijfel, false) as twijfel, status
               from mart_indicator_actueel where regio_soort = 'gemeente'"""
        )
        marks = pl.when("twijfel").then(2).otherwise(0) + pl.col("status").is_in(_PROVISIONAL).cast(pl.Int32)
        long = long.with_columns(marks=marks)
        self.reasons = self._same_shape(long, "reden", ids)
        self.marks = self._same_shape(long, "marks", ids).fill_null(0)

    def _same_shape(self, long: pl.DataFrame, values: str, ids: list[str]) -> pl.DataFrame:
        keys = ["gm_code", "jaar"]
        pivoted = long.pivot("indicator_id", index=keys, values=values)
        lacking = [pl.lit(None, long.schema[values]).alias(name) for name in ids if name not in pivoted.columns]
        return self.keys.join(pivoted, on=keys, how="left", maintain_order="left").with_columns(lacking).select(ids)


def write_figures(book: xlsxwriter.Workbook, release: ReleaseReader, header: ReleaseHeader, styles: Styles) -> None:
    """Add the sheets Indicatoren and Redenen.

    Raises:
        ExportError: a figure and its reason contradict each other, or there are more rows than Excel takes.
    """
    figures = _Figures(release)
    _require_either_figure_or_reason(figures)
    sheet = _prepared(book.add_worksheet("Indicatoren"), figures, header, styles)
    for index, (indicator, values, marks) in enumerate(
        zip(figures.indicators, figures.values.iter_columns(), figures.marks.iter_columns(), strict=True), len(_KEYS)
    ):
        formats = [
            styles.figure(indicator["decimalen"] or 0, doubted=mark >= 2, provisional=mark % 2 == 1)
            for mark in range(4)
        ]
        _write_column(sheet, index, values, marks, formats)
    sheet = _prepared(book.add_worksheet("Redenen"), figures, header, styles)
    for index, (values, reasons) in enumerate(
        zip(figures.values.iter_columns(), figures.reasons.iter_columns(), strict=True), len(_KEYS)
    ):
        told = reasons.fill_null(OUTSIDE).zip_with(values.is_null(), pl.Series([None], dtype=pl.String))
        for row, reason in enumerate(told, start=1):
            if reason is not None:
                sheet.write_string(row, index, reason, styles.reason)


def _require_either_figure_or_reason(figures: _Figures) -> None:
    for values, reasons in zip(figures.values.iter_columns(), figures.reasons.iter_columns(), strict=True):
        if (values.is_not_null() & reasons.is_not_null()).any():
            raise ExportError(
                f"{values.name} in mart_gemeente_jaar has a figure where mart_indicator_actueel says why there is none"
            )


def _write_column(sheet: Worksheet, index: int, values: pl.Series, marks: pl.Series, formats: list[Format]) -> None:
    for row, (value, mark) in enumerate(zip(values, marks, strict=True), start=1):
        if value is not None and sheet.write_number(row, index, value, formats[mark]):
            raise ExportError(f"Sheet {sheet.get_name()} cannot hold row {row} of {values.name}")


def _prepared(sheet: Worksheet, figures: _Figures, header: ReleaseHeader, styles: Styles) -> Worksheet:
    """The sheet with its header, its first columns and the way it prints, ready for the figures."""
    set_up_page(sheet, header)
    sheet.set_print_scale(62)
    sheet.repeat_rows(0)
    sheet.repeat_columns(0, len(_KEYS) - 1)
    sheet.freeze_panes(1, len(_KEYS))
    headers = [*_KEY_HEADERS, *map(_header, figures.indicators)]
    widths = [*_KEY_WIDTHS, *(_FIGURE_WIDTH for _ in figures.indicators)]
    sheet.set_row(0, row_height(headers, widths))
    for index, (text, width) in enumerate(zip(headers, widths, strict=True)):
        sheet.set_column(index, index, width)
        sheet.write_string(0, index, text, styles.header)
    sheet.set_v_pagebreaks(_breaks(figures.indicators))
    for row, (code, name, year) in enumerate(figures.keys.iter_rows(), start=1):
        sheet.write_string(row, 0, code, styles.plain)
        sheet.write_string(row, 1, name, styles.plain)
        sheet.write_number(row, 2, year, styles.year)
    rows, last = figures.keys.height, len(headers) - 1
    sheet.autofilter(0, 0, rows, last)
    # A line under the last year of each municipality.
    line = {"type": "formula", "criteria": "=$A2<>$A3", "format": styles.line}
    sheet.conditional_format(1, 0, max(rows, 1), last, line)
    return sheet


def _header(indicator: dict[str, Any]) -> str:
    return f"{indicator['naam']}\n({indicator['eenheid']})\n{indicator['indicator_id']}"


def _breaks(indicators: list[dict[str, Any]]) -> list[int]:
    """The columns at which another domain begins; context stays with the first."""
    domains = [indicator["domein"] for indicator in indicators]
    return [
        len(_KEYS) + index
        for index in range(1, len(domains))
        if domains[index] != domains[index - 1] and domains[index - 1] != _DOMAINS[0]
    ]


def _order(domain: str) -> tuple[int, str]:
    return (_DOMAINS.index(domain) if domain in _DOMAINS else len(_DOMAINS), domain)
