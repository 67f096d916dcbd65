"""The datasets: which CBS tables make up which dataset per year, and how their columns map to measures.

One yml per dataset in ``pipelines/sources``; adding a CBS table is adding or editing one yml and nothing else.
"""

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, model_validator

from pipelines.common.located_yaml import YamlError, load_model
from pipelines.sources.drift_rules import DEFAULTS, DriftKind, Level

SOURCES = Path(__file__).resolve().parent

_YEARS = re.compile(r"^\s*(\d{4})\s*(-?)\s*(\d{4})?\s*$")
_FIRST_YEAR, _LAST_YEAR = 1995, 2100
# Of the observations that are made by a yml: another number makes all of them anew.
_FORM = "4"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Years(_Strict):
    """A span of years, written ``2021``, ``2017-2021`` or ``2021-`` (and every later year)."""

    first: int = Field(ge=_FIRST_YEAR, le=_LAST_YEAR)
    last: int = Field(ge=_FIRST_YEAR, le=_LAST_YEAR)

    def __contains__(self, year: object) -> bool:
        return isinstance(year, int) and self.first <= year <= self.last

    def overlaps(self, other: "Years") -> bool:
        """Whether the two spans share a year."""
        return self.first <= other.last and other.first <= self.last

    @property
    def is_open(self) -> bool:
        """Whether the span has no end."""
        return self.last == _LAST_YEAR

    def as_set(self) -> set[int]:
        """The years of the span one by one; of an open one up to next year."""
        return set(range(self.first, (next_year() if self.is_open else self.last) + 1))

    def __str__(self) -> str:
        if self.is_open:
            return f"{self.first}-"
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"


def next_year() -> int:
    """The last year of which CBS may have figures: budgets and inhabitants come before their year begins."""
    return datetime.now(UTC).year + 1


def _parse_years(value: object) -> object:
    match = _YEARS.match(str(value)) if isinstance(value, int | str) else None
    if not match:
        return value if isinstance(value, Years) else _reject_years(value)
    first, dash, last = match.groups()
    end = int(last) if last else (_LAST_YEAR if dash else int(first))
    if end < int(first):
        return _reject_years(value)
    return {"first": int(first), "last": end}


def _reject_years(value: object) -> object:
    raise ValueError(f"'{value}' is not a span of years: write 2021, 2017-2021 or 2021- (from 2021 on)")


YearSpan = Annotated[Years, BeforeValidator(_parse_years)]


def _as_spans(value: object) -> object:
    """``true`` is every year, and a single span is written without a list around it."""
    if value is True:
        return [Years(first=_FIRST_YEAR, last=_LAST_YEAR)]
    return value if isinstance(value, list) else [] if value is False else [value]


Spans = Annotated[list[YearSpan], BeforeValidator(_as_spans)]


class PrefixSelection(_Strict):
    """Every code of a dimension that starts with a text, e.g. all cost categories ``L``."""

    begint_met: str = Field(min_length=1)


class AlternativeSelection(_Strict):
    """The one code of a dimension that is among ``code`` or is called one of ``titel``: CBS renames both."""

    code: list[str] = Field(default_factory=list)
    titel: list[str] = Field(default_factory=list)

    def codes_in(self, titles: Mapping[str, str]) -> list[str]:
        """The codes of a table that fit, given the title of each of its codes; exactly one should."""
        return [code for code, title in titles.items() if code in self.code or title in self.titel]

    @model_validator(mode="after")
    def _names_something(self) -> Self:
        if not self.code and not self.titel:
            raise ValueError("write at least one `code` or `titel`")
        return self

    def __str__(self) -> str:
        return " or ".join([*self.code, *(f"'{title}'" for title in self.titel)])


class ExceptSelection(_Strict):
    """Every code of a dimension but the one that ``behalve`` means: for a split of which the total is read apart."""

    behalve: AlternativeSelection

    def codes_in(self, titles: Mapping[str, str]) -> list[str]:
        """The other codes of a table, given the title of each of its codes; none where it lacks the one left out."""
        left_out = self.behalve.codes_in(titles)
        return [code for code in titles if code not in left_out] if len(left_out) == 1 else []


# What a table has: the codes themselves, or how they begin.
CodeSelection = str | list[str] | PrefixSelection


