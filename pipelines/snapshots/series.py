"""The tables of a series: found in the catalogue by their titles, and kept, so that no night loses one again.

::

    raw/reeksen.json    per dataset the tables that were found: id, year, title, and by which rule; and which listed
                        tables the recording does not have that was asked last

What was found once stays, also when the catalogue is down, lacks the row, or lists another table of that year later: a
person who wants another one lists it in the yml, and a listed table leads its year. What does not belong here: fetching
those tables (``ingest``), and what a series is (``sources.datasets``).
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipelines.common.files import replace_file
from pipelines.common.suggestions import closest
from pipelines.common.troubles import unreadable
from pipelines.snapshots.records import SnapshotError
from pipelines.snapshots.withdrawal import stop_marks
from pipelines.sources.datasets import YEAR, Dataset, Series, TableReference, Years, next_year
from pipelines.statline.catalogue import Catalogue, CatalogueRow
from pipelines.statline.errors import InvalidFieldError

_FILE: Final = "reeksen.json"
_LANGUAGE: Final = "nl"
_A_YEAR = re.compile(r"\b(19|20)\d\d\b")
# So alike is a title that a person should look at: another comma, a word more.
_ALMOST: Final = 0.9


class FoundTable(BaseModel):
    """A table of a series that the catalogue had for a year: its title, and by which rule it was taken."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, serialize_by_alias=True)

    table: str = Field(alias="tabel")
    year: int = Field(alias="jaar")
    title: str = Field(alias="titel")
    rule: str = Field(alias="regel")

    @property
    def reference(self) -> TableReference:
        """The table as a yml would list it."""
        return TableReference(tabel=self.table, jaren=Years(first=self.year, last=self.year))


@dataclass(frozen=True)
class PassedOver:
    """A table of the catalogue that could have been meant and was not taken: ``why`` not, in English."""

    dataset: str
    table: str
    title: str
    why: str

    @property
    def sentence(self) -> str:
        """The table and why it was not taken."""
        return f"Table {self.table} '{self.title}' was not taken into {self.dataset}: {self.why}."


