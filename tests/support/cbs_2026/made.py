"""A made CBS: its folder, and the figures that were made, which no file has to be read for."""

import fcntl
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path as Folder
from typing import NamedTuple

from pipelines.common.settings import DBT_PROJECT
from pipelines.recording import serve_recording
from tests.support.cbs_2026 import benefits, divisions, neighbourhoods, overlap, population, spending, trap, wmo, youth
from tests.support.cbs_2026.folder import write_tables
from tests.support.cbs_2026.form import Dimension, Path, Table, Value
from tests.support.statline_service import Service, proxy

RenamedColumns = Mapping[tuple[str, Path], str]
# A year of which CBS brings four tables once the figures of this one are there.
NEXT_YEAR = 2027
_NEXT_IDS = {"youth": "86504NED", "wmo": "86458NED", "kwb": "86558NED", "divisions": "86547NED"}


class Figure(NamedTuple):
    """A made figure; ``value`` is a number, a text, ``.`` (unknown) or nothing (cannot be).

    ``codes`` by dimension, without padding, those of region and period among them; ``period`` is the year of the title
    where the table has no periods.
    """

    table: str
    path: Path
    unit: str
    codes: Mapping[str, str]
    region: str
    period: str
    value: Value


class TablesMissingError(LookupError):
    """No table, column or code of that name was made."""


@dataclass
class Figures:
    """What was made, by table, column and codes; computed when it is asked, not read from what is served."""

    tables: Mapping[str, Table]

    def value(self, table: str, path: str | Path, region: str, period: str | None = None, **codes: str) -> Value:
        """The figure of ``path`` (``Zorg|Wmo-cliënten``, by the titles before any renaming) for a region and period.

        A code is given without padding, and is the first of its list, its total, where it is not given; ``period`` may
        be a year, for the whole of it. ``NL`` is the country whatever its code.
        """
        made = self._table(table)
        chosen = [self._code(made, dimension, region, period, codes) for dimension in made.dimensions]
        unknown = codes.keys() - {dimension.key for dimension in made.dimensions}
        if unknown:
            raise TablesMissingError(f"Table {table} has no dimension {', '.join(sorted(unknown))}")
        return made.cells(*chosen)[self._index(made, path)]

    def unit(self, table: str, path: str | Path) -> str:
        """The unit of a column."""
        made = self._table(table)
        return made.topics[self._index(made, path)].unit

    def of(self, table: str) -> Iterator[Figure]:
        """Every figure of a table, row by row as it is served."""
        made = self._table(table)
        names = [dimension.key for dimension in made.dimensions]
        said = [dimension.says for dimension in made.dimensions]
        for codes in made.codes():
            by_name, by_role = dict(zip(names, codes, strict=True)), dict(zip(said, codes, strict=True))
            region, period = by_role["region"], by_role.get("period", made.period)
            for topic, value in zip(made.topics, made.cells(*codes), strict=True):
                yield Figure(table, topic.path, topic.unit, by_name, region, period, value)

    def _table(self, table: str) -> Table:
        if table not in self.tables:
            raise TablesMissingError(f"No table {table} was made; made were {', '.join(sorted(self.tables))}")
        return self.tables[table]

    @staticmethod
    def _index(made: Table, path: str | Path) -> int:
        wanted = tuple(path.split("|")) if isinstance(path, str) else path
        paths = [topic.path for topic in made.topics]
        if wanted not in paths:
            raise TablesMissingError(f"Table {made.id} has no column {wanted}; it has {paths}")
        return paths.index(wanted)

    @staticmethod
    def _code(made: Table, dimension: Dimension, region: str, period: str | None, codes: Mapping[str, str]) -> str:
        keys = [code.key for code in dimension.codes]
        wanted = codes.get(dimension.key)
        if dimension.says == "region":
            wanted = next((key for key in keys if key.startswith("NL")), region) if region == "NL" else region
        elif dimension.says == "period" and period is not None:
            wanted = next((key for key in (period, f"{period}JJ00", f"{period}X005") if key in keys), period)
        wanted = wanted or keys[0]
        if wanted not in keys:
            raise TablesMissingError(f"Table {made.id}: {dimension.key} has no code {wanted}")
        return wanted