def _form(wanted: object) -> str:
    """How a selection is written, so that a mistake in it is told of that form and not of all five."""
    if isinstance(wanted, PrefixSelection) or (isinstance(wanted, dict) and "begint_met" in wanted):
        return "begin"
    if isinstance(wanted, ExceptSelection) or (isinstance(wanted, dict) and "behalve" in wanted):
        return "behalve"
    return "keuze" if isinstance(wanted, dict | AlternativeSelection) else "codes"


Selection = Annotated[
    Annotated[str | list[str], Tag("codes")]
    | Annotated[PrefixSelection, Tag("begin")]
    | Annotated[ExceptSelection, Tag("behalve")]
    | Annotated[AlternativeSelection, Tag("keuze")],
    Discriminator(_form),
]


def _as_paths(value: object) -> object:
    """A single path is written without a list around it."""
    return [value] if isinstance(value, list) and all(isinstance(part, str) for part in value) else value


def _as_units(value: object) -> object:
    return [value] if isinstance(value, str) else value


Paths = Annotated[list[Annotated[list[str], Field(min_length=1)]], Field(min_length=1), BeforeValidator(_as_paths)]
Units = Annotated[list[str], Field(min_length=1), BeforeValidator(_as_units)]


YEAR = "{jaar}"


def _as_titles(value: object) -> object:
    return [value] if isinstance(value, str) else value


class Series(_Strict):
    """Tables of one form that CBS publishes year after year: each is found in the catalogue by its title.

    ``titel`` holds the titles with ``{jaar}`` where the year stands, as CBS spelled them over the years; ``vanaf`` is
    the first year that is wanted.
    """

    titel: Annotated[list[str], Field(min_length=1), BeforeValidator(_as_titles)]
    vanaf: int = Field(ge=_FIRST_YEAR, le=_LAST_YEAR)

    @model_validator(mode="after")
    def _titles_have_a_year(self) -> Self:
        for title in self.titel:
            if title.count(YEAR) != 1:
                raise ValueError(f"title '{title}' has {title.count(YEAR)} times {YEAR}: write it once, for the year")
        return self


class TableReference(_Strict):
    """A CBS table and the years it holds for this dataset; those of a table with periods may be open (``2021-``)."""

    tabel: str = Field(pattern=r"^(\d{5}|\d{8})[A-Za-z]{3}$")
    jaren: YearSpan
    gestopt: bool = Field(
        False,
        description="CBS adds nothing to it any more: no news, and should CBS remove it, its last snapshot stays",
    )
    kanttekening: str | None = Field(None, description="What `herkomst` says beside the table (Dutch)")
    onmisbaar: bool = Field(False, description="Without it there is no release at all: every other figure leans on it")


class Measure(_Strict):
    """How one measure is read from the tables of the dataset: column by path and unit, and the rows that hold it.

    ``kolom`` and ``anders`` may list several paths and ``eenheid`` several units, as CBS words them in different
    years: in one table exactly one column must fit.
    """

    kolom: Paths
    anders: Paths | None = Field(None, description="Column to take where `kolom` has no value")
    eenheid: Units
    jaren: YearSpan
    periode: str = Field(
        "JJ00", pattern=r"^\w{4}$", description="Kind of period: JJ00 year, HJ01 half-year, X005 accounts"
    )
    dimensies: dict[str, Selection] = Field(default_factory=dict)
    uitsplitsing: str | None = Field(None, description="Dimension along which the measure stays split")
    optellen: bool = Field(False, description="Whether the selected rows of one region and period are added")
    ontbrekend_onderdeel_is_nul: YearSpan | None = None
    niet_in_opname: Spans = Field(
        default_factory=list,
        description="Years of which the recording lacks it (`true`: all): not expected of a recorded table of those "
        "years, and of a live one as any other",
    )
    hiaat_in_opname: dict[Literal["gemeente", "land"], Spans] = Field(
        default_factory=dict,
        description="Per level the years of which a recorded table has dots that say only what its copy lacked",
    )

    def is_unrecorded(self, table: TableReference) -> bool:
        """Whether the recording of ``table`` lacks it, by what the yml says."""
        return any(span.overlaps(table.jaren) for span in self.niet_in_opname)

    @property
    def columns(self) -> dict[str, list[list[str]]]:
        """The paths of each column to read by the key they stand under, the preferred column first."""
        return {"kolom": self.kolom} | ({} if self.anders is None else {"anders": self.anders})


