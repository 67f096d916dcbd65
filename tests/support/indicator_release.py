"""A made-up release with indicators of every kind, ten municipalities and two regions: for pages of indicators.

- ``zorg``: a count; ``zorg_per_1000``: its rate. In 2020 all are compared; in 2021 a break, and two have no figure, so
  that too few are compared for a place; in 2022, the newest, Rotterdam is doubted and Vlieland has small numbers.
- ``lasten_wmo_per_inwoner``: money, without counts. ``zorg_pct``: a percentage that CBS gives without counts.
- ``later``: no figure yet.
"""

from pathlib import Path

from pipelines.releases.reader import Row
from tests.support.made_up_releases import release_to_show

NAMES = {
    "GM0014": "Groningen",
    "GM0034": "Almere",
    "GM0096": "Vlieland",
    "GM0150": "Deventer",
    "GM0193": "Zwolle",
    "GM0202": "Arnhem",
    "GM0307": "Amersfoort",
    "GM0344": "Utrecht",
    "GM0518": "'s-Gravenhage",
    "GM0599": "Rotterdam",
}
CODES = list(NAMES)
_REGIONS = {"PV20": ("provincie", "Groningen"), "AM01": ("arbeidsmarktregio", "Groningen")}
_TABLES = (
    "drop table dim_indicator",
    "drop table dim_regio",
    "delete from dim_twijfel",
    "delete from dim_reeksbreuk",
    """create table dim_indicator (indicator_id varchar, naam varchar, domein varchar, omschrijving varchar,
        eenheid varchar, soort varchar, teller varchar, noemer varchar, berekening varchar, peilmoment varchar,
        afronding varchar, decimalen tinyint, bron_tabellen varchar, laatste_jaar_met_cijfer smallint,
        toelichting varchar)""",
    """insert into dim_indicator values
        ('zorg', 'Jongeren & zorg', 'jeugd', 'Aantal <jongeren>.', 'jongeren', 'telling', null, null, null, 'hele jaar',
            'op 5', 0, '1ABC', 2022, null),
        ('zorg_per_1000', 'Jongeren per 1 000', 'jeugd', 'Jongeren per 1 000 inwoners.', 'per 1 000 inwoners',
            'verhouding', 'zorg', 'inwoners', 'zorg / inwoners * 1000', 'hele jaar', 'geen', 1, '1ABC, 2DEF', 2022,
            'Een jongere telt één keer; zie <zorg_pct> en wat_anders.'),
        ('lasten_wmo_per_inwoner', 'Lasten Wmo', 'wmo', 'Lasten per inwoner.', 'euro per inwoner', 'verhouding',
            'lasten_wmo', 'inwoners', null, 'boekjaar', 'geen', 0, '2DEF', 2022, null),
        ('zorg_pct', 'Zorg in procenten', 'jeugd', 'Percentage.', '%', 'gepubliceerd', null, null, null, 'hele jaar',
            'op 0,1', 1, '1ABC', 2022, null),
        ('later', 'Later', 'jeugd', 'Nog niets.', 'jongeren', 'telling', null, null, null, 'hele jaar', 'op 5', 0,
            '1ABC', null, null)""",
    "create table dim_regio (regio_code varchar, regio_soort varchar, naam varchar)",
    """create table mart_gebruik (indicator_id varchar, regio_soort varchar, regio_code varchar, jaar smallint,
        kanttekening varchar)""",
    "insert into mart_gebruik by name select 'zorg_per_1000' as indicator_id",
    """create table mart_dekking_actueel (indicator_id varchar, jaar smallint, regio_code varchar,
        som_bekende_leden double, leden_met_cijfer smallint, leden smallint)""",
    "insert into mart_dekking_actueel values ('zorg', 2021, 'NL', 12345, 11, 12), ('zorg', 2020, 'PV20', 1, 1, 1)",
    "create table dim_gemeente (gm_code varchar, naam varchar, geldig_van date, geldig_tot date)",
    """create table mart_lasten_en_gebruik (regio_soort varchar, regio_code varchar, domein varchar,
        centrumgemeente_opvang boolean)""",
    "insert into mart_lasten_en_gebruik values ('gemeente', 'GM0014', 'wmo', true)",
    """create table mart_indicator_actueel (indicator_id varchar, regio_soort varchar, regio_code varchar,
        regio_naam varchar, jaar smallint, waarde double, reden_ontbreekt varchar, status varchar, twijfel boolean,
        reeksbreuk boolean, tabel_id varchar)""",
    """create table mart_benchmark (indicator_id varchar, gm_code varchar, jaar smallint, noemer double,
        kwartiel_1 double, kwartiel_3 double, toeval double, afronding_marge double, spreiding_tussen_gemeenten double,
        ondergrens_95 double, bovengrens_95 double, ondergrens_99 double, bovengrens_99 double)""",
    """create table mart_gemeente_profiel (indicator_id varchar, gm_code varchar, jaar smallint,
        gewogen_vergelijkbare_gemeenten double, mediaan_vergelijkbare_gemeenten double, gewogen_provincie double,
        gewogen_grootteklasse double, gewogen_land double, gepubliceerd_land double, rang smallint, rang_van smallint,
        kleine_aantallen boolean, vlag varchar)""",
    """create table mart_kaart (indicator_id varchar, gm_code varchar, jaar smallint, klasse tinyint,
        klasse_laagste double, klasse_hoogste double)""",
    """create table mart_benchmark_reeks (indicator_id varchar, jaar smallint, gemeenten smallint,
        aantal_vergeleken smallint, gewogen_land double, mediaan_land double, gepubliceerd_land double,
        grens_methode varchar, grens_reden varchar, laag_kan_blijken varchar, hoog_kan_blijken varchar)""",
    """insert into dim_reeksbreuk values
        ('zorg_per_1000', 2021, 'methode', true, 'CBS begon een nieuwe reeks.', 'CBS, bericht 12'),
        ('zorg_per_1000', 2022, 'beleid', false, 'De wet veranderde.', 'Wet van 2022')""",
    """insert into dim_twijfel values
        ('zorg_per_1000', 'GM0599', 2022, 'actueel', 'uitschieter', 'Wijkt sterk af.'),
        ('zorg_per_1000', 'GM0599', 2022, 'origineel', 'uitschieter', 'Wijkt sterk af.'),
        ('zorg_per_1000', 'NL', 2022, 'actueel', 'uitschieter', 'Wijkt sterk af.')""",
)


