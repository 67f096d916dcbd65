"""Kerncijfers wijken en buurten: a table a year, 2017 to 2026.

``kwb_2025_topics.csv`` holds all 121 topics of the real 86165NED: id, position, key, path, unit and decimals, copied
from its DataProperties (CBS, CC BY 4.0, Bron: CBS; NynkeJJS/Gebiedskompas @ 3fcd75e). The other years have the topics
that the recording has of them, under the numbers that published code knows; where none is known the number is U.
"""

import csv
from collections.abc import Callable
from functools import cache
from pathlib import Path

from tests.support.cbs_2026.benefits import TO_AOW
from tests.support.cbs_2026.form import UNKNOWN, Table, Topic, Value
from tests.support.cbs_2026.region import detail, texts_of
from tests.support.cbs_2026.society import amount, chance, households, inhabitants, of_age, percentage, rounded
from tests.support.cbs_2026.wmo import takes_part
from tests.support.cbs_2026.youth import HIDDEN_BELOW, IN_NATURA

_BENEFIT = "Personen per soort uitkering; "
_ASSISTANCE = f"{_BENEFIT}Bijstand"
# Benefits of the state, with the made share of all inhabitants that has one.
_OF_THE_STATE = {"AO": 0.042, "WW": 0.014, "AOW": 0.18}
# Year, id, then the numbers of households, social assistance, young people with care and degree of urbanisation.
_YEARS: dict[int, tuple[str, int, int, int | None, int]] = {
    2017: ("83765NED", 28, 74, None, 104),
    2018: ("84286NED", 28, 80, 84, 115),
    2019: ("84583NED", 28, 83, 87, 115),
    2020: ("84799NED", 28, 83, 87, 115),
    2021: ("85039NED", 28, 83, 87, 116),
    2022: ("85318NED", 29, 80, 84, 115),
    2023: ("85618NED", 29, 92, 96, 125),
    2024: ("85984NED", 29, 87, 91, 120),
}
_FULL, _OTHER_AGES = "86165NED", "86358NED"
# In KWB 2025 nothing stands under these yet; in that of 2026 only what is known on the first of January does.
_EMPTY_IN_2025 = ("Geboorte en sterfte", "Energie", "Onderwijs", "Arbeid", "Inkomen", "Zorg")
_FILLED_IN_2026 = ("Regioaanduiding", "Bevolking", "Stedelijkheid")
_BY_AGE = {
    "0 tot 15 jaar": ("0-5", "5-10", "10-15"),
    "15 tot 25 jaar": ("15-20", "20-25"),
    "25 tot 45 jaar": ("25-45",),
    "45 tot 65 jaar": ("45-65",),
    "65 jaar of ouder": ("65-80", "80+"),
    "65 jaar tot 80 jaar": ("65-80",),
    "80 jaar of ouder": ("80+",),
}
_CODES = {"Gemeentenaam": 0, "Soort regio": 1, "Codering": 2}
_WIDTHS = {"Gemeentenaam": 40, "Soort regio": 10, "Codering": 10, "Meest voorkomende postcode": 10}


@cache
def kwb_2025_topics() -> tuple[dict[str, str], ...]:
    """What is proven of the topics of 86165NED, a row each."""
    with (Path(__file__).resolve().parent / "kwb_2025_topics.csv").open(encoding="utf-8", newline="") as text:
        return tuple(csv.DictReader(text))


def _full_topics() -> tuple[Topic, ...]:
    return tuple(
        _topic(tuple(row["path"].split("|")), row["unit"], row["datatype"], int(row["decimals"]), row["presentation"])
        for row in kwb_2025_topics()
    )


def _topic(
    path: tuple[str, ...],
    unit: str = "aantal",
    datatype: str = "Long",
    decimals: int = 0,
    presentation: str = "",
    number: int | None = None,
) -> Topic:
    text = datatype == "String"
    width = _WIDTHS.get(path[-1], 1) if text else 8
    return Topic(path, unit, datatype, decimals, width, "Impossible", number, presentation or None)


