"""Two files per table: Parquet, for tools that read folders of files, and CSV, for Excel.

The Parquet has the rows and types of the database. A Dutch Excel opens the CSV right by a double click: UTF-8 with a
byte order mark, semicolons, decimal commas without thousands separators or exponents, CRLF, ISO dates; an empty field
is NULL. Every value in it is that of the database but for three things, each because of what Excel does:

* booleans are ``ja`` and ``nee``: text in any Excel, where ``WAAR`` is a boolean in a Dutch one and text in another, so
  that a formula or filter made on one computer would find nothing on the next;
* moments are written to the second, with a space: Excel takes no ``T`` and no fraction;
* text that Excel would run as a formula, or turn into a date or another number, starts with an apostrophe (below).
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import polars as pl

from pipelines.publish.publication import ExportError
from pipelines.releases.reader import ReleaseReader

CSV: Final = "csv"
PARQUET: Final = "parquet"
TRUE, FALSE = "ja", "nee"
MOMENT: Final = "%Y-%m-%d %H:%M:%S"
GUARD: Final = "'"
# Small enough that a filter on the sorted columns of a Parquet file skips most of it.
_ROWS_PER_GROUP: Final = 20_000
_MONTH = (
    "(?:jan(?:uari)?|feb(?:ruari)?|mrt|maart|apr(?:il)?|mei|juni?|juli?|aug(?:ustus)?|sep(?:tember)?|okt(?:ober)?"
    "|nov(?:ember)?|dec(?:ember)?)"
)
# A taakveld is text, and "6.60" and "6.6" differ; Excel makes June 1960 and 6 June of them, and 1 January of this year
# of "1 januari". No quoting stops it: an apostrophe in front does, and shows what it is in every other program.
TAKEN_FOR_SOMETHING_ELSE = "|".join(
    (
        r"^[=+@\-\t\r]",  # a formula, or a number with a sign
        r"^\s*\d{1,2}(?:[.:/-]\d{1,4}){1,3}\s*$",  # a day, a time or a fraction
        r"^\s*\d{3,4}(?:[./-]\d{1,2}){1,2}\s*$",  # a date that begins with its year
        r"^\s*\d{1,3}(?:\.\d{3})+\s*$",  # thousands with their separator
        r"^\s*0\d+\s*$",  # a code that would lose its first zeros
        r"^\s*\d+(?:,\d+)?\s*(?:[eE]\d+|%)\s*$",  # a power of ten, a hundredth
        r"^\s*\d{16,}\s*$",  # more digits than Excel keeps
        rf"(?i)^\s*\d{{1,2}}[\s./-]*{_MONTH}(?:[\s./-]*\d{{1,4}})?\s*$",  # a day and month, and perhaps a year
        rf"(?i)^\s*{_MONTH}[\s./-]*\d{{1,4}}\s*$",  # a month and year
    )
)
_KEPT = (pl.Date, pl.Int8, pl.Int16, pl.Int32, pl.Int64, pl.UInt8, pl.UInt16, pl.UInt32, pl.UInt64)


def write_tables(release: ReleaseReader, tables: Iterable[str], folder: Path) -> None:
    """Write ``csv/<table>.csv`` and ``parquet/<table>.parquet`` in ``folder`` for each of ``tables``.

    Raises:
        ExportError: a column has a type for which nothing was decided, or holds infinity or NaN.
    """
    for name in (CSV, PARQUET):
        (folder / name).mkdir(exist_ok=True)
    for table in tables:
        csv, parquet = files_of_table(table)
        rows = release.rows(table)
        rows.write_parquet(folder / parquet, compression="zstd", row_group_size=_ROWS_PER_GROUP, statistics=True)
        _write_csv(table, rows, folder / csv)


def files_of_table(table: str) -> tuple[str, str]:
    """The CSV and the Parquet of a table, relative to the folder of a release."""
    return f"{CSV}/{table}.csv", f"{PARQUET}/{table}.parquet"


def _write_csv(table: str, rows: pl.DataFrame, path: Path) -> None:
    rows.select(_as_text(table, column) for column in rows.iter_columns()).write_csv(
        path,
        include_bom=True,
        separator=";",
        line_terminator="\r\n",
        decimal_comma=True,
        float_scientific=False,
        datetime_format=MOMENT,
    )


def _as_text(table: str, column: pl.Series) -> pl.Series:
    """``column`` as the file holds it."""
    if column.dtype == pl.Boolean:
        return column.replace_strict([True, False], [TRUE, FALSE], return_dtype=pl.String, default=None)
    if column.dtype.is_float():
        return _finite(table, column)
    if column.dtype in (pl.String, pl.Enum, pl.Categorical):
        return _guarded(column.cast(pl.String))
    if column.dtype == pl.Datetime:
        return column.dt.truncate("1s")
    if column.dtype in _KEPT:
        return column
    raise ExportError(f"Column {column.name} of {table} is {column.dtype}, and nothing says how a CSV has that")


def _finite(table: str, column: pl.Series) -> pl.Series:
    if not column.is_finite().all():
        raise ExportError(
            f"Column {column.name} of {table} holds NaN or infinity, which no figure is and no CSV can say"
        )
    return column


def _guarded(column: pl.Series) -> pl.Series:
    taken = column.str.contains(TAKEN_FOR_SOMETHING_ELSE)
    return (GUARD + column).zip_with(taken.fill_null(value=False), column).alias(column.name) if taken.any() else column
