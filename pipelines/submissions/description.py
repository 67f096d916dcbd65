"""What the yml beside a file says: who gives it, in which notation, and what each of its columns is.

What does not belong here: the rows (``table``, ``figures``).
"""

import re
from collections.abc import Callable, Collection, Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from pipelines.common.located_yaml import Mistake, YamlError, load_model
from pipelines.submissions.objections import SubmissionError

CODE, YEAR = "gm_code", "jaar"
SUBJECT, INDICATOR, TEXT = "onderwerp", "indicator_id", "tekst"
# The columns of a file with notes.
NOTE_COLUMNS: Final = (CODE, YEAR, SUBJECT, INDICATOR, TEXT)
# Of a percentage that is not a share of persons.
NOT_OF_PERSONS: Final = "geen_personen"
_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
# A unit with one of these counts people, who are only published rounded, and in no small number.
_PERSON: Final = re.compile(
    r"\b(bewoner|cli[eë]nt|deelnemer|gebruiker|gezin|huishouden|inwoner|jeugdige|jongere|kind|leerling|mens|oudere"
    r"|personen|persoon|respondent)"
)
_REMEDY: Final = "correct it there; `monitor own-form` writes a yml with every key"

_Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")
]


class _OwnModel(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Notation(_OwnModel):
    """How the CSV is written: what stands between two cells, and before the decimals of a number."""

    scheidingsteken: Literal[";", ",", "\t"] = ";"
    decimaalteken: Literal[",", "."] = ","


class SubmittedColumn(_OwnModel):
    """One column of figures. ``van`` is the column of persons that it is a part of, a percentage of, or a score of."""

    naam: _Line
    eenheid: _Line
    soort: Literal["personen", "percentage", "bedrag", "aantal", "score", "tekst"]
    decimalen: int = Field(0, ge=0, le=3)
    van: str | None = None


class SubmissionYml(_OwnModel):
    """The yml beside a CSV file; ``kolommen`` by the name of the column, none in a file with notes."""

    titel: _Line
    omschrijving: _Line
    soort: Literal["cijfers", "toelichting"]
    eigenaar: _Line
    datum: date
    status: Literal["opgegeven", "onbevestigd"] = "opgegeven"
    csv: Notation = Notation()
    kolommen: dict[str, SubmittedColumn] = {}

    @property
    def header(self) -> tuple[str, ...]:
        """The columns that the CSV must have, in this order."""
        return (CODE, YEAR, *self.kolommen) if self.soort == "cijfers" else NOTE_COLUMNS


def read_description(path: Path, content: bytes, indicators: Collection[str], today: date) -> SubmissionYml:
    """What a yml says.

    Args:
        path: where it was read, for the messages.
        content: its bytes.
        indicators: ids of the monitor's own, after which no column may be named.
        today: no file is of a later day.

    Raises:
        SubmissionError: a sentence for each mistake.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise SubmissionError(
            [f"{path}:{line}: the file: expected text in UTF-8, found other bytes; save it as UTF-8."]
        ) from error
    try:
        return load_model(path, SubmissionYml, _rules(indicators, today), text=text)
    except YamlError as error:
        raise SubmissionError([f"{line.removesuffix('.')}; {_REMEDY}." for line in str(error).splitlines()]) from error


def _rules(indicators: Collection[str], today: date) -> Callable[[SubmissionYml], Iterator[Mistake]]:
    def rules(yml: SubmissionYml) -> Iterator[Mistake]:
        if yml.datum > today:
            yield ("datum",), f"expected a day up to today, {today}, found {yml.datum}"
        if yml.soort == "toelichting" and yml.kolommen:
            yield ("kolommen",), f"expected none, since notes have {', '.join(NOTE_COLUMNS)}, found {len(yml.kolommen)}"
        if yml.soort == "cijfers" and not yml.kolommen:
            yield ("kolommen",), "expected a column of figures or more, found none"
        if yml.csv.scheidingsteken == yml.csv.decimaalteken:
            yield ("csv",), "expected two different signs, found a comma both between cells and before decimals"
        for name, column in yml.kolommen.items():
            for key, text in _of_column(name, column, yml, indicators):
                yield ("kolommen", name, *key), text

    return rules


def _of_column(
    name: str, column: SubmittedColumn, yml: SubmissionYml, indicators: Collection[str]
) -> Iterator[tuple[tuple[str, ...], str]]:
    if not _NAME.fullmatch(name) or name in NOTE_COLUMNS:
        yield (), f"expected a name of small letters, digits and _ that is not {CODE} or {YEAR}, found '{name}'"
    if name in indicators:
        yield (), f"expected a name of your own, found '{name}', which is an indicator of CBS's figures"
    yield from _of_unit(column)
    whole = yml.kolommen.get(column.van or "")
    counts = whole is not None and whole.soort == "personen" and whole is not column
    if column.soort == "percentage" and not counts and column.van != NOT_OF_PERSONS:
        yield (
            ("van",),
            f"expected the column of persons that it is a percentage of, or {NOT_OF_PERSONS}, {_found(column)}",
        )
    if column.soort in ("personen", "score") and column.van is not None and not counts:
        yield ("van",), f"expected another column of persons of this file, {_found(column)}"
    if column.soort not in ("personen", "percentage", "score") and column.van is not None:
        yield ("van",), f"expected none of a column of soort {column.soort}, {_found(column)}"
    if column.soort in ("personen", "aantal") and column.decimalen:
        yield ("decimalen",), f"expected 0 of what is counted, found {column.decimalen}"


def _of_unit(column: SubmittedColumn) -> Iterator[tuple[tuple[str, ...], str]]:
    unit = column.eenheid.lower()
    if column.soort == "percentage" and not unit.startswith("%"):
        yield ("eenheid",), f"expected a unit that begins with % of a percentage, found '{column.eenheid}'"
    if column.soort == "bedrag" and "euro" not in unit:
        yield ("eenheid",), f"expected a unit with euro in it of an amount, found '{column.eenheid}'"
    # What is counted stands before `per`: euro per client counts no clients.
    counted = re.split(r"\bper\b", unit)[0]
    if column.soort in ("aantal", "score", "bedrag") and _PERSON.search(counted):
        why = f"since '{column.eenheid}' counts people and small numbers of them are not published"
        yield ("soort",), f"expected personen, {why}, found {column.soort}"


def _found(column: SubmittedColumn) -> str:
    return "found none" if column.van is None else f"found '{column.van}'"