def _few_topics(households: int, assistance: int, care: int | None, urban: int) -> tuple[Topic, ...]:
    people = "Bevolking"
    found = [
        *(_topic(("Regioaanduiding", title), unit, "String") for title, unit in _REGION),
        _topic((people, "Aantal inwoners")),
        _topic((people, "Leeftijdsgroepen", "0 tot 15 jaar"), number=8),
        _topic((people, "Leeftijdsgroepen", "15 tot 25 jaar"), number=9),
        _topic((people, "Leeftijdsgroepen", "25 tot 45 jaar"), number=10),
        _topic((people, "Leeftijdsgroepen", "45 tot 65 jaar"), number=11),
        _topic((people, "Leeftijdsgroepen", "65 jaar of ouder"), number=12),
        _topic((people, "Particuliere huishoudens", "Huishoudens totaal"), number=households),
        _topic((people, "Particuliere huishoudens", "Eenpersoonshuishoudens"), number=households + 1),
        _topic((people, "Particuliere huishoudens", "Huishoudens zonder kinderen"), number=households + 2),
        _topic((people, "Particuliere huishoudens", "Huishoudens met kinderen"), number=households + 3),
        _topic(("Sociale zekerheid", _ASSISTANCE), number=assistance),
        *(
            _topic(("Sociale zekerheid", f"{_BENEFIT}{name}"), number=assistance + place)
            for place, name in enumerate(_OF_THE_STATE, start=1)
        ),
    ]
    if care is not None:
        found += [
            _topic(("Zorg", "Jongeren met jeugdzorg in natura"), number=care),
            _topic(("Zorg", "Percentage jongeren met jeugdzorg"), "%", "Double", 1, number=care + 1),
            _topic(("Zorg", "Wmo-cliënten"), number=care + 2),
            _topic(("Zorg", "Wmo-cliënten relatief"), "per 1 000 inwoners", number=care + 3),
        ]
    found += [
        _topic(("Stedelijkheid", "Mate van stedelijkheid"), "code", presentation="Absolute", number=urban),
        _topic(("Stedelijkheid", "Omgevingsadressendichtheid"), "per km²", number=urban + 1),
    ]
    return tuple(found)


_REGION = (
    ("Gemeentenaam", "naam"),
    ("Soort regio", "omschrijving"),
    ("Codering", "code"),
    ("Indelingswijziging wijken en buurten", "code"),
)


def _other_ages() -> tuple[Topic, ...]:
    """Of 2026: two groups in place of "65 jaar of ouder", so that every later number is one more."""
    found: list[Topic] = []
    for topic in _full_topics():
        if topic.path[-1] == "65 jaar of ouder":
            found += [_topic((*topic.path[:-1], title)) for title in ("65 jaar tot 80 jaar", "80 jaar of ouder")]
        else:
            found.append(topic)
    return tuple(found)


def density(region: str) -> int:
    """Addresses per square kilometre around the addresses of a region, the same every year."""
    return round(60 + 3_200 * chance("density", region) ** 2)


def urbanity(region: str) -> int:
    """The degree of urbanisation that belongs to the density: 1 is very urban."""
    return 1 + sum(density(region) < bound for bound in (2_500, 1_500, 1_000, 500))


def _single(region: str) -> float:
    """The share of the households of a region that is one person, the same every year."""
    return 0.25 + 0.2 * chance("single", region)


def _wmo(region: str, year: int) -> Value:
    if not takes_part(region, year):
        return UNKNOWN
    return rounded(amount(year, "wmo")[region], hidden_below=8)


def _wmo_per_1000(region: str, year: int) -> Value:
    clients = _wmo(region, year)
    return clients if isinstance(clients, str) else round(1_000 * clients / inhabitants(year)[region])


def _young_with_care(region: str, year: int) -> float:
    return amount(year, "youth", IN_NATURA)[region]


def _care_percentage(region: str, year: int) -> Value:
    young = sum(of_age(age, year)[region] for age in ("0-5", "5-10", "10-15", "15-20"))
    count = _young_with_care(region, year)
    return UNKNOWN if count < HIDDEN_BELOW else percentage(count, young + 0.6 * of_age("20-25", year)[region])