def indicator_release(folder: Path, *statements: str) -> Path:
    """Make the release in ``folder``, with ``statements`` done to its tables at the end."""
    return release_to_show(folder, *_TABLES, *_rows(), *statements)


def rate(place: int, year: int) -> float | None:
    """The rate of the municipality at this place among all, and of which it is the numerator per 1,000."""
    if year == 2021 and place in (1, 3):
        return None
    # The first is the highest: 1,234.56 is far above the others.
    return 1234.56 if place == 0 else round(40.06 - 3 * place + (year - 2020), 2)


def _rows() -> list[str]:
    made: list[str] = []
    for code, name in NAMES.items():
        made += [_insert("dim_gemeente", {"gm_code": code, "naam": name})]
        made += [_insert("dim_regio", {"regio_code": code, "regio_soort": "gemeente", "naam": name})]
    for year in (2020, 2021, 2022):
        for place, code in enumerate(CODES):
            made += _of_municipality(code, year, rate(place, year))
        made += _of_areas(year)
    for name, value in (("lasten_wmo_per_inwoner", 250.4), ("zorg_pct", 9.25)):
        for place, code in enumerate(CODES):
            made += _alone(name, code, value + place)
        made += [_series(name, 2022, 10, None if name == "zorg_pct" else 255.0, "geen_aantallen")]
    return made


