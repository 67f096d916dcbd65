"""Measures that CBS publishes as such: which recorded table leads in which year, and their cells as figures."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.oracle.figures import LAND, NOT_RECORDED, Figure, Series, from_cell, sum_of_all
from tests.oracle.recording import RecordingError, Table


@dataclass(frozen=True)
class Leader:
    """A column of a table, by titles; `members` names the member to keep per further dimension, by title.

    `holes` are the levels (gemeente, land) at which a dot says only that the copy lacked the cell (PROVENANCE.csv).
    """

    table: str
    titles: tuple[str, ...]
    members: dict[str, str] = field(default_factory=dict)
    holes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Measure:
    """The leading column per year, for municipalities and for the country; `land` None means: sum of them all."""

    gemeente: dict[int, Leader]
    land: dict[int, Leader] | None


KWB = {2017: "83765NED", 2018: "84286NED", 2019: "84583NED", 2020: "84799NED", 2021: "85039NED"}
WMO = {2017: "84751NED", 2018: "84752NED", 2019: "84753NED", 2020: "84908NED"}
JEUGD = {2021: "85075NED", 2022: "85335NED"}


def kwb(titles: tuple[str, ...], *years: int, holes: dict[int, tuple[str, ...]] | None = None) -> dict[int, Leader]:
    """Kerncijfers wijken en buurten, a table a year; `holes` by year."""
    return {year: Leader(KWB[year], titles, holes=(holes or {}).get(year, ())) for year in years}


def jeugd(*titles: str) -> dict[int, Leader]:
    """Jongeren met jeugdzorg, a table a year, all forms of youth care together."""
    return {year: Leader(table, titles, {"VormenVanJeugdzorg": "Totaal jeugdzorg"}) for year, table in JEUGD.items()}


def wmo(soort: str) -> dict[int, Leader]:
    """Wmo-cliënten per type, a table a year."""
    members = {"TypeMaatwerkarrangement": soort}
    return {year: Leader(table, ("Wmo-cliënten",), members) for year, table in WMO.items()}


def same_tables(leaders: dict[int, Leader]) -> Measure:
    """Both levels from the same tables; a table without a row for the country simply has none."""
    return Measure(leaders, leaders)


COPIED_WITH_WMO = {2017: ("gemeente",), 2018: ("gemeente", "land"), 2019: ("gemeente",)}
"""Households, and youth care of 2018 and 2019, were copied only of municipalities with Wmo figures."""

HUISHOUDENS = kwb(
    ("Bevolking", "Particuliere huishoudens", "Huishoudens totaal"), *KWB, holes=COPIED_WITH_WMO
)  # fmt: skip
BIJSTAND = kwb(("Sociale zekerheid", "Personen per soort uitkering; Bijstand"), *KWB)
JONGEREN = (
    kwb(("Zorg", "Jongeren met jeugdzorg in natura"), 2018, 2019, holes=COPIED_WITH_WMO)
    | jeugd("Jongeren met jeugdzorg in natura", "Totaal jongeren met jeugdzorg in natura")
)  # fmt: skip
WMO_LAND = Leader(
    "83262NED",
    ("Wmo-cliënten",),
    {
        "Geslacht": "Totaal mannen en vrouwen",
        "KenmerkenVanPersonen": "Totaal personen",
        "TypeMaatwerkarrangement": "Totaal",
    },
)
LEEFTIJDEN = {
    "0_4": "0 tot 4 jaar",
    "4_12": "4 tot 12 jaar",
    "12_18": "12 tot 18 jaar",
    "18_23": "18 tot 23 jaar",
}
VERWIJZERS = {
    "gemeentelijke_toegang": "Gemeentelijke toegang",
    "huisarts": "Huisarts",
    "jeugdarts": "Jeugdarts",
    "gecertificeerde_instelling": "Gecertificeerde instelling",
    "medisch_specialist": "Medisch specialist",
    "rechter_of_ovj": "Rechter, Officier van Justitie",
    "geen": "Geen verwijzer",
    "onbekend": "Verwijzer onbekend",
}
WMO_SOORTEN = {
    "hulp_bij_het_huishouden": "Hulp bij het huishouden",
    "ondersteuning_thuis": "Ondersteuning thuis",
    "hulpmiddelen_en_diensten": "Hulpmiddelen en diensten",
    "verblijf_en_opvang": "Verblijf en opvang",
}

INDICATOREN_2022 = {
    "jeugdhulp_pct_tot_18": "Jongeren met jeugdhulp in natura",
    "jeugdhulp_met_verblijf_pct_van_jeugdhulp": "Jongeren met jeugdh. met verbl. in nat.",
    "jeugdbescherming_pct_tot_18": "Jongeren met jeugdbescherming",
    "jeugdbescherming_met_verblijf_pct_van_jeugdbescherming": "Jeugdbesch. en jeugdh. met verbl. in nat",
    "jeugdreclassering_pct_12_tot_23": "Jongeren met jeugdreclassering",
}

MEASURES: dict[str, Measure] = {
    "inwoners": Measure(
        {
            year: Leader("70072ned", ("Bevolking", "Bevolkingssamenstelling op 1 januari", "Totale bevolking"))
            for year in range(2017, 2027)
        },
        land=None,
    ),
    "huishoudens": same_tables(HUISHOUDENS),
    "bijstand_personen": same_tables(BIJSTAND),
    "jeugdzorg_jongeren": same_tables(JONGEREN),
    "jeugdzorg_pct": same_tables(
        kwb(
            ("Zorg", "Percentage jongeren met jeugdzorg"),
            *(2018, 2019, 2020, 2021),
            # Of 2020 CBS had not filled the column yet.
            holes={**COPIED_WITH_WMO, 2020: ("gemeente", "land"), 2021: ("land",)},
        )
    ),
    "jeugdzorg_trajecten": same_tables(jeugd("Trajecten in natura", "Totaal trajecten in natura")),
    "wmo_clienten": Measure(
        wmo("Totaal") | kwb(("Zorg", "Wmo-cliënten"), 2021),
        land=dict.fromkeys((2017, 2018, 2019), WMO_LAND),
    ),
}
MEASURES |= {naam: same_tables({2022: Leader("85098NED", (titel,))}) for naam, titel in INDICATOREN_2022.items()}
MEASURES |= {
    f"jeugdzorg_jongeren_{naam}": same_tables(jeugd("Jongeren met jeugdzorg in natura", "Leeftijd", titel))
    for naam, titel in LEEFTIJDEN.items()
}
MEASURES |= {f"wmo_{naam}": Measure(wmo(titel), land={}) for naam, titel in WMO_SOORTEN.items()}

LEEFTIJDSGROEPEN = {
    "inwoners_tot_15": "0 tot 15 jaar",
    "inwoners_15_25": "15 tot 25 jaar",
    "inwoners_65_plus": "65 jaar of ouder",
}
MEASURES |= {
    naam: same_tables(kwb(("Bevolking", "Leeftijdsgroepen", titel), *KWB, holes={2018: ("land",)}))
    for naam, titel in LEEFTIJDSGROEPEN.items()
}
MEASURES |= {
    f"{soort.lower()}_personen": same_tables(kwb(("Sociale zekerheid", f"Personen per soort uitkering; {soort}"), 2020))
    for soort in ("AO", "WW", "AOW")
}
HUISHOUDEN = {
    "eenouderhuishouden": "Thuiswonend kind in eenouderhuishouden",
    "paar": "Thuiswonend kind bij een paar",
    "ander_huishouden": "Ander huishouden",
}
MEASURES |= {
    f"jeugdzorg_jongeren_{naam}": same_tables(
        jeugd("Jongeren met jeugdzorg in natura", "Samenstelling huishouden bij hulpvraag", titel)
    )
    for naam, titel in HUISHOUDEN.items()
}

JONGEREN_TOT_25 = [kwb(("Bevolking", "Leeftijdsgroepen", ages), *KWB) for ages in ("0 tot 15 jaar", "15 tot 25 jaar")]
"""Two ages that together are the young people up to 25; the country is the sum of all municipalities."""

REFERRALS: dict[str, Measure] = {
    f"jeugdzorg_verwijzer_{naam}": same_tables(jeugd("Trajecten in natura", "Verwijzer", titel))
    for naam, titel in VERWIJZERS.items()
}
"""Numbers of trajecten by who referred: numerators only, not published themselves."""


def published_series(recording: Path, municipalities: dict[int, list[str]]) -> dict[str, Series]:
    """Compute every measure of MEASURES and REFERRALS, from its first to its last year, for the list of each year."""
    tables: dict[str, Table] = {}

    def table(table_id: str) -> Table:
        return tables.setdefault(table_id, Table(recording, table_id))

    young = [_series(Measure(ages, land=None), table, municipalities) for ages in JONGEREN_TOT_25]
    published = {name: _series(measure, table, municipalities) for name, measure in (MEASURES | REFERRALS).items()}
    return published | {"jongeren_tot_25": {key: sum_of_all([part[key] for part in young]) for key in young[0]}}


def _series(measure: Measure, table: Callable[[str], Table], municipalities: dict[int, list[str]]) -> Series:
    series: Series = {}
    for year in range(min(measure.gemeente), max(measure.gemeente) + 1):
        published = _figures(measure.gemeente.get(year), table, year)
        members = [published.get((code, year), NOT_RECORDED) for code in municipalities[year]]
        series |= {(code, year): figure for code, figure in zip(municipalities[year], members, strict=True)}
        if measure.land is None:
            series[LAND, year] = sum_of_all(members)
        else:
            series[LAND, year] = _figures(measure.land.get(year), table, year).get((LAND, year), NOT_RECORDED)
    return series


def _figures(leader: Leader | None, table: Callable[[str], Table], year: int) -> Series:
    if leader is None:
        return {}
    source = table(leader.table)
    members = {name: source.member(name, title) for name, title in leader.members.items()}
    chosen = {name: code for name, code in members.items() if code is not None}
    if chosen.keys() != members.keys():
        message = f"{leader.table}: expected the members {leader.members}, found only {chosen}"
        raise RecordingError(message)
    cells = source.cells(source.column(*leader.titles), year, chosen)
    status = source.status(year)
    return {(region, year): _figure(leader, region, text, status) for region, text in cells.items()}


def _figure(leader: Leader, region: str, text: str, status: str) -> Figure:
    is_hole = text.strip() == "." and ("land" if region == LAND else "gemeente") in leader.holes
    return replace(NOT_RECORDED, status=status) if is_hole else from_cell(text, status)
