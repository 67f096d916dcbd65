"""Wmo: clients by type of support, per wijk a table a year, and per region.

Not every municipality takes part; of one that does not, every figure is a dot. The country is an estimate of all.
"""

from tests.support.cbs_2026.form import UNKNOWN, Code, Dimension, Table, Topic, Value
from tests.support.cbs_2026.period import halves, part_of_year, perioden, year_of
from tests.support.cbs_2026.region import detail, regio_s, texts_of
from tests.support.cbs_2026.society import amount, chance, inhabitants, rounded

TOTAL = "T001024"
TYPES: dict[str, tuple[str, tuple[tuple[str, float], ...]]] = {
    TOTAL: ("Totaal", ()),
    "A048188": ("Totaal exclusief verblijf en opvang", (("zonder verblijf", 0.90),)),
    "A019506": ("Ondersteuning thuis, totaal", (("thuis", 0.36),)),
    "A019507": ("Hulp bij het huishouden", (("huishouden", 0.42),)),
    "A019508": ("Verblijf en opvang, totaal", (("verblijf", 0.05),)),
    "A019509": ("Hulpmiddelen en diensten, totaal", (("hulpmiddelen", 0.61),)),
    "A019510": ("Overig totaal", (("overig", 0.02),)),  # code U
}
# Only 86050NED has them; codes U.
_DETAILS = {
    "A019511": ("Begeleiding", (("thuis", 0.36), ("begeleiding", 0.7))),
    "A019512": ("Persoonlijke verzorging", (("thuis", 0.36), ("verzorging", 0.1))),
}
# What the table of 2025 has and none before.
NEW_CODE = "A099100"
_NEW_TYPE = {NEW_CODE: ("Algemene voorzieningen", (("algemeen", 0.07),))}
_ARRANGEMENT = ("TypeMaatwerkarrangement", "Type maatwerkarrangement")
_PROVISION = ("TypeMaatwerkvoorziening", "Type maatwerkvoorziening")
CLIENTS = Topic(("Wmo-cliënten",))
PER_1000 = Topic(("Wmo-cliënten per 1 000 inwoners",), "per 1 000 inwoners")
_HIDDEN_BELOW = 8  # 0 to 7 are secret
_SILENT, _SILENT_IN_2025 = 0.10, 0.40

Types = dict[str, tuple[str, tuple[tuple[str, float], ...]]]


def _type(names: tuple[str, str], types: Types) -> Dimension:
    return Dimension(*names, tuple(Code(key, title) for key, (title, _) in types.items()))


def takes_part(region: str, year: int) -> bool:
    """Whether Wmo figures of a region are published; a wijk goes with its municipality."""
    if region[:2] not in ("GM", "WK"):
        return True
    return chance("wmo", region[2:6], str(year)) >= (_SILENT_IN_2025 if year == 2025 else _SILENT)


def _clients(region: str, period: str, *shares: tuple[str, float], factor: float = 1.0) -> list[Value]:
    year = year_of(period)
    found = amount(year, "wmo", *shares).get(region)
    if found is None:
        return ["", ""]
    clients = rounded(found * part_of_year(period) * factor, hidden_below=_HIDDEN_BELOW)
    if clients == UNKNOWN or not takes_part(region, year):
        return [UNKNOWN, UNKNOWN]
    return [clients, round(1_000 * float(clients) / inhabitants(year)[region])]


_REGION_TOPICS = (
    Topic(("Regioaanduiding", "Gemeentenaam"), "naam", "String", width=40),
    Topic(("Regioaanduiding", "Soort regio"), "omschrijving", "String", width=9),
    Topic(("Regioaanduiding", "Codering"), "code", "String", width=10),
    Topic(("Regioaanduiding", "Indelingswijziging wijken"), "code", "String"),
)