_FIGURES: dict[str, Callable[[str, int], Value]] = {
    "Aantal inwoners": lambda region, year: round(inhabitants(year)[region]),
    "Huishoudens totaal": lambda region, year: round(households(year)[region]),
    "Eenpersoonshuishoudens": lambda region, year: round(_single(region) * households(year)[region]),
    "Huishoudens zonder kinderen": lambda region, year: round((0.6 - 0.4 * _single(region)) * households(year)[region]),
    "Huishoudens met kinderen": lambda region, year: round((0.4 - 0.6 * _single(region)) * households(year)[region]),
    _ASSISTANCE: lambda region, year: rounded(amount(year, "benefit", TO_AOW)[region], 10),
    "Jongeren met jeugdzorg in natura": lambda region, year: rounded(
        _young_with_care(region, year), hidden_below=HIDDEN_BELOW
    ),
    "Percentage jongeren met jeugdzorg": _care_percentage,
    "Wmo-cliënten": _wmo,
    "Wmo-cliënten relatief": _wmo_per_1000,
    "Mate van stedelijkheid": lambda region, _: urbanity(region),
    "Omgevingsadressendichtheid": lambda region, _: density(region),
}
_SHARES = {f"{_BENEFIT}{name}": share for name, share in _OF_THE_STATE.items()}


def _figure(topic: Topic, year: int) -> Callable[[str], Value]:
    """What gives the figure of a topic for a region."""
    title = topic.path[-1]
    if title in _CODES:
        return lambda region: texts_of(year)[region][_CODES[title]]
    if topic.is_text:
        return lambda _: "1" if title.startswith("Indeling") else UNKNOWN
    if title in _BY_AGE and topic.path[1] == "Leeftijdsgroepen":
        return lambda region: round(sum(of_age(age, year)[region] for age in _BY_AGE[title]))
    if title in _SHARES:
        return lambda region: rounded(_SHARES[title] * inhabitants(year)[region], 10)
    if title in _FIGURES:
        return lambda region: _FIGURES[title](region, year)
    if topic.unit == "aantal" and not topic.decimals:
        return lambda region: rounded(inhabitants(year)[region] * chance("part", *topic.path))
    # Anything else is a made number of an ordinary size.
    return lambda region: round(5 + 90 * chance(region, *topic.path), topic.decimals or None)


def _is_empty(topic: Topic, year: int) -> bool:
    if year <= 2024 or topic.is_text:
        return False
    if year == 2025:
        return any(group in _EMPTY_IN_2025 for group in topic.path[:-1])
    return topic.path[0] not in _FILLED_IN_2026


def _topics_of(year: int) -> tuple[Topic, ...]:
    if year in _YEARS:
        return _few_topics(*_YEARS[year][1:])
    return _full_topics() if year == 2025 else _other_ages()


def kwb_table(table: str, year: int, *, factor: int = 1, **rest: object) -> Table:
    """One year; ``factor`` makes the counts of a twin differ."""
    topics = _topics_of(year)
    figures = [None if _is_empty(topic, year) else _figure(topic, year) for topic in topics]

    def cells(region: str) -> list[Value]:
        found = [UNKNOWN if figure is None else figure(region) for figure in figures]
        return found if factor == 1 else [v * factor if isinstance(v, int) else v for v in found]

    given = {
        "title": f"Kerncijfers wijken en buurten {year}",
        "year": year,
        "period": str(year),
        "frequency": "Onregelmatig",
    } | rest
    return Table(
        table,
        dimensions=(detail(year, "WijkenEnBuurten"),),
        topics=topics,
        cells=cells,
        **given,  # type: ignore[arg-type]
    )


def tables() -> list[Table]:
    # On the list of tables that CBS still keeps up 83765NED is not.
    stopped = {"status": "Gediscontinueerd", "frequency": "Stopgezet"}
    older = [kwb_table(row[0], year, **(stopped if year == 2017 else {})) for year, row in _YEARS.items()]
    return [*older, kwb_table(_FULL, 2025), kwb_table(_OTHER_AGES, 2026)]