@dataclass
class MadeCbs:
    """A CBS as it may be in the summer of 2026, as a recording folder; ``tables`` by id, in the order of the
    catalogue.
    """

    folder: Folder
    tables: dict[str, Table]

    @property
    def figures(self) -> Figures:
        """The truth by another route than the product's."""
        return Figures(self.tables)

    @property
    def decoys(self) -> dict[str, str]:
        """Tables that must not be taken for one of ours: the trap by id."""
        return {table.id: table.trap for table in self.tables.values() if table.trap}

    @property
    def oddities(self) -> dict[str, str]:
        """What differs in ours from the rest of their series, by id."""
        return {table: told for table, told in trap.ODDITIES.items() if table in self.tables}

    def copied(self, folder: Folder) -> "MadeCbs":
        """A copy in ``folder``, which is not there yet, for a test that changes it."""
        shutil.copytree(self.folder, folder)
        return MadeCbs(folder, dict(self.tables))

    def add(self, tables: Iterable[Table]) -> None:
        """Publish tables, or other versions of those that are there."""
        new = {table.id: table for table in tables}
        write_tables(self.folder, new.values())
        self.tables |= new

    def add_next_year(self) -> list[str]:
        """Publish the tables that CBS brings a year later; gives their ids."""
        new = next_year_tables()
        self.add(new)
        return [table.id for table in new]

    def rename_column(self, table: str, path: str | Path, title: str, *, modified: str = "2026-10-31T02:00:00") -> None:
        """Publish a table with another title for one column; its figures are still asked by the old path."""
        renamed = _with_renamed(self.tables[table], {(table, _as_path(path)): title})
        self.add([replace(renamed, modified=modified)])

    @contextmanager
    def served(self, *, live: bool = True) -> Iterator[Service]:
        """Serve it behind a proxy that notes requests; ``live`` leaves out the header that marks a recording."""
        with serve_recording(self.folder) as url, proxy(url, live=live) as service:
            yield service


def make_cbs_2026(
    folder: Folder,
    *,
    without: Iterable[str] = (),
    renamed_columns: RenamedColumns | None = None,
    extra_year: int | None = None,
) -> MadeCbs:
    """Make a CBS of 2026 in ``folder``, without the tables ``without``.

    ``renamed_columns`` gives another title to a column, which stands by its table and path; ``extra_year`` is 2027,
    for a CBS that has the tables of the next year already.
    """
    if extra_year not in (None, NEXT_YEAR):
        raise ValueError(f"extra_year: expected {NEXT_YEAR}, found {extra_year}")
    tables = [*all_tables(), *(next_year_tables() if extra_year else ())]
    unknown = {*without, *(table for table, _ in renamed_columns or ())} - {table.id for table in tables}
    if unknown:
        raise TablesMissingError(f"No table {', '.join(sorted(unknown))} is made")
    left = [_with_renamed(table, renamed_columns or {}) for table in tables if table.id not in set(without)]
    write_tables(folder, left)
    return MadeCbs(folder, {table.id: table for table in left})


def shared_cbs_2026(cache: Folder) -> MadeCbs:
    """The made CBS for tests that only read it: made once for a state of the code, kept below ``cache`` between runs.

    Who comes while another process makes it waits. A test that changes something takes a copy (``MadeCbs.copied``).
    """
    cache.mkdir(parents=True, exist_ok=True)
    folder = cache / f"cbs_2026_{_state()}"
    with (cache / "cbs_2026.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            for older in cache.glob("cbs_2026_*"):
                shutil.rmtree(older)
            draft = cache / "cbs_2026_draft"
            make_cbs_2026(draft)
            draft.rename(folder)
    return MadeCbs(folder, {table.id: table for table in all_tables()})


def _state() -> str:
    """Hash of all that decides what is made."""
    made_of = [*Folder(__file__).parent.iterdir(), *(DBT_PROJECT / "seeds" / "referentie").iterdir()]
    found = sha256()
    for path in sorted(path for path in made_of if path.suffix in (".py", ".csv")):
        found.update(path.name.encode() + path.read_bytes())
    return found.hexdigest()[:16]


def all_tables() -> list[Table]:
    """Every table of the made CBS, ours first; decoys stand among the last, as re-issues do at CBS."""
    found = [
        *(table for module in (youth, wmo, benefits, population, neighbourhoods) for table in module.tables()),
        *(table for module in (divisions, overlap, spending) for table in module.tables()),
        *trap.own_tables(),
        *trap.decoys(),
    ]
    return [_with_renamed(table, {trap.RENAMED_COLUMN[:2]: trap.RENAMED_COLUMN[2]}) for table in found]


def next_year_tables() -> list[Table]:
    """What CBS brings a year later; ids made up, and stamps too: one after today would be an error of the service."""
    later = {"modified": "2026-10-31T02:00:00"}
    return [
        youth.wijk_table(_NEXT_IDS["youth"], NEXT_YEAR - 1, **later),
        wmo.wijk_table(_NEXT_IDS["wmo"], NEXT_YEAR - 1, **later),
        neighbourhoods.kwb_table(_NEXT_IDS["kwb"], NEXT_YEAR, **later),
        divisions.division_table(_NEXT_IDS["divisions"], NEXT_YEAR, **later),
    ]


def _with_renamed(table: Table, renamed: RenamedColumns) -> Table:
    own = {path: title for (of, path), title in renamed.items() if of == table.id}
    for path in own:
        if path not in {topic.path for topic in table.topics}:
            raise TablesMissingError(f"Table {table.id} has no column {path}")
    return replace(table, renamed={**table.renamed, **own}) if own else table


def _as_path(path: str | Path) -> Path:
    return tuple(path.split("|")) if isinstance(path, str) else path
