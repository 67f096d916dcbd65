"""The municipal list of a new year, held against the lists that the seeds have, with the rows that these lack.

CBS says what became of a municipality in the description of its code: ``Opgeheven per 01-01-2023, overgegaan naar:``,
and of the one that took it in: ``Ontstaan per 01-01-2023, ontvangen van:``, a part a line. What does not belong here:
whether a municipality that no list has may be followed (``drift``), and reading the seeds (``sources``).
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pipelines.common.sentences import Sentence
from pipelines.snapshots.store import Snapshot, SnapshotStore
from pipelines.sources.datasets import Dataset
from pipelines.sources.seeds import LIST_DATASET, MERGERS_FILE, MUNICIPALITIES_FILE

_CHANGE: Final = re.compile(
    r"^(?:Opgeheven|Ontstaan|Gemeentelijke herindeling|Grenswijziging|Wijziging) per "
    r"(?P<day>\d\d)-(?P<month>\d\d)-(?P<year>\d{4}),? (?P<way>overgegaan naar|ontvangen van|uit):\s*$"
)
_PART: Final = re.compile(r"^- (?P<name>.+) \((?P<code>GM\d{4})\),?\s*$")
_SIZE: Final = re.compile(r"(\d+(?:,\d+)?) (hectare|woning|inwoner)")
# As the names of the seeds have it, without what CBS adds to tell it from a province.
_ADDED: Final = " (gemeente)"


@dataclass(frozen=True)
class Transfer:
    """What went from one municipality to another on a date (ISO), by what CBS says; a size that it leaves out is empty.

    ``hectare`` has a decimal point; ``homes`` and ``inhabitants`` are whole numbers.
    """

    old: str
    new: str
    date: str
    hectare: str = ""
    homes: str = ""
    inhabitants: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nobody lives there: such a part is a correction of a border."""
        return self.inhabitants == "0"


def read_transfers(code: str, description: str) -> Iterator[Transfer]:
    """The transfers that the description of a municipality tells; what is told of itself is what stayed."""
    change: re.Match[str] | None = None
    other: re.Match[str] | None = None
    for line in map(str.strip, description.splitlines()):
        part = _PART.match(line)
        if part and change:
            other = part
        elif line.startswith("...") and change and other:
            if other["code"] != code:
                yield _transfer(code, change, other["code"], line)
            other = None
        else:
            change, other = _CHANGE.match(line), None


def _transfer(code: str, change: re.Match[str], other: str, line: str) -> Transfer:
    sizes = {what: number.replace(",", ".") for number, what in _SIZE.findall(line)}
    old, new = (code, other) if change["way"] == "overgegaan naar" else (other, code)
    date = f"{change['year']}-{change['month']}-{change['day']}"
    return Transfer(old, new, date, *(sizes.get(what, "") for what in ("hectare", "woning", "inwoner")))


