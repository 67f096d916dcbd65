"""How large which table is at the live service, and with which codes a made one is widened to that."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Any

Row = dict[str, Any]


@dataclass(frozen=True)
class Filler:
    """A code that is added to a dimension: its rows are those of the code ``like``, every count times ``weight``.

    ``weight`` is None where nothing can be (an empty text in every column). ``texts`` replaces what text columns say,
    by the title of the column; ``fields`` what the list of codes says beside key and title.
    """

    key: str
    like: str
    weight: float | None
    texts: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)


# By dimension the codes to add, made of the rows of its own list.
Codes = Mapping[str, Callable[[Sequence[Row]], Iterator[Filler]]]


@dataclass(frozen=True)
class Size:
    """What a table is widened to: ``columns`` topics, the codes of ``codes``, and so many of ``grown`` that it has
    ``rows`` rows.

    ``grown`` is a dimension and what gives any number of codes for it.
    """

    table: str
    codes: Codes = field(default_factory=dict)
    columns: int = 0
    rows: int = 0
    grown: tuple[str, Callable[[Sequence[Row], int], Iterator[Filler]]] | None = None


def _keys(codes: Sequence[Row]) -> list[str]:
    return [row["Key"].strip() for row in codes]


def _periods(years: range, forms: Sequence[str], like: str) -> Callable[[Sequence[Row]], Iterator[Filler]]:
    """Periods before the first that a measure reads, a little lower than those of the year of ``like``."""

    def found(_: Sequence[Row]) -> Iterator[Filler]:
        return (Filler(f"{year}{form}", f"{like}{form}", 0.9) for year in years for form in forms)

    return found


def _former(codes: Sequence[Row], count: int) -> Iterator[Filler]:
    """Municipalities that are no more: in every row nothing can be, as CBS has it for what was merged long ago."""
    taken = set(_keys(codes))
    like = next(key for key in _keys(codes) if key.startswith("GM"))
    free = (key for number in range(2001, 10_000) if (key := f"GM{number}") not in taken)
    return (Filler(key, like, None) for key, _ in zip(free, range(count), strict=False))


def _other_regions(codes: Sequence[Row], count: int) -> Iterator[Filler]:
    """Regions of a kind that is not read: the codes have the form of GGD regions."""
    like = next(key for key in _keys(codes) if key.startswith("NL"))
    return (Filler(f"GG{7000 + number:04}", like, 0.01) for number in range(count))


def _groups(letter: str, weight: float = 0.3) -> Callable[[Sequence[Row], int], Iterator[Filler]]:
    """Groups of people that no measure selects."""

    def found(codes: Sequence[Row], count: int) -> Iterator[Filler]:
        return (Filler(f"{letter}{number:04}", _keys(codes)[0], weight) for number in range(1, count + 1))

    return found


def _some(
    grown: Callable[[Sequence[Row], int], Iterator[Filler]], count: int
) -> Callable[[Sequence[Row]], Iterator[Filler]]:
    return lambda codes: grown(codes, count)


def neighbourhoods(wijken: int, buurten: int) -> Callable[[Sequence[Row]], Iterator[Filler]]:
    """Wijken, and buurten in all, for every municipality, each with an equal share of it."""

    def found(codes: Sequence[Row]) -> Iterator[Filler]:
        for gm_code in (key for key in _keys(codes) if key.startswith("GM")):
            for number in range(wijken):
                wijk = f"WK{gm_code[2:]}{10 + number}"
                yield _place(wijk, gm_code, "Wijk", 1 / wijken)
                for inside in range(buurten * number // wijken, buurten * (number + 1) // wijken):
                    yield _place(f"BU{wijk[2:]}{inside:02}", gm_code, "Buurt", 1 / buurten)

    return found


def _place(code: str, gm_code: str, kind: str, share: float) -> Filler:
    fields = {"Municipality": gm_code, "DetailRegionCode": code}
    return Filler(code, gm_code, share, {"Soort regio": kind, "Codering": code}, fields)


def _quarters(codes: Sequence[Row]) -> Iterator[Filler]:
    """Iv3 of every quarter, where only the budget and the accounts are read."""
    budget = _keys(codes)[0]
    return (Filler(f"{budget[:4]}X00{number}", budget, number / 5) for number in range(1, 5))


def _categories(codes: Sequence[Row]) -> Iterator[Filler]:
    """Categories of Iv3: of costs 17 with nothing in them, so that the sum of costs stays; of the balance 19 others."""
    wages = next(key for key in _keys(codes) if key.startswith("L"))
    yield from (Filler(f"L8.{number}", wages, 0.0) for number in range(1, 18))
    yield from (Filler(f"B8.{number}", wages, 0.5) for number in range(1, 20))


def _taakvelden(codes: Sequence[Row], count: int) -> Iterator[Filler]:
    """Taakvelden and items of the balance outside the social domain."""
    other = _keys(codes)[0]
    return (Filler(f"A{number:03}", other, 0.5) for number in range(1, count + 1))


def _neighbourhood_figures(table: str) -> Size:
    """As of 2024: 18,000 rows, 121 columns."""
    return Size(table, {"WijkenEnBuurten": neighbourhoods(9, 42)}, columns=121)


def _iv3(table: str) -> Size:
    return Size(
        table,
        {"Verslagsoort": _quarters, "Categorie": _categories},
        rows=13_000_000,
        grown=("TaakveldBalanspost", _taakvelden),
    )


KWB = ("83765NED", "84286NED", "84583NED", "84799NED", "85039NED", "85318NED", "85618NED", "85984NED")
KWB_NEWEST = ("86165NED", "86358NED")
IV3 = (
    *("45038NED", "45042NED", "45046NED", "45050NED", "45054NED"),
    *("45059NED", "45063NED", "45067NED", "45071NED", "45078NED"),
)
# Tables of wijken: young people, Wmo and the use of several laws, one a year.
WIJKEN = (
    *("83782NED", "85075NED", "85335NED", "85685NED", "85999NED", "86204NED"),
    *("84751NED", "84752NED", "84753NED", "84908NED", "85047NED", "85377NED", "85639NED", "85998NED", "86158NED"),
    *("83619NED", "86193NED", "86195NED", "85375NED", "85637NED", "85994NED"),
)

SIZES: dict[str, Size] = {
    size.table: size
    for size in (
        # 1995 to 2026, 900 regions.
        Size(
            "70072ned",
            {"Perioden": _periods(range(1995, 2015), ("JJ00",), "2015"), "RegioS": _some(_former, 480)},
            columns=323,
        ),
        Size(
            "82015NED",
            {"Perioden": _periods(range(2011, 2015), [f"MM{month:02}" for month in range(1, 13)], "2021")},
            rows=1_100_000,
            grown=("RegioS", _other_regions),
        ),
        Size(
            "85100NED",
            {"VormenVanJeugdzorg": _some(_groups("F"), 16)},
            rows=4_000_000,
            grown=("Persoonskenmerken", _groups("P")),
        ),
        Size(
            "85043NED",
            {"Geslacht": _some(_groups("G"), 1)},
            rows=4_000_000,
            grown=("KenmerkenVanPersonen", _groups("K")),
        ),
        *map(_neighbourhood_figures, (*KWB, *KWB_NEWEST)),
        *map(_iv3, IV3),
        *(Size(table, {"Wijken": neighbourhoods(10, 0)}) for table in WIJKEN),
    )
}
# What is measured on its own: each large one, one of each series.
ALONE = ("70072ned", "82015NED", "85984NED", "85100NED", "85043NED", "45067NED")


def count_to_grow(wanted: int, rows_by_code: Mapping[str, int], like: str, there: int) -> int:
    """How many codes as large as ``like`` bring a table of ``there`` rows to ``wanted``."""
    return max(0, ceil((wanted - there) / max(1, rows_by_code.get(like, 0))))
