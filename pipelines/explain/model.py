"""What an explanation is made of: a tree of figures that ends in cells as CBS published them.

What does not belong here: where any of it is read (``published``, ``cells``, ``seeds``) and words (``text``).
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class TableVersion:
    """A CBS table as the observations on disk were read from it, beside the version that the release was made of.

    ``gewijzigd`` is CBS's local time, ``opgehaald`` UTC; ``hash`` names the snapshot, ``versie`` the observations.
    """

    tabel_id: str
    titel: str
    hash: str
    versie: str
    sha256: str
    gewijzigd: datetime
    opgehaald: datetime
    soort: str


@dataclass(frozen=True)
class Correction:
    """A known error in a cell: what is right (a number, or the reason that there is none), and where CBS says so."""

    juist: str
    verwijzing: str
    datum: str
    toelichting: str


@dataclass(frozen=True)
class Cell:
    """One published cell: ``tekst`` and the codes in ``dimensies`` are as CBS wrote them, spaces included."""

    tabel_id: str
    rij_id: int
    dimensies: Mapping[str, str]
    titels: Mapping[str, str]
    kolom: str
    pad: str
    eenheid: str
    tekst: str | None
    symbool: str | None
    waarde: float | None
    reden: str | None
    status: str
    gebruikt: bool
    """False for a column that another one goes before (Iv3: second plaatsing before the first)."""
    correctie: Correction | None = None
    """Why ``waarde`` and ``reden`` are not what ``tekst`` says."""


@dataclass(frozen=True)
class Component:
    """What one or more cells contribute to a figure: all of it, or one taakveld (``naam``)."""

    naam: str
    waarde: float | None
    cellen: tuple[Cell, ...]
    opmerking: str | None = None


@dataclass(frozen=True)
class Outcome:
    """The value of a figure or the reason that there is none, with what else is said about it."""

    waarde: float | None
    reden: str | None
    status: str
    schatting: float | None = None
    teller: float | None = None
    noemer: float | None = None

    def differences(self, other: "Outcome") -> list[str]:
        """Names of the fields in which the two differ; numbers may differ in the last bits, by order of adding."""
        numbers = ("waarde", "schatting", "teller", "noemer")
        texts = ("reden", "status")
        return [name for name in numbers if not _same(getattr(self, name), getattr(other, name))] + [
            name for name in texts if getattr(self, name) != getattr(other, name)
        ]


def _same(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=1e-12, abs_tol=1e-12)


@dataclass(frozen=True)
class Redivision:
    """One row of the reference list of herindelingen; ``aandeel`` is the share of inhabitants that went this way."""

    oude_code: str
    nieuwe_code: str
    datum: date
    soort: str
    bron: str
    aandeel: float


@dataclass(frozen=True)
class Part:
    """A figure that another one is made of, in what role, and by which herindelingen (``stappen``)."""

    rol: str
    cijfer: "Figure"
    stappen: tuple[Redivision, ...] = ()
    aandeel: float = 1.0
    """Share of the inhabitants that went to the whole; 1 unless the municipality was split."""
    is_gesplitst: bool = False
    """Whether only a part of this municipality went to the whole."""


@dataclass(frozen=True)
class Figure:
    """One figure: as published (None for a part that is not public itself), as recomputed, and what it is made of."""

    indicator_id: str
    naam: str
    eenheid: str
    decimalen: int
    regio_code: str
    regio_naam: str
    jaar: int
    indeling: str
    formule: str
    herleid: Outcome
    gepubliceerd: Outcome | None
    delen: tuple[Part, ...] = ()
    onderdelen: tuple[Component, ...] = ()
    gezocht_in: str | None = None
    """Table that leads here but has no row for the region."""

    @property
    def mismatches(self) -> list[str]:
        """Fields in which the published figure is not what its cells give."""
        return [] if self.gepubliceerd is None else self.gepubliceerd.differences(self.herleid)

    def walk(self) -> Iterator["Figure"]:
        """This figure and everything below it."""
        yield self
        for part in self.delen:
            yield from part.cijfer.walk()

    def cells(self) -> Iterator[Cell]:
        """Every cell that this figure rests on, also those that another column went before."""
        for figure in self.walk():
            for component in figure.onderdelen:
                yield from component.cellen

    def tables(self) -> list[str]:
        """Ids of the tables that this figure rests on, or in which it was looked for in vain."""
        searched = {figure.gezocht_in for figure in self.walk() if figure.gezocht_in}
        return sorted(searched | {cell.tabel_id for cell in self.cells()})


@dataclass(frozen=True)
class Explanation:
    """The way of one published figure backwards, and about which release and table versions it speaks."""

    cijfer: Figure
    release_id: str
    bron: str
    """``opname`` or ``live``, as the release says."""
    gemaakt: datetime
    twijfel: tuple[str, ...]
    reeksbreuk: bool
    breuken: tuple[str, ...]
    tabellen: tuple[TableVersion, ...]
    waarschuwingen: tuple[str, ...]

    @property
    def afwijkend(self) -> list[Figure]:
        """Figures anywhere in the tree whose published value, reason or status is not what the cells give."""
        return [figure for figure in self.cijfer.walk() if figure.mismatches]

    @property
    def klopt(self) -> bool:
        """Whether every published figure in the tree follows from the cells."""
        return not self.afwijkend