class KnownTables(BaseModel):
    """``reeksen.json``: ``found`` are the tables of series, by dataset; ``unrecorded`` the listed tables that the
    recording does not have and that were never fetched either: no figures are expected of them."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, serialize_by_alias=True)

    found: dict[str, tuple[FoundTable, ...]] = Field(default_factory=dict, alias="gevonden")
    unrecorded: tuple[str, ...] = Field((), alias="niet_opgenomen")


@dataclass(frozen=True)
class SeriesReport:
    """What a look into the catalogues came to.

    ``tables`` are all that were ever found, by dataset; ``new`` those found now; ``passed_over`` what else was there.
    """

    tables: Mapping[str, tuple[FoundTable, ...]]
    new: tuple[FoundTable, ...]
    passed_over: tuple[PassedOver, ...]


class SeriesStore:
    """The tables of series that were found, under ``warehouse/raw``."""

    def __init__(self, warehouse: Path) -> None:
        self._path = warehouse / "raw" / _FILE

    def known(self) -> KnownTables:
        """What was found until now.

        Raises:
            SnapshotError: the file cannot be read.
        """
        try:
            return KnownTables.model_validate_json(self._path.read_bytes())
        except FileNotFoundError:
            return KnownTables()
        except (OSError, ValidationError) as error:
            raise SnapshotError(
                f"{unreadable(self._path, error)}. It holds which tables of a series were found; put back the one of "
                "your backup, or remove it: the next refresh then looks in the catalogue again."
            ) from error

    def keep(self, known: KnownTables) -> bool:
        """Write down what is known, if that is not what stands there; returns whether it was written."""
        if known == self.known():
            return False
        self._path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(self._path, known.model_dump_json(indent=1).encode())
        return True


def find_tables(
    datasets: Iterable[Dataset], catalogues: Mapping[str, Catalogue], kept: Mapping[str, tuple[FoundTable, ...]]
) -> SeriesReport:
    """The tables of every series, by what the catalogues list now and what was found before.

    Args:
        datasets: as their yml has them.
        catalogues: by name; one that could not be read is left out, and costs nothing that was found before.
        kept: what was found before, by dataset.

    """
    tables, passed, listed = dict(kept), list[PassedOver](), list(datasets)
    claimed = {reference.tabel for dataset in listed for reference in dataset.tabellen}
    for dataset in listed:
        if dataset.reeks is None or dataset.catalogus not in catalogues:
            continue
        before = kept.get(dataset.name, ())
        found, over = _of_series(dataset, dataset.reeks, catalogues[dataset.catalogus], before, claimed)
        tables[dataset.name] = (*before, *found)
        claimed |= {table.table for table in found}
        passed += over
    new = tuple(table for name, found in tables.items() for table in found if table not in kept.get(name, ()))
    return SeriesReport({name: found for name, found in tables.items() if found}, new, tuple(passed))


def _of_series(
    dataset: Dataset, series: Series, catalogue: Catalogue, kept: Sequence[FoundTable], claimed: set[str]
) -> tuple[list[FoundTable], list[PassedOver]]:
    """The tables of one series that are new, and what was passed over."""
    led = {year: table.tabel for table in dataset.tabellen for year in table.jaren.as_set()}
    led = {table.year: table.table for table in kept} | led
    candidates: dict[int, list[CatalogueRow]] = {}
    passed: list[PassedOver] = []
    for row, year, problem in _matching(dataset, series, catalogue):
        if problem:
            passed.append(PassedOver(dataset.name, row.table, row.title, problem))
        elif row.table not in claimed and row.table not in led.values() and year is not None:
            candidates.setdefault(year, []).append(row)
    found: list[FoundTable] = []
    for year, rows in sorted(candidates.items()):
        others = sorted(rows, key=_rank, reverse=True)
        if year not in led:
            best = others.pop(0)
            found.append(FoundTable(table=best.table, year=year, title=best.title.strip(), rule=_rule(best, others)))
            led[year] = best.table
        passed += [
            PassedOver(dataset.name, other.table, other.title, _why(other.table, year, led[year])) for other in others
        ]
    return found, passed


def _why(table: str, year: int, leader: str) -> str:
    return (
        f"{leader} leads {year}; if this one should, write `- {{tabel: {table}, jaren: {year}}}` under `tabellen` "
        "of the yml"
    )


def _rule(best: CatalogueRow, others: Sequence[CatalogueRow]) -> str:
    if not others:
        return "only table with this title"
    if stop_marks(best.fields):
        return "newest of tables that CBS all stopped"
    return (
        "only one that CBS did not stop"
        if all(stop_marks(row.fields) for row in others)
        else "newest that CBS did not stop"
    )


def _rank(row: CatalogueRow) -> tuple[bool, str, str]:
    """Regular before stopped, then the newest."""
    return not stop_marks(row.fields), row.stamps.modified or "", row.table


def _matching(dataset: Dataset, series: Series, catalogue: Catalogue) -> Iterator[tuple[CatalogueRow, int | None, str]]:
    """The rows whose title is that of the series or almost, with the year, or what keeps them out."""
    patterns = [_pattern(title) for title in series.titel]
    wanted = [_plain(title.replace(YEAR, "")) for title in series.titel]
    for table, title in catalogue.titles().items():
        plain = _plain(title)
        match = next((found for pattern in patterns if (found := pattern.fullmatch(plain))), None)
        if match is None and not (_A_YEAR.search(plain) and closest(_A_YEAR.sub("", plain), wanted, cutoff=_ALMOST)):
            continue
        try:
            row = catalogue[table]
        except InvalidFieldError:
            # Should it be wanted after all, a person lists it, and hears what is wrong with it.
            continue
        yield row, int(match["year"]) if match else None, _obstacle(dataset, series, row, match)


def _obstacle(dataset: Dataset, series: Series, row: CatalogueRow, match: re.Match[str] | None) -> str:
    """Why a row with a title that fits, or nearly so, is no table of the series; empty when it is one."""
    language, catalogue = str(row.fields.get("Language") or _LANGUAGE), str(row.fields.get("Catalog") or "")
    if language.strip() != _LANGUAGE:
        return f"its language is {language.strip()}, expected {_LANGUAGE}"
    if catalogue and catalogue.strip() != dataset.catalogus:
        return f"it stands in catalogue {catalogue.strip()}, expected {dataset.catalogus}"
    if match is None:
        spellings = " or ".join(f"'{title}'" for title in series.titel)
        return f"its title is almost that of the series, expected {spellings}; if it belongs there, add this spelling"
    if not series.vanaf <= int(match["year"]) <= next_year():
        return f"the series is taken from {series.vanaf} to {next_year()}"
    return ""


def _plain(title: str) -> str:
    return " ".join(title.split()).casefold()


def _pattern(title: str) -> re.Pattern[str]:
    before, after = (re.escape(part) for part in _plain(title).split(YEAR))
    return re.compile(f"{before}(?P<year>(?:19|20)\\d\\d){after}")


def unrecorded_tables(
    datasets: Iterable[Dataset], recorded: Mapping[str, Catalogue], has_version: Callable[[str], bool]
) -> tuple[str, ...]:
    """Ids of the listed tables that a recording does not have.

    Args:
        datasets: as their yml has them.
        recorded: the catalogues, by name, that a recording gave; what a live service does not list is another matter.
        has_version: whether a table was ever understood: then it stays, wherever it came from.

    """
    return tuple(
        sorted(
            table.tabel
            for dataset in datasets
            if dataset.catalogus in recorded
            for table in dataset.tabellen
            if table.tabel not in recorded[dataset.catalogus] and not has_version(table.tabel)
        )
    )