def wijk_table(table: str, year: int, *, arrangement: bool = False, factor: float = 1.0, **rest: object) -> Table:
    """One year of Wmo clients per municipality and wijk; ``arrangement`` for a table that was not renamed."""
    names = _ARRANGEMENT if arrangement else _PROVISION
    types = TYPES | (_NEW_TYPE if year >= 2025 else {})

    def cells(kind: str, region: str, period: str) -> list[Value]:
        return [*texts_of(year)[region], "1", *_clients(region, period, *types[kind][1], factor=factor)]

    given = {
        "title": f"Wmo-cliënten; {names[1][0].lower()}{names[1][1:]}, wijken, {year}",
        "year": year,
        "period": str(year),
    } | rest
    status = {f"{year}JJ00": "Voorlopig" if year >= 2025 else "Definitief"}
    return Table(
        table,
        dimensions=(_type(names, types), detail(year), perioden((f"{year}JJ00",), status)),
        topics=(*_REGION_TOPICS, CLIENTS, PER_1000),
        cells=cells,
        **given,  # type: ignore[arg-type]
    )


_PERSONS = {"T009002": ("Totaal personen", ()), "A061001": ("Inkomen onbekend", (("inkomen onbekend", 0.04),))}
# Two of each, where CBS has three and tens.
_SEXES = {"T001038": ("Totaal mannen en vrouwen", ()), "3000": ("Mannen", (("=m", 0.38),))}


def _by_person(table: str, title: str, years: range, names: tuple[str, str], types: Types, status: str) -> Table:
    """83262NED and 85043NED: by sex and by a trait of persons."""

    def cells(sex: str, person: str, kind: str, region: str, period: str) -> list[Value]:
        return _clients(region, period, *_SEXES[sex][1], *_PERSONS[person][1], *types[kind][1])

    return Table(
        table,
        title,
        (
            _type(("Geslacht", "Geslacht"), _SEXES),
            _type(("KenmerkenVanPersonen", "Kenmerken van personen"), _PERSONS),
            _type(names, types),
            regio_s(years),
            perioden(halves(years, newest_halves_only=len(years) < 6)),
        ),
        (CLIENTS, PER_1000),
        cells,
        period=f"{years[0]}-{years[-1]}",
        frequency="Stopgezet" if status == "Gediscontinueerd" else "Perhalfjaar",
        status=status,
    )


def _detailed() -> Table:
    """86050NED: from 2023 (first year U), half-years too."""
    years = range(2023, 2026)
    types = TYPES | _DETAILS

    def cells(kind: str, region: str, period: str) -> list[Value]:
        return _clients(region, period, *types[kind][1])

    return Table(
        "86050NED",
        "Wmo-cliënten; type maatwerkvoorziening (detail), regio",
        (_type(_PROVISION, types), regio_s(years), perioden(halves(years))),
        (CLIENTS, PER_1000),
        cells,
        period="2023-2025",
        frequency="Perhalfjaar",
    )


def _old_types() -> Types:
    return {key: TYPES[key] for key in (TOTAL, "A019507")}


def tables() -> list[Table]:
    """Everything about Wmo but the twins."""
    stopped = {"status": "Gediscontinueerd", "frequency": "Stopgezet"}
    return [
        _by_person(
            "83262NED",
            "Wmo-cliënten; type maatwerkarrangement, regio",
            range(2015, 2021),
            _ARRANGEMENT,
            _old_types(),
            "Gediscontinueerd",
        ),
        _by_person(
            "85043NED",
            "Wmo-cliënten; type maatwerkvoorziening, persoonskenmerken, regio",
            range(2019, 2024),
            _PROVISION,
            TYPES,
            "Gediscontinueerd",
        ),
        _detailed(),
        # Renamed by CBS, its dimension with it; 84752NED not seen (U).
        wijk_table("84751NED", 2017, **stopped),
        wijk_table("84752NED", 2018, **stopped),
        wijk_table("84753NED", 2019, arrangement=True, **stopped),
        wijk_table("84908NED", 2020, arrangement=True, **stopped),
        wijk_table("85047NED", 2021, **stopped),
        wijk_table("85377NED", 2022, title="Wmo-cliënten; type maatwerkvoorziening, wijken 2022", **stopped),
        wijk_table("85639NED", 2023, title="Wmo-cliënten; type maatwerkvoorziening, regio, wijken, 2023", **stopped),
        wijk_table("86158NED", 2025),
    ]
