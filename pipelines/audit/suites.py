"""The suites: one yml (or a few) per audited table, or one for tables of one form, checked before anything runs.

A suite that is wrong stops the audit with the file and the line; a check skipped for a typing error would look
like one that passed. What does not belong here: reading yml with its lines (``common.located_yaml``), and judging.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints, field_validator

from pipelines.build.checks import Severity
from pipelines.common.located_yaml import Mistake, YamlError, load_model

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
ExpectationType = Annotated[str, StringConstraints(pattern=r"^expect_[a-z0-9_]+$")]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]

# What does not belong in ``met``, and where it does.
REFUSED_ARGUMENTS = {
    "severity": "write it as 'ernst'",
    "result_format": "the audit sets it, so that examples are shown",
    "catch_exceptions": "the audit sets it, so that one check cannot stop another",
    "row_condition": "write a 'gegevens' query with a where clause",
}
COLUMN_ARGUMENTS = frozenset({"column", "column_A", "column_B"})
PREVIOUS_TABLE = re.compile(r'\b(?:vorige|eerder)\s*\.\s*(?:"?main"?\s*\.\s*)?"?(\w+)"?', re.IGNORECASE)
PLACE = re.compile(r"\{([a-z][a-z0-9_]*)\}")
SQL_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)


class SuiteError(Exception):
    """Suites that cannot be used; every problem is a line of the message, with its file and line."""


class Expectation(BaseModel):
    """One check: a Great Expectations type with its arguments, the threshold and the reason for it."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    naam: Name
    type: ExpectationType
    met: dict[str, Any] = {}
    drempel: Text
    ernst: Severity
    reden: Text
    kolom: Text | None = None
    gegevens: Text | None = None
    alleen_met_vorige: bool = False
    leeg_toegestaan: bool = False
    aanvaardbaar: bool = False
    nieuw_waarschuwt: bool = False

    @field_validator("met")
    @classmethod
    def _columns_are_names(cls, arguments: dict[str, Any]) -> dict[str, Any]:
        for name in COLUMN_ARGUMENTS & arguments.keys():
            if not isinstance(arguments[name], str):
                raise ValueError(f"{name} is the name of one column")  # noqa: TRY004 - pydantic asks for ValueError
        listed = arguments.get("column_list", [])
        if not isinstance(listed, list) or not all(isinstance(column, str) for column in listed):
            raise ValueError("column_list is a list of names of columns")
        return arguments

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the arguments name, in the order given."""
        single = [self.met[name] for name in sorted(COLUMN_ARGUMENTS & self.met.keys())]
        return (*single, *self.met.get("column_list", ()))

    @property
    def subject(self) -> str | None:
        """What ``kwaliteit.kolom`` shows: ``kolom`` of the yml, else the columns of the arguments."""
        return self.kolom or ", ".join(self.columns) or None

    @property
    def counts_violations(self) -> bool:
        """Whether the query itself returns the violations, of which none or at most a few are allowed: its examples."""
        none = self.type == "expect_table_row_count_to_equal" and self.met.get("value") == 0
        return none or (self.type == "expect_table_row_count_to_be_between" and self.met.keys() == {"max_value"})

    @property
    def judges_columns(self) -> bool:
        """Whether it looks at which columns there are, for which no row is needed."""
        return self.type.startswith("expect_table_column") or self.type == "expect_column_to_exist"

    @property
    def judges_rows(self) -> bool:
        """Whether it looks into rows, so that it would hold for no rows at all."""
        return not self.type.startswith("expect_table_") and not self.judges_columns

    @property
    def needs_every_column(self) -> bool:
        """Whether leaving columns out of the data would change the outcome or hide the examples."""
        return self.judges_columns or self.counts_violations


class _Checks(BaseModel):
    """What a file says of its table: ``gegevens`` is what is judged, ``sleutel`` what identifies a row in examples."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    omschrijving: Text
    sleutel: list[Name] = []
    gegevens: Text | None = None
    verwachtingen: list[Expectation]


class Suite(_Checks):
    """All checks of one file on one table."""

    tabel: Name

    def check(self, expectation: Expectation) -> str:
        """The name of ``expectation`` in `kwaliteit`."""
        return f"{self.tabel}.{expectation.naam}"

    def query(self, expectation: Expectation) -> str:
        """The DuckDB query whose rows ``expectation`` judges, without a closing semicolon."""
        everything = f"select * from {self.tabel}"  # noqa: S608 - a table name can hold no SQL, see Name
        query = (expectation.gegevens or self.gegevens or everything).strip().rstrip(";").rstrip()
        return f"from (\n{query}\n) limit 0" if expectation.judges_columns else query

    def previous_tables(self, expectation: Expectation) -> list[str]:
        """The tables of the previous release that the query of ``expectation`` reads."""
        code = SQL_COMMENT.sub(" ", self.query(expectation))
        return sorted({name.lower() for name in PREVIOUS_TABLE.findall(code)})


class SuiteFile(_Checks):
    """One yml: the suite of ``tabel``, or of each of ``tabellen``, which are of one form.

    What differs between tables of one form are the words that ``tabellen`` gives for each: ``{word}`` in a text or a
    query stands for it, ``{tabel}`` for the name of the table.
    """

    tabel: Name | None = None
    tabellen: dict[Name, dict[Name, Text]] = {}

    def suites(self) -> list[Suite]:
        """One suite per table, complete."""
        checks = self.model_dump(exclude={"tabel", "tabellen"})
        if self.tabel:
            return [Suite(tabel=self.tabel, **checks)]
        return [
            Suite(tabel=table, **_filled(checks, {**words, "tabel": table})) for table, words in self.tabellen.items()
        ]

    @property
    def places(self) -> set[str]:
        """The words that the texts and queries leave open."""
        return set(PLACE.findall(self.model_dump_json(exclude={"tabel", "tabellen"})))