def _of_municipality(code: str, year: int, value: float | None) -> list[str]:
    doubt, small = (year, code) == (2022, "GM0599"), (year, code) == (2022, "GM0096")
    known = [rate(place, year) for place in range(10)]
    compared = [found for found in known if found is not None][: 9 if year == 2022 else None]
    is_compared = value is not None and not doubt
    key = {"indicator_id": "zorg_per_1000", "gm_code": code, "jaar": year}
    beside = {
        "gewogen_vergelijkbare_gemeenten": 21.25,
        "mediaan_vergelijkbare_gemeenten": 20.0,
        "gewogen_land": 26.31,
        "rang": 1 + sum(found > (value or 0) for found in compared) if is_compared else None,
        "rang_van": len(compared) if is_compared else None,
        "kleine_aantallen": small,
        "vlag": ("boven_buitengrens" if code == "GM0014" else "binnen_grenzen")
        if is_compared and year != 2021
        else None,
    }
    limits = {"ondergrens_95": 12.0, "bovengrens_95": 38.0, "ondergrens_99": 8.0, "bovengrens_99": 42.0, "toeval": 2.0}
    has_limits = is_compared and year != 2021 and not small
    benchmark = {"noemer": 50_000.0, "kwartiel_1": 20.5, "kwartiel_3": 31.5} | (limits if has_limits else {})
    fifth = None if not is_compared else 5 if code == "GM0014" else 2
    return [
        _figure("zorg", "gemeente", code, year, None if value is None else value * 50, doubt=False),
        _figure("zorg_per_1000", "gemeente", code, year, value, doubt=doubt),
        _insert("mart_gemeente_profiel", key | beside),
        _insert("mart_benchmark", key | benchmark),
        _insert("mart_kaart", key | {"klasse": fifth, "klasse_laagste": value, "klasse_hoogste": value}),
    ]


def _of_areas(year: int) -> list[str]:
    counted = {2020: 10, 2021: 8, 2022: 9}[year]
    made = [_series("zorg_per_1000", year, counted, 26.31, "te_weinig_dekking" if year == 2021 else None)]
    for name, value in (("zorg", 13155.0), ("zorg_per_1000", 26.31)):
        made.append(_figure(name, "land", "NL", year, value, doubt=False))
        for code, (kind, _) in _REGIONS.items():
            made.append(_figure(name, kind, code, year, None if code == "AM01" else value, doubt=False))
    return made


def _alone(name: str, code: str, value: float) -> list[str]:
    """A figure of 2022 that is compared, without limits."""
    key = {"indicator_id": name, "gm_code": code, "jaar": 2022}
    beside: Row = {"mediaan_vergelijkbare_gemeenten": 10.5, "rang": 1, "rang_van": 10}
    if name != "zorg_pct":
        beside |= {"gewogen_vergelijkbare_gemeenten": 251.6, "gewogen_land": 255.0}
    return [
        _figure(name, "gemeente", code, 2022, value, doubt=False),
        _insert("mart_gemeente_profiel", key | beside),
        _insert("mart_benchmark", key),
        _insert("mart_kaart", key | {"klasse": 3, "klasse_laagste": 1, "klasse_hoogste": 2}),
    ]


def _series(name: str, year: int, compared: int, weighted: float | None, reason: str | None) -> str:
    row: Row = {"indicator_id": name, "jaar": year, "gemeenten": 10, "aantal_vergeleken": compared}
    row |= {"gewogen_land": weighted, "mediaan_land": 24.05, "gepubliceerd_land": 13.2 if weighted is None else None}
    row |= {"grens_reden": reason, "grens_methode": None if reason else "poisson"}
    return _insert("mart_benchmark_reeks", row | ({} if reason else {"laag_kan_blijken": "bij_geen"}))


def _figure(name: str, kind: str, code: str, year: int, value: float | None, *, doubt: bool) -> str:
    row: Row = {"indicator_id": name, "regio_soort": kind, "regio_code": code, "jaar": year, "waarde": value}
    row |= {"regio_naam": NAMES.get(code) or (_REGIONS[code][1] if code in _REGIONS else "Nederland")}
    row |= {"reden_ontbreekt": "onbekend_of_geheim" if value is None else None, "twijfel": doubt, "tabel_id": "1ABC"}
    row |= {"status": "voorlopig" if year == 2022 else "definitief", "reeksbreuk": name != "zorg" and year == 2021}
    return _insert("mart_indicator_actueel", row)


def _insert(table: str, row: Row) -> str:
    values = ", ".join(_literal(value) for value in row.values())
    return f"insert into {table} ({', '.join(row)}) values ({values})"


def _literal(value: object) -> str:
    if value is None:
        return "null"
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else str(value).lower()
