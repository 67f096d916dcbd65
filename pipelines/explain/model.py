"""What an explanation is made of: a tree of figures that ends in cells as CBS published them.

What does not belong here: where any of it is read (``release``, ``definitions``, ``cells``), and words (``text``).
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from pipelines.explain.definitions import Correction


@dataclass(frozen=True)
class TableVersion:
    """The version of a CBS table that the observations on disk were read from; the release may be made of another.

    ``snapshot`` and ``observations`` are the names of both on disk. ``modified`` is in CBS's local time, ``fetched`` in
    UTC. ``kind`` is opname or live.
    """

    table: str
    title: str
    snapshot: str
    observations: str
    sha256: str
    modified: datetime
    fetched: datetime
    kind: str

    @property
    def is_recorded(self) -> bool:
        """Whether it is of a recording, which need not have all that CBS has."""
        return self.kind == "opname"


@dataclass(frozen=True)
class Cell:
    """One published cell: ``text`` and the codes in ``dimensions`` are as CBS wrote them, spaces included.

    ``titles`` are those of the codes; ``column`` is CBS's name of the topic, ``path`` its titles from group to topic.
    """

    table: str
    row_id: int
    dimensions: Mapping[str, str]
    titles: Mapping[str, str]
    column: str
    path: str
    unit: str
    text: str | None
    symbol: str | None
    value: float | None
    reason: str | None
    status: str
    is_used: bool
    """False for a column that another one goes before (Iv3: second plaatsing before the first)."""
    correction: Correction | None = None
    """Why ``value`` and ``reason`` are not what ``text`` says."""


@dataclass(frozen=True)
class Component:
    """What one or more cells contribute to a figure: all of it (``name`` is empty), or one taakveld."""

    name: str
    value: float | None
    cells: tuple[Cell, ...]
    remark: str | None = None


@dataclass(frozen=True)
class Outcome:
    """The value of a figure or the reason that there is none, with what else the release says about it."""

    value: float | None
    reason: str | None
    status: str
    estimate: float | None = None
    numerator: float | None = None
    denominator: float | None = None

    def differences(self, other: "Outcome") -> list[str]:
        """Names of the fields in which the two differ; numbers may differ in the last bits, by order of adding."""
        numbers = ("value", "estimate", "numerator", "denominator")
        texts = ("reason", "status")
        return [name for name in numbers if not _same(getattr(self, name), getattr(other, name))] + [
            name for name in texts if getattr(self, name) != getattr(other, name)
        ]


def _same(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=1e-12, abs_tol=1e-12)


@dataclass(frozen=True)
class Redivision:
    """One row of the reference list of herindelingen; ``share`` is the part of the inhabitants that went this way."""

    old_code: str
    new_code: str
    day: date
    kind: str
    source: str
    share: float


@dataclass(frozen=True)
class Part:
    """A figure that another one is made of, as teller, noemer or gemeente (``role``).

    ``steps`` are the herindelingen by which a municipality came into the whole.
    """

    role: str
    figure: "Figure"
    steps: tuple[Redivision, ...] = ()
    share: float = 1.0
    """Part of the inhabitants that went to the whole; 1 unless the municipality was split."""
    is_split: bool = False
    """Whether only a part of this municipality went to the whole."""


@dataclass(frozen=True)
class Figure:
    """One figure: what the release says (None when it is not public itself), what its cells give, and its parts."""

    indicator_id: str
    name: str
    unit: str
    decimals: int
    region: str
    region_name: str
    year: int
    division: str
    formula: str
    recomputed: Outcome
    published: Outcome | None
    parts: tuple[Part, ...] = ()
    components: tuple[Component, ...] = ()
    searched_in: str | None = None
    """Id of the table that leads here but has no row for the region."""

    @property
    def shown(self) -> Outcome:
        """What a reader is told: what the release says, else what the cells give."""
        return self.published or self.recomputed

    @property
    def mismatches(self) -> list[str]:
        """Fields of the outcome in which the release is not what the cells give."""
        return [] if self.published is None else self.published.differences(self.recomputed)

    def walk(self) -> Iterator["Figure"]:
        """This figure and everything below it."""
        yield self
        for part in self.parts:
            yield from part.figure.walk()

    def cells(self) -> Iterator[Cell]:
        """Every cell that this figure rests on, also those that another column went before."""
        for figure in self.walk():
            for component in figure.components:
                yield from component.cells

    def tables(self) -> list[str]:
        """Ids of the tables that this figure rests on, or in which it was looked for in vain."""
        searched = {figure.searched_in for figure in self.walk() if figure.searched_in}
        return sorted(searched | {cell.table for cell in self.cells()})


@dataclass(frozen=True)
class Explanation:
    """The way of one published figure backwards, and about which release and table versions it speaks.

    ``source`` of the release is opname, live or gemengd; ``made`` is in UTC. Doubts, breaks and warnings are Dutch
    sentences.
    """

    figure: Figure
    release_id: str
    source: str
    made: datetime
    doubts: tuple[str, ...]
    has_break: bool
    breaks: tuple[str, ...]
    tables: tuple[TableVersion, ...]
    warnings: tuple[str, ...]

    @property
    def deviating(self) -> list[Figure]:
        """Figures anywhere in the tree whose published value, reason or status is not what the cells give."""
        return [figure for figure in self.figure.walk() if figure.mismatches]

    @property
    def agrees(self) -> bool:
        """Whether every published figure in the tree follows from the cells."""
        return not self.deviating