@dataclass(frozen=True)
class NewDivision:
    """The municipal list of a ``year`` that the seeds do not have, as ``table`` gives it.

    ``before`` is the newest list of the seeds, of ``year_before``, and ``now`` that of the table, both names by code;
    ``transfers`` are those of municipalities that went, as far as CBS tells them.
    """

    table: str
    year: int
    now: Mapping[str, str]
    year_before: int
    before: Mapping[str, str]
    transfers: tuple[Transfer, ...]

    @property
    def came(self) -> dict[str, str]:
        """The municipalities that the year before did not have."""
        return {code: name for code, name in self.now.items() if code not in self.before}

    @property
    def went(self) -> dict[str, str]:
        """The municipalities that only the year before has."""
        return {code: name for code, name in self.before.items() if code not in self.now}

    @property
    def untold(self) -> dict[str, str]:
        """Those that went and of which CBS does not say where to."""
        told = {transfer.old for transfer in self.transfers}
        return {code: name for code, name in self.went.items() if code not in told}

    @property
    def list_rows(self) -> list[list[str]]:
        """The rows that ``gemeenten_per_jaar.csv`` lacks."""
        return [[str(self.year), code, name] for code, name in sorted(self.now.items())]

    @property
    def merger_rows(self) -> list[list[str]]:
        """The rows that ``herindelingen.csv`` lacks, in the order of its columns."""
        return [self._merger_row(transfer) for transfer in self.transfers]

    def _merger_row(self, part: Transfer) -> list[str]:
        names = [part.old, self.before[part.old], part.new, self.now.get(part.new, "")]
        return [*names, part.date, self._kind(part), f"CBS {self.table}", part.hectare, part.homes, part.inhabitants]

    def _kind(self, part: Transfer) -> str:
        """Which kind of change it is, in the words of the seed."""
        filled = [other for other in self.transfers if not other.is_empty]
        if part.is_empty and any(other.old == part.old for other in filled):
            return "grenscorrectie"
        if sum(other.old == part.old for other in filled) > 1:
            return "splitsing"
        if part.new in self.before:
            return "toevoeging"
        return "fusie" if len({other.old for other in filled if other.new == part.new}) > 1 else "naamswijziging"

    @property
    def sentence(self) -> Sentence:
        """What is new about the list, which rows to write, and how to have them printed."""
        rows = "; ".join(f"`{','.join(row)}`" for row in self.merger_rows)
        return Sentence(
            f"Table {self.table} is the municipal list of {self.year}, and {MUNICIPALITIES_FILE} ends at "
            f"{self.year_before}: figures of {self.year} wait for it. Since then came {_named(self.came)}; went "
            f"{_named(self.went)}."
            + (f" In {MERGERS_FILE} lack {rows}." if rows else "")
            + (f" CBS does not say where {_named(self.untold)} went." if self.untold else "")
            + " `monitor division` prints all rows to write.",
            f"Dit is de gemeentelijst van {self.year}, die de monitor nog niet heeft; cijfers over {self.year} wachten "
            f"daarop. Nieuw: {_named(self.came, 'geen')}; vervallen: {_named(self.went, 'geen')}.",
        )


def _named(municipalities: Mapping[str, str], nothing: str = "none") -> str:
    return ", ".join(f"{code} {name}" for code, name in sorted(municipalities.items())) or nothing


def compare_lists(
    table: str,
    year: int,
    titles: Mapping[str, str],
    descriptions: Iterable[tuple[str, str]],
    lists: Mapping[int, Mapping[str, str]],
) -> NewDivision | None:
    """Hold the municipal list of a year against those of the seeds; None where they have it.

    Args:
        table: that gives the list.
        year: of the list.
        titles: of the municipalities that have figures in it, by code.
        descriptions: code and description of each municipality that the table knows.
        lists: names by code of every year that the seeds have.

    """
    if not lists or year <= max(lists):
        return None
    newest = max(lists)
    now = {code: title.removesuffix(_ADDED) for code, title in titles.items()}
    found = {
        (transfer.old, transfer.new, transfer.date): transfer
        for code, description in descriptions
        for transfer in read_transfers(code, description)
        if transfer.old in lists[newest] and transfer.old not in now
        if f"{newest}-01-01" < transfer.date <= f"{year}-01-01"
    }
    ordered: Sequence[Transfer] = sorted(found.values(), key=lambda each: (each.date, each.old, each.new))
    return NewDivision(table, year, now, newest, lists[newest], tuple(ordered))


def new_division(
    dataset: Dataset,
    snapshot: Snapshot,
    snapshots: SnapshotStore,
    ahead: Mapping[str, str],
    lists: Mapping[int, Mapping[str, str]],
) -> NewDivision | None:
    """What the seeds lack of the municipalities of a table, if it is the list of a new year.

    Args:
        dataset: of the table.
        snapshot: of the table.
        snapshots: where that is kept.
        ahead: names by code of the municipalities of the table that have figures only after the newest list.
        lists: names by code of every year that the seeds have.

    """
    if dataset.name != LIST_DATASET or not ahead:
        return None
    year = dataset.reference(snapshot.table).jaren.last
    rows = snapshots.metadata(snapshot, dataset.regio)
    descriptions = [(str(row["Key"]).strip(), str(row.get("Description") or "")) for row in rows]
    return compare_lists(snapshot.table, year, ahead, descriptions, lists)
