"""How the workbook looks: formats of cells, and the page that a sheet prints on."""

import math
import textwrap
from collections.abc import Sequence
from typing import Any

import polars as pl
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from pipelines.releases.reader import ReleaseHeader

_A4 = 9
# In characters: a list that is wider than this prints too small to read, a column narrower than its words too.
_LIST_WIDTH, _LONGEST_WORD, _LONGEST_NAME, _MOMENT_WIDTH = 200, 18, 13, 17
# The unit of a width is a digit, and letters are narrower on average.
_LETTERS_PER_CHARACTER = 1.2
_LINE_HEIGHT, _HIGHEST = 15, 400
_BLUE, _LIGHT_BLUE, _ORANGE, _GREY = "#1F3864", "#DDE6F3", "#FCE4D6", "#BFBFBF"


class Styles:
    """The formats of one workbook."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._figures: dict[tuple[int, bool, bool], Format] = {}
        top = {"valign": "top"}
        self.title = self._format(bold=True, font_size=18, font_color=_BLUE)
        self.warning = self._format(bold=True, font_size=14, font_color="#9C0006")
        self.heading = self._format(bold=True, font_size=13, font_color=_BLUE)
        self.label = self._format(bold=True, **top)
        self.text = self._format(text_wrap=True, **top)
        self.link = self._format(font_color="#0563C1", underline=1, **top)
        self.header = self._format(bold=True, text_wrap=True, bg_color=_LIGHT_BLUE, border=1, border_color=_GREY, **top)
        self.cell = self._format(text_wrap=True, align="left", **top)
        self.line = self._format(bottom=1, bottom_color=_GREY)
        self.moment = self._format(num_format="yyyy-mm-dd hh:mm", align="left", **top)
        self.plain = self._format(**top)
        self.year = self._format(num_format="0", align="left", **top)
        self.reason = self._format(font_color="#595959", **top)

    def figure(self, decimals: int, *, doubted: bool, provisional: bool) -> Format:
        """A figure with so many decimals: doubted ones have a colour, provisional ones stand in italics."""
        key = (decimals, doubted, provisional)
        if key not in self._figures:
            number = "#,##0" + ("." + "0" * decimals if decimals else "")
            looks: dict[str, Any] = {"num_format": number, "italic": provisional, "valign": "top"}
            self._figures[key] = self._format(**looks, **({"bg_color": _ORANGE} if doubted else {}))
        return self._figures[key]

    def _format(self, **looks: Any) -> Format:
        return self._book.add_format(looks)


def set_up_page(sheet: Worksheet, header: ReleaseHeader) -> None:
    """Landscape A4, with the release and the source on every page."""
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.7)
    warning = "Opname, niet live" if header.is_recording else ""
    sheet.set_header(f"&L&9Overall monitor sociaal domein&C&9&A&R&9{warning}")
    sheet.set_footer(f"&L&9Uitgave {header.release_id}&C&9Bron: CBS (CC BY 4.0)&R&9Pagina &P van &N")


def column_widths(rows: pl.DataFrame) -> list[float]:
    """Widths of the columns of a list, in characters: together about a page, with more for columns of longer text."""
    wanted = [_wanted(column) for column in rows.iter_columns()]
    share, widths = 100.0, [most for _, most in wanted]
    while sum(widths) > _LIST_WIDTH and share > 1:
        # By the root: a text ten times as long gets three times the width, and takes three times the lines.
        share *= 0.95
        widths = [min(most, max(least, share * math.sqrt(most))) for least, most in wanted]
    return widths


def _wanted(column: pl.Series) -> tuple[float, float]:
    """The width below which words (or numbers) are cut, and the one at which nine in ten texts need no second line."""
    # Beside its name a header has a button to filter by; a long name wraps.
    name = min(len(column.name) + 4, _LONGEST_NAME)
    if column.dtype != pl.String:
        width = max(name, _MOMENT_WIDTH if column.dtype.is_temporal() else 7)
        return width, width
    texts = column.drop_nulls()
    word = max((len(word) + 2 for text in texts.unique() for word in text.split()), default=0)
    usual = texts.str.len_chars().quantile(0.9, "nearest") or 0
    return max(min(word, _LONGEST_WORD), name), max(usual + 2, name)


def row_height(row: Sequence[Any], widths: Sequence[float]) -> float:
    """Height of a row in points: not every program finds it by itself for text that wraps."""
    lines = max(_lines(value, width) for value, width in zip(row, widths, strict=True))
    return min(_HIGHEST, _LINE_HEIGHT * lines)


def _lines(value: Any, width: float) -> int:
    if not isinstance(value, str):
        return 1
    room = int(width * _LETTERS_PER_CHARACTER)
    return sum(1 if len(line) <= room else len(textwrap.wrap(line, room)) for line in value.split("\n"))