class Dataset(_Strict):
    """One yml of ``pipelines/sources``."""

    dataset: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    titel: str
    omschrijving: str
    eigenaar: str
    licentie: str
    bronvermelding: str
    link: str = Field(pattern=r"^https://")
    catalogus: str
    regio: str
    periode: str | None = None
    binnen_het_jaar: bool = Field(
        False,
        description="Whether half-years, quarters and months of its tables are read too, beside the figures of a year; "
        "not of measures that stay split",
    )
    punt: Literal["onbekend_of_geheim", "niet_geleverd"] = "onbekend_of_geheim"
    filter: str | None = None
    andere_namen: dict[str, list[str]] = Field(
        default_factory=dict, description="What a dimension that this yml names is called in other tables of it"
    )
    dimensies: dict[str, Selection] = Field(default_factory=dict)
    afwijkingen: dict[DriftKind, Level] = Field(
        default_factory=dict, description="Kinds of drift that are treated otherwise than by default (`drift_rules`)"
    )
    reeks: Series | None = None
    tabellen: list[TableReference] = Field(min_length=1)
    maten: dict[str, Measure] = Field(min_length=1)

    @property
    def name(self) -> str:
        """Name of the dataset, the same as its file."""
        return self.dataset

    def named(self, names: Mapping[str, str]) -> Self:
        """This dataset with its dimensions called as ``names`` says; those that it leaves out keep their name."""

        def called(selections: Mapping[str, Selection]) -> dict[str, Selection]:
            return {names.get(key, key): wanted for key, wanted in selections.items()}

        def renamed(measure: Measure) -> Measure:
            split = measure.uitsplitsing
            return measure.model_copy(
                update={"dimensies": called(measure.dimensies), "uitsplitsing": split and names.get(split, split)}
            )

        return self.model_copy(
            update={
                "regio": names.get(self.regio, self.regio),
                "periode": self.periode and names.get(self.periode, self.periode),
                "dimensies": called(self.dimensies),
                "maten": {name: renamed(measure) for name, measure in self.maten.items()},
            }
        )

    @property
    def years(self) -> set[int]:
        """Every year for which some table is listed."""
        return set().union(*(table.jaren.as_set() for table in self.tabellen))

    def measures_of(self, table: TableReference) -> dict[str, Measure]:
        """The measures that must be found in ``table``."""
        return {name: measure for name, measure in self.maten.items() if measure.jaren.overlaps(table.jaren)}

    def with_tables(self, found: Iterable[TableReference]) -> Self:
        """This dataset with the tables of its series that were found, but for years that a listed table leads."""
        extra = [table for table in found if not any(table.jaren.overlaps(listed.jaren) for listed in self.tabellen)]
        return self.model_copy(update={"tabellen": [*self.tabellen, *extra]}) if extra else self

    def without(self, tables: Collection[str]) -> Self:
        """This dataset without the tables with these ids; it may have none left."""
        rest = [table for table in self.tabellen if table.tabel not in tables]
        return self if len(rest) == len(self.tabellen) else self.model_copy(update={"tabellen": rest})

    def reference(self, table: str) -> TableReference:
        """What the dataset says of the table with this id."""
        return next(reference for reference in self.tabellen if reference.tabel == table)

    def promised(self, table: TableReference, until: int) -> dict[str, list[int]]:
        """The years over which ``table`` should give each measure, by what the yml says of both.

        Of a table with open years it is not known how far they go: up to ``until`` then.
        """
        years = {year for year in table.jaren.as_set() if year <= until or not table.jaren.is_open}
        return {
            name: sorted(year for year in years if year in measure.jaren)
            for name, measure in self.measures_of(table).items()
        }

    def selection(self, measure: Measure) -> dict[str, Selection]:
        """Dimension codes that a row must have to be this measure: the measure's own over the dataset's."""
        return {**self.dimensies, **measure.dimensies}

    def level(self, kind: DriftKind) -> Level:
        """What becomes of a table of this dataset that changed in this way."""
        return self.afwijkingen.get(kind, DEFAULTS[kind])

    @property
    def fingerprint(self) -> str:
        """Hash of everything in the yml that decides what is read from its tables."""
        return _digest(self._how_it_is_read, *map(_which, self.tabellen))

    def fingerprint_of(self, table: str) -> str:
        """Hash of everything in the yml that decides how ``table`` is read; another table of the dataset changes it
        not."""
        return _digest(self._how_it_is_read, _which(self.reference(table)))

    @property
    def _how_it_is_read(self) -> str:
        # What is done about a table that changed or ended gives no other observations.
        return self.model_dump_json(exclude={"afwijkingen", "tabellen", "reeks"})

    @model_validator(mode="after")
    def _other_names_of_its_dimensions(self) -> Self:
        measures = self.maten.values()
        known = {self.regio, self.periode, *self.dimensies, *(key for measure in measures for key in measure.dimensies)}
        known |= {measure.uitsplitsing for measure in measures}
        for key, others in self.andere_namen.items():
            if key not in known:
                raise ValueError(f"`andere_namen` is about '{key}', which is no dimension that this yml names")
            if taken := [other for other in others if other in known]:
                raise ValueError(f"`andere_namen` calls '{key}' also '{taken[0]}', which this yml names too")
        return self

    @model_validator(mode="after")
    def _parts_of_a_year_belong_to_one_measure(self) -> Self:
        if not self.binnen_het_jaar:
            return self
        if self.periode is None:
            raise ValueError("`binnen_het_jaar` asks for parts of a year, but without `periode` a table has none")
        # Of two measures that differ in their kind of period alone nobody could say whose month it is.
        if len(kinds := {measure.periode for measure in self.maten.values()}) > 1:
            raise ValueError(
                f"with `binnen_het_jaar` all measures are of one kind of period, found {', '.join(sorted(kinds))}"
            )
        return self

    @model_validator(mode="after")
    def _one_table_per_year(self) -> Self:
        for earlier, later in ((a, b) for i, a in enumerate(self.tabellen) for b in self.tabellen[i + 1 :]):
            if earlier.jaren.overlaps(later.jaren):
                raise ValueError(
                    f"tables {earlier.tabel} and {later.tabel} both claim a year of {later.jaren}: one leads"
                )
        return self

    @model_validator(mode="after")
    def _tables_end(self) -> Self:
        for table in self.tabellen:
            if table.jaren.is_open and (self.periode is None or self.reeks is not None):
                why = (
                    "of a series each year has a table of its own"
                    if self.reeks
                    else "without `periode` it has one year"
                )
                raise ValueError(f"table {table.tabel} has open years '{table.jaren}', but {why}: write its last year")
        return self

    @model_validator(mode="after")
    def _year_is_known(self) -> Self:
        if self.periode is None:
            for table in self.tabellen:
                if table.jaren.first != table.jaren.last:
                    raise ValueError(
                        f"table {table.tabel} lists {table.jaren}, but without `periode` a table holds one year"
                    )
        return self