def _filled(value: Any, words: Mapping[str, str]) -> Any:
    """``value`` with each ``{word}`` of ``words`` replaced, however deep in lists and mappings it stands."""
    if isinstance(value, str):
        return PLACE.sub(lambda place: words.get(place[1], place[0]), value)
    if isinstance(value, list):
        return [_filled(each, words) for each in value]
    if isinstance(value, dict):
        return {key: _filled(each, words) for key, each in value.items()}
    return value


def load_suites(folder: Path) -> list[Suite]:
    """Every ``*.yml`` in ``folder``, in order of name.

    Raises `SuiteError` when there is none or when any of them is wrong; the message lists all problems at once.
    """
    paths = sorted(folder.glob("*.yml"))
    # A suite under another ending would be ignored, and its checks would silently not run.
    problems = [*_passed_over(folder, paths)]
    if not paths:
        problems.append(f"{folder}: no suites found (*.yml); without expectations nothing can be audited.")
    suites: list[Suite] = []
    for path in paths:
        try:
            suites += load_file(path)
        except SuiteError as error:
            problems.append(str(error))
    problems += _names_of_two_files(folder, suites)
    if problems:
        raise SuiteError("\n".join(problems))
    return suites


def _passed_over(folder: Path, paths: Sequence[Path]) -> Iterator[str]:
    """What looks like a suite and is none of ``paths``."""
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in (".yml", ".yaml") and path not in paths:
            away = "" if path.parent == folder else f" and lies in {folder} itself"
            yield f"{path}: a suite ends in .yml{away}; rename it."


def load_file(path: Path) -> list[Suite]:
    """The suites in ``path``; `SuiteError` with file and line of everything that is wrong with it."""
    try:
        return load_model(path, SuiteFile, rules=lambda file: _contradictions(file, path)).suites()
    except YamlError as error:
        raise SuiteError(str(error)) from error


def _names_of_two_files(folder: Path, suites: list[Suite]) -> Iterator[str]:
    """A table may have several files, but a check has one name: two results under it would hide each other."""
    counted = Counter(f"{suite.tabel}.{name}" for suite in suites for name in {e.naam for e in suite.verwachtingen})
    for check, files in counted.items():
        if files > 1:
            table = check.partition(".")[0]
            yield f"{folder}: check '{check}' stands in {files} files ({table}*.yml); give each its own name."


def _contradictions(file: SuiteFile, path: Path) -> Iterator[Mistake]:
    """What the schema alone cannot see: names that clash and expectations that could never judge anything."""
    if bool(file.tabel) == bool(file.tabellen):
        yield ("tabellen",), "give 'tabel', or 'tabellen' for several tables of one form; one of the two"
        return
    yield from _names(file, path)
    if file.tabellen:
        yield from _words(file)
    if not file.verwachtingen:
        yield ("verwachtingen",), "holds no expectation; write at least one"
    # One of them says it for all: they differ in words only.
    yield from _expectations(file.suites()[0])


def _names(file: SuiteFile, path: Path) -> Iterator[Mistake]:
    """Whoever looks for the checks on a table finds them by the name of the file."""
    begin = path.stem.partition("__")[0]
    if file.tabel and file.tabel != begin:
        file_names = f"{file.tabel}.yml, or {file.tabel}__<subject>.yml for one of several files on that table"
        yield ("tabel",), f"the file is called {path.name} but the table is '{file.tabel}'; call it {file_names}"
    for table in file.tabellen:
        if table != begin and not table.startswith(f"{begin}_"):
            yield (
                ("tabellen", table),
                f"the file is called {path.name} but a table is '{table}'; call it as the names of its tables begin",
            )


def _words(file: SuiteFile) -> Iterator[Mistake]:
    """A word that stays open would be read as SQL or published as it stands."""
    for table, words in file.tabellen.items():
        if open_ones := sorted(file.places - words.keys() - {"tabel"}):
            yield ("tabellen", table), f"says nothing for {{{'}, {'.join(open_ones)}}}, which the texts leave open"
        for word in sorted(words.keys() - file.places):
            yield ("tabellen", table, word), f"no text or query has {{{word}}}; leave it out"


def _expectations(suite: Suite) -> Iterator[Mistake]:
    names: set[str] = set()
    for index, expectation in enumerate(suite.verwachtingen):
        here = ("verwachtingen", index)
        if expectation.naam in names:
            yield (
                (*here, "naam"),
                f"'{expectation.naam}' names two expectations; a name is unique in its file",
            )
        names.add(expectation.naam)
        for argument in sorted(REFUSED_ARGUMENTS.keys() & expectation.met.keys()):
            yield (*here, "met", argument), f"leave it out: {REFUSED_ARGUMENTS[argument]}"
        if expectation.aanvaardbaar and not (expectation.counts_violations and expectation.ernst == "kritiek"):
            yield (
                (*here, "aanvaardbaar"),
                "only a critical expectation whose query returns the violations can be accepted, since just those are",
            )
        if expectation.nieuw_waarschuwt and not (expectation.counts_violations and expectation.ernst == "kritiek"):
            yield (
                (*here, "nieuw_waarschuwt"),
                "only of a critical expectation whose query returns the violations it can be seen that all are new",
            )
        if bool(suite.previous_tables(expectation)) != expectation.alleen_met_vorige:
            yield here, "a query that reads 'vorige' needs 'alleen_met_vorige: true', and only such a query"
