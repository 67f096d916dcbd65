"""Figures that a person typed over from CBS's pages, held against the cells of a service or of a release.

A figure names its cell in the words of the page: titles of region, period, codes and topic. What does not belong here:
where the cells come from (``FigureSource``).
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final, Literal, Protocol

from pipelines.common.files import read_csv
from pipelines.common.sentences import ToldError
from pipelines.observations.contact.typed_places import PlaceError, TypedPlace, find_place
from pipelines.observations.plan import Metadata
from pipelines.statline.errors import StatlineError, TableNotFoundError
from pipelines.statline.transport import Row

Verdict = Literal["equal", "different", "not found", "not asked"]

_REQUIRED: Final = ("tabel", "periode", "regio", "dimensies", "onderwerp", "eenheid", "waarde")
# What CBS prints behind a period whose figures may still change.
_PROVISIONAL: Final = "*"


class FiguresFileError(Exception):
    """The file with typed figures cannot be used; the message says where and what to write."""


class FigureSource(Protocol):
    """Where cells are looked up: a service, or what a release was made of."""

    def metadata(self, table: str) -> Metadata:
        """Rows of the metadata of ``table`` by entity; raises ``TableNotFoundError`` where it is not there."""

    def rows(self, table: str, codes: Mapping[str, str]) -> Sequence[Row]:
        """The rows of ``table`` that have these codes, as the code lists have them."""


@dataclass(frozen=True)
class TypedFigure:
    """A line of the file: ``line`` is its number, ``text`` the figure as it was typed, ``sign`` that of its period."""

    line: int
    table: str
    place: TypedPlace
    sign: str
    text: str


@dataclass(frozen=True)
class ComparedFigure:
    """What became of a figure: ``found`` is the text of the cell, ``note`` a sentence about it, if there is one."""

    figure: TypedFigure
    verdict: Verdict
    found: str | None = None
    note: str = ""


def read_figures(path: Path) -> list[TypedFigure]:
    """The figures in the CSV file ``path``.

    Raises:
        FiguresFileError: it is no such file, or a line lacks its table, topic or figure.
    """
    try:
        rows = list(read_csv(path))
    except (UnicodeDecodeError, csv.Error) as error:
        raise FiguresFileError(f"{path} can't be read as CSV in UTF-8: {error}.") from error
    if not rows:
        raise FiguresFileError(
            f"{path} holds no figures: expected a line with {', '.join(_REQUIRED)}, and lines below."
        )
    if absent := [name for name in _REQUIRED if name not in rows[0]]:
        found = ", ".join(str(name) for name in rows[0])
        raise FiguresFileError(
            f"{path}: expected the columns {', '.join(_REQUIRED)}, found {found}; {', '.join(absent)} "
            f"{'is' if len(absent) == 1 else 'are'} not there."
        )
    return [_figure(path, line, row) for line, row in enumerate(rows, start=2)]


def _figure(path: Path, line: int, row: Mapping[str, str]) -> TypedFigure:
    for name in ("tabel", "regio", "onderwerp", "waarde"):
        if not (row[name] or "").strip():
            raise FiguresFileError(f"{path}, figure {line - 1}: expected {name} to be filled, found nothing.")
    texts = {name: (text or "").strip() for name, text in row.items() if isinstance(text, str)}
    place = TypedPlace(
        period=texts.get("periode", ""),
        region=texts["regio"],
        dimensions=texts.get("dimensies", ""),
        topic=texts["onderwerp"],
        unit=texts.get("eenheid", ""),
    )
    return TypedFigure(line, texts["tabel"], place, texts.get("status_teken", ""), texts["waarde"])


def compare_figures(figures: Sequence[TypedFigure], source: FigureSource) -> list[ComparedFigure]:
    """What became of each figure, in their order; a table that cannot be read costs its own figures only."""
    found: dict[int, ComparedFigure] = {}
    for table in dict.fromkeys(figure.table for figure in figures):
        own = [figure for figure in figures if figure.table == table]
        found |= {compared.figure.line: compared for compared in _of_table(table, own, source)}
    return [found[figure.line] for figure in figures]


def _of_table(table: str, figures: Sequence[TypedFigure], source: FigureSource) -> Iterator[ComparedFigure]:
    try:
        metadata = source.metadata(table)
    except (StatlineError, ToldError) as error:
        verdict: Verdict = "not found" if isinstance(error, TableNotFoundError) else "not asked"
        yield from (ComparedFigure(figure, verdict, note=f"{error}.") for figure in figures)
        return
    for figure in figures:
        try:
            yield _compared(figure, metadata, source)
        except PlaceError as error:
            yield ComparedFigure(figure, "not found", note=str(error))
        except ToldError as error:
            yield ComparedFigure(figure, "not asked", note=f"{error}.")


def _compared(figure: TypedFigure, metadata: Metadata, source: FigureSource) -> ComparedFigure:
    place = find_place(figure.table, figure.place, metadata)
    rows = source.rows(figure.table, place.codes)
    if len(rows) != 1:
        shown = ", ".join(f"{key} {code.strip()}" for key, code in place.codes.items())
        raise PlaceError(f"Table {figure.table}: expected one row with {shown}, found {len(rows)}.")
    text = str(rows[0].get(place.topic.key) or "").strip()
    if _is_same(text, figure.text):
        return ComparedFigure(figure, "equal", text, place.note)
    notes = [place.note]
    if figure.sign.startswith(_PROVISIONAL):
        notes.append(
            f"It was typed as {figure.sign}, provisional; CBS now says {place.status or 'nothing'} of its period."
        )
    return ComparedFigure(figure, "different", text, " ".join(filter(None, notes)))


def _is_same(found: str, typed: str) -> bool:
    if found == typed:
        return True
    try:
        return Decimal(found) == Decimal(typed)
    except InvalidOperation:
        return False
