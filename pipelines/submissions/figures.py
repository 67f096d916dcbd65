"""The figures and notes of one file, after the rules that no single cell shows.

Of persons nothing is taken that gives fewer than ten away: not as a number, not as a percentage of a number in the same
row, and not as what is left of a whole after its parts. What does not belong here: rounding (``dbt_project``), and what
another file says (``intake``).
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from pipelines.sources.seeds import indicator_ids, municipal_lists, public_indicator_ids
from pipelines.submissions.description import CODE, INDICATOR, SUBJECT, TEXT, YEAR, SubmissionYml
from pipelines.submissions.objections import Objection
from pipelines.submissions.table import ReadRow, ReadTable, expected_of, number_of

# Of fewer persons nothing is published.
FEWEST_PERSONS: Final = 10
_MERGE: Final = "leave that row out, or merge it with a wider group"


@dataclass(frozen=True)
class StatedFigure:
    """One cell that holds something: its column, municipality and year, a number or a text, and its line."""

    column: str
    code: str
    year: int
    value: float | None
    text: str | None
    line: int


@dataclass(frozen=True)
class StatedNote:
    """A note of a municipality about a year; ``indicator`` is empty where it is about none."""

    code: str
    year: int
    subject: str
    indicator: str | None
    text: str
    line: int


@dataclass(frozen=True)
class KnownPlaces:
    """What files are held against: the municipalities of every year, and the ids of the indicators, all and public."""

    lists: Mapping[int, Mapping[str, str]]
    indicators: Collection[str]
    public_indicators: Collection[str]


def known_places() -> KnownPlaces:
    """What the seeds of the dbt project say of them."""
    return KnownPlaces(municipal_lists(), indicator_ids(), public_indicator_ids())


@dataclass
class FileContent:
    """What a CSV file holds, and what is wrong with it: with any objection nothing of it may be used."""

    figures: list[StatedFigure] = field(default_factory=list)
    notes: list[StatedNote] = field(default_factory=list)
    objections: list[Objection] = field(default_factory=list)


def read_content(content: bytes, yml: SubmissionYml, known: KnownPlaces) -> FileContent:
    """The figures or notes in the bytes of a CSV file, as its ``yml`` describes it."""
    table = ReadTable(content, yml)
    found = FileContent(objections=list(table.objections))
    for row in table.rows:
        if not row.wrong & {CODE, YEAR}:
            found.objections += _of_place(row, known)
        if row.wrong:
            continue
        if yml.soort == "cijfers":
            found.objections += _of_persons(row, yml)
            found.figures += _figures(row, yml)
        else:
            found.objections += _of_indicator(row, yml, known)
            found.notes.append(_note(row))
    if yml.soort == "cijfers" and not found.figures and not found.objections:
        told = "fill it in, or move it away"
        found.objections.append(Objection(1, "the file", "a figure or more", "rows without any", told))
    return found


def _of_place(row: ReadRow, known: KnownPlaces) -> Iterator[Objection]:
    code, year = row.cells[CODE], int(row.cells[YEAR])
    first, last = min(known.lists, default=0), max(known.lists, default=0)
    if year not in known.lists:
        yield Objection(
            row.line, YEAR, f"a year from {first} to {last}", f"'{year}'", "correct it, or leave that row out"
        )
    elif code not in known.lists[year]:
        years = [each for each, municipalities in known.lists.items() if code in municipalities]
        found = (
            f"'{code}', which was one from {min(years)} to {max(years)}" if years else f"'{code}', which never was one"
        )
        yield Objection(row.line, CODE, f"a municipality of {year}", found, "give the code that it had in that year")


def _of_indicator(row: ReadRow, yml: SubmissionYml, known: KnownPlaces) -> Iterator[Objection]:
    indicator = row.cells[INDICATOR]
    if indicator and indicator not in known.public_indicators:
        yield Objection(row.line, INDICATOR, expected_of(INDICATOR, yml), f"'{indicator}'", "correct that cell")


def _of_persons(row: ReadRow, yml: SubmissionYml) -> Iterator[Objection]:
    """What a row would give away of fewer than ten persons; the number itself is never told."""
    persons = {
        name: number_of(row.cells[name], yml)
        for name, column in yml.kolommen.items()
        if column.soort == "personen" and row.cells[name]
    }
    for name, number in persons.items():
        if number < FEWEST_PERSONS:
            yield Objection(row.line, name, f"{FEWEST_PERSONS} persons or more", "fewer", _MERGE)
    for name, column in yml.kolommen.items():
        if column.soort in ("percentage", "score") and column.van in yml.kolommen and row.cells[name]:
            share = number_of(row.cells[name], yml) if column.soort == "percentage" else None
            yield from _of_share(row, name, share, str(column.van), persons)
    for whole, number in persons.items():
        parts = [persons[name] for name, column in yml.kolommen.items() if column.van == whole and name in persons]
        yield from _of_parts(row, whole, number, parts)


def _of_share(
    row: ReadRow, name: str, share: Decimal | None, whole: str, persons: Mapping[str, Decimal]
) -> Iterator[Objection]:
    """What a percentage gives away; of a score (None) no more than that its persons must be known."""
    if whole not in persons:
        yield Objection(row.line, whole, f"the persons that {name} is of", "an empty cell", "fill it in")
        return
    if share is None:
        return
    count = share * persons[whole] / 100
    if _is_few(count) or _is_few(persons[whole] - count):
        expected = f"{FEWEST_PERSONS} persons or more behind the percentage and behind the rest of {whole}"
        yield Objection(row.line, name, expected, "fewer", _MERGE)


def _of_parts(row: ReadRow, whole: str, number: Decimal, parts: list[Decimal]) -> Iterator[Objection]:
    if any(part > number for part in parts):
        yield Objection(row.line, whole, "no part larger than the whole", "one that is", "correct these cells")
    for left in {number - sum(parts), *(number - part for part in parts)} if parts else ():
        if 0 < left < FEWEST_PERSONS:
            expected = f"{FEWEST_PERSONS} persons or more, or none, beside its parts"
            yield Objection(row.line, whole, expected, "fewer", _MERGE)


def _is_few(count: Decimal) -> bool:
    """Whether a count behind a percentage is of some persons, but too few; none is no person."""
    return count > 0 and count.quantize(Decimal(1), ROUND_HALF_UP) < FEWEST_PERSONS


def _figures(row: ReadRow, yml: SubmissionYml) -> Iterator[StatedFigure]:
    code, year = row.cells[CODE], int(row.cells[YEAR])
    for name, column in yml.kolommen.items():
        text = row.cells[name]
        if not text:
            continue
        if column.soort == "tekst":
            yield StatedFigure(name, code, year, None, text, row.line)
        else:
            yield StatedFigure(name, code, year, float(number_of(text, yml)), None, row.line)


def _note(row: ReadRow) -> StatedNote:
    cells = row.cells
    return StatedNote(cells[CODE], int(cells[YEAR]), cells[SUBJECT], cells[INDICATOR] or None, cells[TEXT], row.line)