def load_datasets(folder: Path = SOURCES) -> dict[str, Dataset]:
    """Read every yml of ``folder``, by dataset name.

    Raises:
        YamlError: naming file and line of each mistake, a dataset whose name is not that of its file, or a table that
            two datasets claim.
    """
    datasets: dict[str, Dataset] = {}
    owner: dict[str, str] = {}
    for path in sorted(folder.glob("*.yml")):
        dataset = load_model(path, Dataset)
        if dataset.dataset != path.stem:
            raise YamlError(f"{path.name}:1: dataset is '{dataset.dataset}', expected '{path.stem}' like the file")
        for table in dataset.tabellen:
            if table.tabel in owner:
                raise YamlError(f"{path.name}: table {table.tabel} already belongs to {owner[table.tabel]}")
            owner[table.tabel] = dataset.dataset
        datasets[dataset.dataset] = dataset
    if not datasets:
        raise YamlError(f"{folder} holds no dataset yml")
    return datasets


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join((_FORM, *parts)).encode()).hexdigest()[:16]


def _which(table: TableReference) -> str:
    return " ".join(filter(None, [table.tabel, str(table.jaren), table.kanttekening]))


def all_years(datasets: Mapping[str, Dataset]) -> list[int]:
    """Every year from the first of any dataset up to next year, ascending: the one definition of yearly partitions."""
    return list(range(min(min(d.years) for d in datasets.values() if d.tabellen), next_year() + 1))
