"""Gebieden in Nederland: in which regions a municipality lies, a table a year, 2017 to 2026."""

from tests.support.cbs_2026.form import UNKNOWN, Dimension, Table, Topic, Value
from tests.support.cbs_2026.neighbourhoods import density, urbanity
from tests.support.cbs_2026.region import memberships, municipalities, regio_s, region_names
from tests.support.cbs_2026.society import inhabitants

_IDS = {
    2017: "83553NED",
    2018: "83859NED",
    2019: "84378NED",
    2020: "84721NED",
    2021: "84929NED",
    2022: "85067NED",
    2023: "85385NED",
    2024: "85755NED",
    2025: "86059NED",
    2026: "86247NED",
}
_STOPPED = 2019  # up to here none is on the list of tables that CBS still keeps up
# Title, and the kind of region in memberships.csv, or the letters of codes that are made up.
_REGIONS: tuple[tuple[str, str], ...] = (
    ("Arbeidsmarktregio's", "am"),
    ("COROP-gebieden", "cr"),
    ("COROP-subgebieden", "CS"),
    ("COROP-plusgebieden", "CP"),
    ("GGD-regio's", "gg"),
    ("Jeugdregio's", "jz"),
    ("Landsdelen", "ld"),
    ("Provincies", "pv"),
    ("Regionale Energiestrategie regio’s", "ES"),  # noqa: RUF001 - printed with this apostrophe
    ("Regionale Meld- en Coördinatiepunten", "RM"),
    ("Toeristengebieden", "TG"),
    ("Veiligheidsregio's", "vr"),
)
# Youth regions that got another name with the same code; the years between those seen U.
_NAMES_UNTIL_2021 = {"JZ28": "Arnhem", "JZ32": "Nijmegen", "JZ35": "Midden-Brabant"}
_SIZES = (5_000, 10_000, 20_000, 50_000, 100_000, 150_000, 250_000)
_URBANITY = ("Zeer sterk stedelijk", "Sterk stedelijk", "Matig stedelijk", "Weinig stedelijk", "Niet stedelijk")


def _regions(year: int) -> tuple[tuple[str, str], ...]:
    found = list(_REGIONS)
    if year < 2020:
        # Not seen in the tables of these years: the older word (U).
        found = [("Jeugdzorgregio's" if kind == "jz" else title, kind) for title, kind in found if kind != "ES"]
    return (*found, ("Zorgkantoorregio's", "ZK")) if year == 2017 else tuple(found)


def _text(path: tuple[str, ...], unit: str, width: int) -> Topic:
    return Topic(path, unit, "String", width=width, default="Impossible")


def _topics(year: int) -> tuple[Topic, ...]:
    codes, places, size = (
        "Codes en namen van gemeenten",
        "Lokaliseringen van gemeenten",
        "Grootte en stedelijkheid van gemeenten",
    )
    found = [
        _text((codes, "Code"), "code", 10),
        _text((codes, "Naam"), "naam", 50),
        _text((codes, "Sortering naam"), "naam", 50),
    ]
    for title, _ in _regions(year):
        found += [_text((places, title, "Code"), "code", 10), _text((places, title, "Naam"), "naam", 50)]
    return (
        *found,
        _text((size, "Gemeentegrootte", "Code"), "code", 1),
        _text((size, "Gemeentegrootte", "Omschrijving"), "omschrijving", 50),
        _text((size, "Stedelijkheid", "Code"), "code", 1),
        _text((size, "Stedelijkheid", "Omschrijving"), "omschrijving", 25),
        Topic(("Statistische gegevens", "Inwonertal")),
        Topic(("Statistische gegevens", "Omgevingsadressendichtheid"), "per km²"),
    )


def _place(region: str, kind: str, year: int) -> tuple[str, str]:
    code = memberships()[region].get(kind, f"{kind}{memberships()[region]['pv'][2:]}")
    renamed = _NAMES_UNTIL_2021.get(code) if year <= 2021 else None
    return code, renamed or region_names().get(code, f"Verzonnen gebied {code}")


def division_table(table: str, year: int, *, factor: int = 1, **rest: object) -> Table:
    """One year; ``factor`` makes the inhabitants of a twin differ."""

    def cells(region: str) -> list[Value]:
        name, people = municipalities(year)[region], round(inhabitants(year)[region])
        found: list[Value] = [region, name, name]
        for _, kind in _regions(year):
            found += _place(region, kind, year)
        size, urban = 1 + sum(people >= bound for bound in _SIZES), urbanity(region)
        return [*found, str(size), UNKNOWN, str(urban), _URBANITY[urban - 1], people * factor, density(region)]

    regions = regio_s(range(year, year + 1))
    given = {
        "title": f"Gebieden in Nederland {year}",
        "year": year,
        "period": str(year),
        "modified": f"{year}-01-15T02:00:00",
    } | rest
    # The country is not among them.
    only = Dimension("RegioS", "Regio's", regions.codes[1:], "GeoDimension", "region", str(year))
    return Table(
        table,
        dimensions=(only,),
        topics=_topics(year),
        cells=cells,
        **given,  # type: ignore[arg-type]
    )


def tables() -> list[Table]:
    stopped = {"status": "Gediscontinueerd", "frequency": "Stopgezet"}
    return [division_table(table, year, **(stopped if year <= _STOPPED else {})) for year, table in _IDS.items()]
