"""Who uses more than one law: Gebruik voorzieningen sociaal domein, six years and half a seventh.

Of the number of provisions only the total is told by law here; CBS tells both by each other. Small numbers are hidden
in parts, as on its pages, not in totals.
"""

from collections.abc import Iterator
from itertools import product

from tests.support.cbs_2026.form import Code, Dimension, Table, Topic, Value
from tests.support.cbs_2026.period import part_of_year, perioden
from tests.support.cbs_2026.region import detail, texts_of
from tests.support.cbs_2026.society import amount, households, inhabitants, rounded

_IDS = {2016: "83619NED", 2019: "86193NED", 2021: "86195NED", 2022: "85375NED", 2023: "85637NED", 2024: "85994NED"}
# Of a year that is not out CBS publishes the first half alone; nobody listed this id (U).
HALF_YEAR_ONLY = "86301NED"
_IDS[2025] = HALF_YEAR_ONLY
_REGULAR = ("86193NED", "86195NED")  # 8618x to 8619xNED are on no list of tables that CBS keeps up: U
LAWS: dict[str, tuple[str, float]] = {
    "T001287": ("Totaal", 1.0),
    "A041708": ("Alleen Jeugd", 0.27),
    "A041709": ("Alleen P-wet", 0.21),
    "A041710": ("Alleen Wmo", 0.36),
    "A041711": ("Jeugd en P-wet", 0.03),
    "A041712": ("Jeugd en Wmo", 0.03),
    "A041713": ("P-wet en Wmo", 0.08),
    "A041714": ("Jeugd, P-wet en Wmo", 0.02),
}
NUMBERS: dict[str, tuple[str, float]] = {
    "T001500": ("Totaal", 1.0),  # codes U
    "A041801": ("1 maatwerkvoorziening", 0.55),
    "A041802": ("2 maatwerkvoorzieningen", 0.24),
    "A041803": ("3 maatwerkvoorzieningen", 0.11),
    "A041804": ("4 of meer maatwerkvoorzieningen", 0.10),  # where the classes end U: 83264NED goes up to 6
}
_HOUSEHOLDS = 0.78
_HIDDEN_BELOW = 7.5  # U
_GROUP = "Sociaal domein cliënten/huishoudens"


def _shares(number: str, law: str) -> list[tuple[str, float]]:
    # The parts of one table add up, so they are the same everywhere.
    return [(f"={title}", share) for title, share in (NUMBERS[number], LAWS[law]) if share < 1]


def _is_total(number: str, law: str) -> bool:
    return NUMBERS[number][1] == LAWS[law][1] == 1


def _per_1000(count: Value, people: float) -> Value:
    return count if isinstance(count, str) else round(1_000 * count / people)


def _table(year: int) -> Table:
    def cells(number: str, law: str, region: str, period: str) -> list[Value]:
        count = amount(year, "overlap", *_shares(number, law))[region] * part_of_year(period)
        people = inhabitants(year)[region]
        least = 0 if _is_total(number, law) else _HIDDEN_BELOW
        clients = rounded(count, hidden_below=least)
        homes = rounded(count * _HOUSEHOLDS, hidden_below=least)
        per_1000 = [_per_1000(clients, people), _per_1000(homes, households(year)[region])]
        return [*texts_of(year)[region], "1", clients, homes, *per_1000]

    halves = {2024: (f"{year}HJ01", f"{year}JJ00"), 2025: (f"{year}HJ01",)}
    keys = halves.get(year, (f"{year}JJ00",))
    places, periods = detail(year), perioden(keys)

    def combinations() -> Iterator[tuple[str, ...]]:
        pairs = [pair for pair in product(NUMBERS, LAWS) if 1 in (NUMBERS[pair[0]][1], LAWS[pair[1]][1])]
        for pair, place, period in product(pairs, places.codes, periods.codes):
            yield (*pair, place.key, period.key)

    stopped = _IDS[year] not in (*_REGULAR, HALF_YEAR_ONLY)
    return Table(
        _IDS[year],
        f"Gebruik voorzieningen sociaal domein; aantal voorzieningen, wijken, {year}",
        (
            Dimension(
                "AantalVoorzieningen", "Aantal voorzieningen", tuple(Code(k, t) for k, (t, _) in NUMBERS.items())
            ),
            Dimension(
                "SoortVoorzieningSociaalDomein",
                "Soort voorziening sociaal domein",
                tuple(Code(key, title) for key, (title, _) in LAWS.items()),
            ),
            places,
            periods,
        ),
        (
            Topic(("Regioaanduiding", "Gemeentenaam"), "naam", "String", width=40),
            Topic(("Regioaanduiding", "Soort regio"), "omschrijving", "String", width=9),
            Topic(("Regioaanduiding", "Codering"), "code", "String", width=10),
            Topic(("Regioaanduiding", "Indelingswijziging wijken"), "code", "String"),
            Topic((_GROUP, "Cliënten met voorzieningen")),
            Topic((_GROUP, "Huishoudens met voorzieningen")),
            # The group of these two U.
            Topic((f"{_GROUP}, relatief", "Cliënten met voorzieningen"), "per 1 000 inwoners"),
            Topic((f"{_GROUP}, relatief", "Huishoudens met voorzieningen"), "per 1 000 huishoudens"),
        ),
        cells,
        year=year,
        period=str(year),
        status="Gediscontinueerd" if stopped else "Regulier",
        frequency="Stopgezet" if stopped else "Perjaar",
        combinations=combinations,
    )


def tables() -> list[Table]:
    return [_table(year) for year in _IDS]
