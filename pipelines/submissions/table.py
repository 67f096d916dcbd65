"""The rows of a CSV file, read as its yml says, and what frictionless finds wrong with their form.

What does not belong here: what no single cell shows (``figures``): whether a code is on the list of its year, and
whether a number of persons may be published.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from pipelines.submissions.description import CODE, INDICATOR, SUBJECT, TEXT, YEAR, SubmissionYml, SubmittedColumn
from pipelines.submissions.objections import Objection

if TYPE_CHECKING:
    from frictionless import Error

LONGEST_TEXT, LONGEST_NOTE = 100, 600
_HEADER_LINE: Final = 1
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")
_CELL: Final = "correct that cell"
_SHOWN: Final = 60
# As many objections as frictionless gives of one file.
_MOST: Final = 100_000


@dataclass(frozen=True)
class ReadRow:
    """One row: the ``line`` of the file on which it begins, and by column the text of each cell."""

    line: int
    cells: Mapping[str, str]
    wrong: frozenset[str]
    """The columns of which the cell cannot be read."""


class ReadTable:
    """The rows of ``content`` by the header of ``yml``; ``objections`` are about their form.

    Rows without any text are left out, as Excel leaves them behind; so are those with too many or too few cells.
    """

    def __init__(self, content: bytes, yml: SubmissionYml) -> None:
        self._yml = yml
        self.rows: list[ReadRow] = []
        self.objections: list[Objection] = []
        text = self._text(content)
        records = [] if text is None else self._records(text)
        if records and not self.objections:
            self._check(records)

    def _text(self, content: bytes) -> str | None:
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            before = content[: error.start]
            line, place = before.count(b"\n") + 1, error.start - (before.rfind(b"\n") + 1) + 1
            found = f"byte {content[error.start]:#04x} at place {place} of the line"
            self._object(line, "the file", "text in UTF-8", found, "save it as `CSV UTF-8`")
            return None

    def _records(self, text: str) -> list[tuple[int, list[str]]]:
        """Each record with the line on which it begins; a record may go on over a line end within quotes."""
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=self._yml.csv.scheidingsteken, strict=True)
        found, line = [], 1
        try:
            for record in reader:
                found.append((line, [cell.strip() for cell in record]))
                line = reader.line_num + 1
        except csv.Error as error:
            self._object(line, "the row", "text between two quotation marks", str(error), "close or double the quotes")
        if len([record for _, record in found if any(record)]) < 2 and not self.objections:
            found_words = "a header alone" if found else "nothing"
            self._object(
                _HEADER_LINE, "the file", "a header and a row or more", found_words, "fill it in, or move it away"
            )
        return found

    def _check(self, records: Sequence[tuple[int, list[str]]]) -> None:
        # It takes a fifth of a second to import, which only who gives files waits for.
        from frictionless import Schema
        from frictionless.resources import TableResource

        filled = [records[0], *(each for each in records[1:] if any(each[1]))]
        schema = Schema.from_descriptor(_schema(self._yml))
        report = TableResource(data=[cells for _, cells in filled], schema=schema).validate(limit_errors=_MOST)
        lines = [line for line, _ in filled]
        for error in report.tasks[0].errors if report.tasks else report.errors:
            self._translate(error, lines, [cells for _, cells in filled])
        if any(each.line == _HEADER_LINE for each in self.objections):
            # Under another header every cell would be in the wrong column.
            self.objections = [each for each in self.objections if each.line == _HEADER_LINE]
            return
        self._read(filled[1:])

    def _translate(self, error: "Error", lines: Sequence[int], rows: Sequence[Sequence[str]]) -> None:
        """One finding of frictionless in our words."""
        kind, header = error.type, self._yml.header
        column, cell = getattr(error, "field_name", None), getattr(error, "cell", "") or ""
        number = getattr(error, "row_number", None)
        line = lines[number - 1] if number else _HEADER_LINE
        if kind.endswith(("-label", "header")):
            place, label = getattr(error, "field_number", 0), getattr(error, "label", "")
            name = header[place - 1] if 0 < place <= len(header) else f"column {place}"
            expected = f"the columns {self._yml.csv.scheidingsteken.join(header)}"
            found = f"'{label}'" if label else "none"
            self._object(_HEADER_LINE, name, expected, f"{found} in place {place}", "correct the header, or the yml")
        elif kind == "missing-cell":
            self._object(
                line,
                str(column),
                f"{len(header)} cells",
                f"{len(rows[(number or 1) - 1])}",
                "add what lacks, also of an empty cell",
            )
        elif kind == "extra-cell":
            found = f"{len(rows[(number or 1) - 1])}"
            remedy = f"remove what is too much, and put text with a {self._yml.csv.scheidingsteken} between quotes"
            self._object(line, "the row", f"{len(header)} cells", found, remedy)
        elif kind == "primary-key":
            self._repeated(line, lines, rows, rows[(number or 1) - 1])
        elif column:
            self._object(line, str(column), expected_of(str(column), self._yml), self._shown(str(column), cell), _CELL)
        else:
            self._object(line, "the row", "a row of the form in the yml", error.note or kind, "correct it")

    def _repeated(self, line: int, lines: Sequence[int], rows: Sequence[Sequence[str]], row: Sequence[str]) -> None:
        key = [self._yml.header.index(name) for name in _key(self._yml)]
        wanted = [row[place] for place in key if place < len(row)]
        first = next(
            (at for at, other in zip(lines, rows, strict=True) if [other[p] for p in key if p < len(other)] == wanted),
            line,
        )
        if first != line:
            said = " ".join(wanted)
            self._object(line, CODE, "each row once", f"{said} also on line {first}", "keep one of the two")

    def _shown(self, name: str, cell: str) -> str:
        """A cell as a message tells it; a number of persons may be too small for that."""
        column = self._yml.kolommen.get(name)
        if column is not None and column.soort == "personen":
            return "something else"
        plain = _CONTROL.sub(" ", cell)
        return (f"'{plain}'" if len(plain) <= _SHOWN else f"'{plain[:_SHOWN]}...'") if plain else "an empty cell"

    def _read(self, records: Sequence[tuple[int, list[str]]]) -> None:
        """Keep the rows, after a look at what frictionless takes and we do not."""
        for line, cells in records:
            if len(cells) != len(self._yml.header):
                continue
            for name, text in zip(self._yml.header, cells, strict=True):
                self._require_plain(line, name, text)
        wrong: dict[int, set[str]] = {}
        for each in self.objections:
            wrong.setdefault(each.line, set()).add(each.column)
        for line, cells in records:
            if len(cells) == len(self._yml.header):
                found = dict(zip(self._yml.header, cells, strict=True))
                self.rows.append(ReadRow(line, found, frozenset(wrong.get(line, ()))))

    def _require_plain(self, line: int, name: str, text: str) -> None:
        column = self._yml.kolommen.get(name)
        if _CONTROL.search(text):
            self._object(line, name, "text on one line", "a line end or another control character", "remove it")
        elif text and column is not None and column.soort != "tekst":
            self._require_number(line, name, text, column)

    def _require_number(self, line: int, name: str, text: str, column: SubmittedColumn) -> None:
        sign = self._yml.csv.decimaalteken
        # To Python NaN, 1e3 and 1_000 are numbers too.
        if not re.fullmatch(rf"-?[0-9]{{1,15}}(\{sign}[0-9]+)?", text, re.ASCII):
            self._object(line, name, expected_of(name, self._yml), self._shown(name, text), _CELL)
            return
        decimals = len(text.partition(sign)[2])
        if decimals > column.decimalen:
            remedy = "round it, or say so under decimalen in the yml"
            self._object(line, name, f"at most {column.decimalen} decimals", str(decimals), remedy)

    def _object(self, line: int, column: str, expected: str, found: str, remedy: str) -> None:
        self.objections.append(Objection(line, column, expected, found, remedy))


def number_of(text: str, yml: SubmissionYml) -> Decimal:
    """The number that a cell holds."""
    return Decimal(text.replace(yml.csv.decimaalteken, "."))


def expected_of(name: str, yml: SubmissionYml) -> str:
    """What a cell of a column should hold, in words."""
    column = yml.kolommen.get(name)
    comma = (
        f"with a {'comma' if yml.csv.decimaalteken == ',' else 'point'} before decimals and nothing between thousands"
    )
    kinds = {
        CODE: "the code of a municipality, such as GM0363",
        YEAR: "a year, such as 2024",
        SUBJECT: f"a subject of at most {LONGEST_TEXT} characters",
        INDICATOR: "an empty cell or the id of a public indicator (dim_indicator)",
        TEXT: f"a note of at most {LONGEST_NOTE} characters",
        "personen": "a whole number of persons",
        "aantal": "a whole number of 0 or more",
        "percentage": f"a percentage from 0 to 100 {comma}",
        "bedrag": f"a number {comma}",
        "score": f"a number of 0 or more {comma}",
        "tekst": f"text of at most {LONGEST_TEXT} characters",
    }
    return kinds[name if column is None else column.soort]


def _key(yml: SubmissionYml) -> list[str]:
    return [CODE, YEAR] if yml.soort == "cijfers" else [CODE, YEAR, SUBJECT]


def _schema(yml: SubmissionYml) -> dict[str, Any]:
    """The table schema of frictionless that a yml stands for."""
    return {"fields": list(_fields(yml)), "primaryKey": _key(yml)}


def _fields(yml: SubmissionYml) -> Iterator[dict[str, Any]]:
    yield {"name": CODE, "type": "string", "constraints": {"required": True, "pattern": "GM[0-9]{4}"}}
    yield {"name": YEAR, "type": "integer", "constraints": {"required": True, "minimum": 1900, "maximum": 2200}}
    if yml.soort == "toelichting":
        yield {"name": SUBJECT, "type": "string", "constraints": {"required": True, "maxLength": LONGEST_TEXT}}
        yield {"name": INDICATOR, "type": "string", "constraints": {"pattern": "[a-z0-9_]*"}}
        yield {"name": TEXT, "type": "string", "constraints": {"required": True, "maxLength": LONGEST_NOTE}}
        return
    for name, column in yml.kolommen.items():
        yield {"name": name} | _type(column, yml.csv.decimaalteken)


def _type(column: SubmittedColumn, decimal_sign: str) -> dict[str, Any]:
    if column.soort == "tekst":
        return {"type": "string", "constraints": {"maxLength": LONGEST_TEXT}}
    if column.soort in ("personen", "aantal"):
        return {"type": "integer", "constraints": {"minimum": 0}}
    limits: dict[str, Any] = {} if column.soort == "bedrag" else {"minimum": 0}
    if column.soort == "percentage":
        limits["maximum"] = 100
    return {"type": "number", "decimalChar": decimal_sign, "constraints": limits}
