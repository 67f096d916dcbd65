"""The whole monitor at a made CBS of 2026, asked as live: what a first night releases.

Every figure is held against what was made (``MadeCbs.figures``), a route that reads nothing of what is served. The
nights after it, and the lines of the messages written, are shown on something smaller in ``test_live_series.py``.
"""

import json
import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest

from pipelines.common.files import read_text
from pipelines.sources.datasets import load_datasets
from tests.support.cbs_2026 import MadeCbs
from tests.support.cbs_2026.overlap import HALF_YEAR_ONLY
from tests.support.dutch_numbers import in_dutch
from tests.support.live_release import LiveRelease
from tests.support.site_pages import words
from tests.support.warehouses import query
from tests.support.written_lines import told_lines

pytestmark = pytest.mark.slow

# What a table calls a figure, by the end of its path, and the codes of its rows beside region and period.
PLACES: dict[str, dict[str, tuple[str, dict[str, str]]]] = {
    "jeugdzorg_jongeren": {
        "Jongeren met jeugdzorg en jeugdzorgtrajecten": ("Totaal jongeren met jeugdzorg", {"Vormen": "T001203"}),
        "Kerncijfers wijken en buurten": ("Jongeren met jeugdzorg in natura", {}),
        "Jongeren met jeugdzorg; persoonskenmerken": ("Totaal jongeren met jeugdzorg", {"Vormen": "A049001"}),
        "Kerncijfers over jeugdzorg": ("Jongeren met jeugdzorg", {"Vormen": "A049001"}),
    },
    "wmo_clienten": {
        "Wmo-cliënten; type": ("Wmo-cliënten", {"Type": "T001024"}),
        "Kerncijfers wijken en buurten": ("Wmo-cliënten", {}),
    },
    "bijstand_personen": {
        "Kerncijfers wijken en buurten": ("Personen per soort uitkering; Bijstand", {}),
        "Regionale kerncijfers": ("Bijstand tot de AOW-leeftijd", {}),
        "Personen met een uitkering": ("Bijstand tot de AOW-leeftijd", {}),
    },
    "bijstandsuitkeringen": {"Bijstandsuitkeringen; uitkeringsgrondslag": ("Aantal bijstandsuitkeringen", {})},
    "kosten_jeugdzorg": {"Gemeentelijke kosten; jeugdzorg": ("Gerealiseerde kosten", {})},
    "clienten_met_voorziening": {"Gebruik voorzieningen": ("Cliënten met voorzieningen", {})},
    "huishoudens_met_voorziening": {"Gebruik voorzieningen": ("Huishoudens met voorzieningen", {})},
    "inwoners": {"Regionale kerncijfers": ("Totale bevolking", {})},
}
COUNTED = {"aantal", "1 000 euro"}
# The newest year that each must have, and how many municipalities at least have a figure then.
NEWEST = {
    "jeugdzorg_jongeren": (2025, 340),
    "wmo_clienten": (2025, 200),
    "bijstand_personen": (2025, 340),
    "bijstandsuitkeringen": (2025, 340),
    "kosten_jeugdzorg": (2024, 300),
    "jeugdzorg_per_1000_jongeren_tot_25": (2025, 340),
    "clienten_met_voorziening": (2024, 340),
    "huishoudens_met_voorziening": (2024, 340),
    # Of the others one of the combinations is too small to be told.
    "clienten_met_meer_wetten": (2024, 250),
    "lasten_jeugd": (2024, 330),
    "lasten_wmo": (2024, 330),
    "lasten_participatie": (2024, 330),
    "baten_participatie": (2024, 330),
    "netto_lasten_sociaal_domein": (2024, 330),
}
# The taakvelden of 2024, as the Iv3 definitions of that year have them.
TAAKVELDEN = {
    "lasten_jeugd": ("6.72", "6.73", "6.74", "6.82"),
    "lasten_wmo": ("6.6", "6.71", "6.81"),
    "lasten_participatie": ("6.3", "6.4", "6.5"),
    "baten_participatie": ("6.3", "6.4", "6.5"),
}
IV3_2024 = "45067NED"
# Of indicators with figures of parts of a year: by table the column, and codes that are not the first of their list.
PART_PLACES: dict[str, dict[str, tuple[str, dict[str, str]]]] = {
    "wmo_clienten": dict.fromkeys(("83262NED", "85043NED", "86050NED"), ("Wmo-cliënten", {})),
    "jeugdzorg_jongeren": {
        "84134NED": ("Jongeren met jeugdzorg|Jongeren met jeugdzorg", {"VormenVanJeugdzorg": "A049001"}),
        "85100NED": ("Totaal jongeren met jeugdzorg", {"VormenVanJeugdzorg": "A049001"}),
    },
    "jeugdhulp_pct_tot_18": {"85098NED": ("Jongeren met jeugdhulp in natura", {})},
    "bijstandsuitkeringen": {"82015NED": ("Aantal bijstandsuitkeringen", {})},
    "bijstand_personen": {"80794ned": ("Bijstand tot de AOW-leeftijd", {})},
    "clienten_met_voorziening": dict.fromkeys(
        ("85994NED", HALF_YEAR_ONLY), ("Sociaal domein cliënten/huishoudens|Cliënten met voorzieningen", {})
    ),
}
PERIOD_CODES = {"halfjaar": "HJ", "kwartaal": "KW", "maand": "MM"}
# The newest period of municipalities and of the country, and the parts of a year that there are of both together.
NEWEST_PERIODS = {
    "wmo_clienten": ("2025", "2025", 12 + 2 + 4),
    "jeugdzorg_jongeren": ("2025", "2025", 2 + 2),
    "jeugdhulp_pct_tot_18": ("2025", "2025", 10),
    "bijstandsuitkeringen": ("2026 februari", "2026 mei", 21),
    "bijstand_personen": ("2026 maart", "2026 maart", 21),
    "clienten_met_voorziening": ("2025 1e halfjaar", "2025 1e halfjaar", 2),
}
# The year that two stopped tables claim goes to the newest, unless the yml lists the other one.
RE_ISSUE, ITS_ORIGINAL = "86189NED", "85377NED"
# Two traps: a title that changed, and two age groups where one was.
RENAMED, DIVIDED = ("85685NED", "trajecten_onbekend"), ("86358NED", "inwoners_65_plus")


def figures(warehouse: Path, indicator: str) -> dict[tuple[str, int], tuple[float | None, str | None]]:
    """Figure and table of every municipality and year, as published."""
    rows = query(
        warehouse,
        "select regio_code, jaar, waarde, tabel_id from fct_indicator "
        f"where indicator_id = '{indicator}' and regio_soort = 'gemeente' and indeling = 'origineel'",
    )
    return {(region, year): (value, table) for region, year, value, table in rows}


def made_figure(cbs: MadeCbs, indicator: str, table: str, region: str, year: int) -> float | None:
    """What was made of it in ``table``; None where that is a symbol."""
    made = cbs.tables[table]
    (end, codes) = next(place for title, place in PLACES[indicator].items() if made.title.startswith(title))
    path = next(topic.path for topic in made.topics if topic.path[-1].startswith(end) and topic.unit in COUNTED)
    named = {
        dimension.key: code
        for dimension in made.dimensions
        for beginning, code in codes.items()
        if dimension.key.startswith(beginning)
    }
    # Of months the figure of a year is the one at its end.
    months = {code.key for dimension in made.dimensions if dimension.says == "period" for code in dimension.codes}
    period = f"{year}MM12" if f"{year}MM12" in months else str(year)
    value = cbs.figures.value(table, path, region, period, **named)
    return value if isinstance(value, int) else None


def all_persons(cbs: MadeCbs, table: str) -> dict[str, str]:
    """The codes of everybody and every type of support, by the titles that CBS gives them."""
    totals = {"Totaal mannen en vrouwen", "Totaal personen", "Totaal"}
    return {
        dimension.key: next(code.key for code in dimension.codes if code.title in totals)
        for dimension in cbs.tables[table].dimensions
        if dimension.says == "other"
    }


def spent(cbs: MadeCbs) -> dict[str, dict[str, float]]:
    """What was spent (L) and received (B) in 2024 by indicator and municipality, with what has a letter behind it."""
    rows: dict[tuple[str, str, str], dict[str, Any]] = defaultdict(dict)
    for figure in cbs.figures.of(IV3_2024):
        codes = figure.codes
        if codes["Verslagsoort"] == "2024X005":
            rows[codes["TaakveldBalanspost"], codes["Categorie"], figure.region][figure.path[-1]] = figure.value
    found: dict[str, dict[str, float]] = {indicator: defaultdict(float) for indicator in TAAKVELDEN}
    for (taakveld, category, region), cells in rows.items():
        value = next((cells[column] for column in ("2e plaatsing", "1e plaatsing") if cells[column] != "."), None)
        for indicator, wholes in TAAKVELDEN.items():
            is_side = indicator.startswith({"L": "lasten_", "B": "baten_"}[category[0]])
            if is_side and value is not None and re.sub(r"(?<=[.]\d\d)\w$", "", taakveld) in wholes:
                found[indicator][region] += value
    return found


def young_people(cbs: MadeCbs, region: str, year: int) -> float | None:
    """Who was younger than 25 in 70072ned: the first five age groups, by their titles."""
    ages = ["Jonger dan 5 jaar", *(f"{age} tot {age + 5} jaar" for age in (5, 10, 15, 20))]
    group = "Bevolking|Bevolkingssamenstelling op 1 januari|Leeftijd|Leeftijdsgroepen|"
    values = [cbs.figures.value("70072ned", group + age, region, str(year)) for age in ages]
    return sum(int(value) for value in values) if all(isinstance(value, int) for value in values) else None


# --- the first night --------------------------------------------------------------------------------------------


def test_it_releases_with_the_newest_year_of_every_domain(live_release: LiveRelease) -> None:
    assert live_release.code == 2, live_release.said
    assert re.search(r"^Released: ", live_release.said, re.MULTILINE)
    for indicator, (year, at_least) in NEWEST.items():
        filled = Counter(
            when
            for (_, when), (value, _) in figures(live_release.place.warehouse, indicator).items()
            if value is not None
        )
        assert filled[year] >= at_least, (indicator, filled)
    assert {kind for (kind,) in query(live_release.place.warehouse, "select distinct soort from herkomst")} == {"live"}


@pytest.mark.parametrize("indicator", PLACES)
def test_every_figure_of_every_municipality_is_the_one_that_was_made(live_release: LiveRelease, indicator: str) -> None:
    published = figures(live_release.place.warehouse, indicator)
    read = {key: (value, table) for key, (value, table) in published.items() if table is not None}
    wrong = {
        (*key, table): (value, truth)
        for key, (value, table) in read.items()
        if value != (truth := made_figure(live_release.cbs, indicator, str(table), *key))
    }
    assert len(wrong) == 0, dict([*wrong.items()][:10])
    assert len(read) > 1_700


# Of which years there are figures of wijken; those of buurten are in Kerncijfers wijken en buurten alone.
OF_WIJKEN = {
    "jeugdzorg_jongeren": {*range(2018, 2026)},
    "wmo_clienten": {*range(2017, 2026)},
    "bijstand_personen": {*range(2017, 2026)},
    "clienten_met_voorziening": {2019, 2021, 2022, 2023, 2024},
}


@pytest.mark.parametrize("indicator", OF_WIJKEN)
def test_every_figure_of_every_wijk_and_buurt_is_the_one_that_was_made(
    live_release: LiveRelease, indicator: str
) -> None:
    rows = query(
        live_release.place.warehouse,
        "select regio_code, jaar, waarde, tabel_id, regio_soort from fct_indicator_wijk "
        f"where indicator_id = '{indicator}'",
    )
    wrong = [
        (region, year, value, table, truth)
        for region, year, value, table, _ in rows
        if value != (truth := made_figure(live_release.cbs, indicator, table, region, year))
    ]
    assert wrong == []
    filled = {year for _, year, value, _, kind in rows if kind == "wijk" and value is not None}
    # A half-year in the table of a year (clients of 2025) is no figure of the year here either.
    assert filled == OF_WIJKEN[indicator]


def test_youth_rates_are_per_thousand_young_people(live_release: LiveRelease) -> None:
    cbs, warehouse = live_release.cbs, live_release.place.warehouse
    population = figures(warehouse, "jongeren_tot_25")
    assert {year for _, year in population} == set(range(2015, 2027))
    wrong = {
        key: (value, young) for key, (value, _) in population.items() if value != (young := young_people(cbs, *key))
    }
    assert wrong == {}
    clients = figures(warehouse, "jeugdzorg_jongeren")
    rates = figures(warehouse, "jeugdzorg_per_1000_jongeren_tot_25")
    assert len(rates) == len(clients) > 3_000
    for key, (rate, _) in rates.items():
        counted, young = clients[key][0], young_people(cbs, *key)
        assert rate == (None if counted is None or young is None else pytest.approx(1000 * counted / young)), key


def test_youth_care_begins_in_2015_with_the_municipalities_of_then_and_the_regions_of_now(
    live_release: LiveRelease,
) -> None:
    warehouse = live_release.place.warehouse
    assert query(warehouse, "select jaar, gemeenten from dim_periode where jaar < 2018 order by jaar") == [
        *((2015, 393), (2016, 390), (2017, 388)),
    ]
    for indicator in ("jeugdzorg_jongeren", "jeugdzorg_per_1000_inwoners", "jeugdzorg_per_1000_jongeren_tot_25"):
        filled = Counter(year for (_, year), (value, _) in figures(warehouse, indicator).items() if value is not None)
        assert (filled[2015], filled[2016]) == (393, 390), indicator
    regions = query(
        warehouse,
        "select indeling, jaar, count(waarde) from fct_indicator "
        "where indicator_id = 'jeugdzorg_jongeren' and regio_soort = 'provincie' and jaar < 2017 "
        "group by indeling, jaar order by indeling, jaar",
    )
    assert regions == [
        *(("actueel", 2015, 12), ("actueel", 2016, 12), ("origineel", 2015, 12), ("origineel", 2016, 12)),
    ]
    # Nobody says who lay where in these years: of a region of then there is what CBS counts itself, and no rate.
    rates = query(
        warehouse,
        "select count(*) from fct_indicator where indicator_id = 'jeugdzorg_per_1000_inwoners' and jaar < 2017"
        " and regio_soort = 'provincie' and indeling = 'origineel'",
    )
    assert rates == [(0,)]


def test_what_cbs_publishes_of_a_region_leads_and_stands_beside_the_sum_of_its_municipalities(
    live_release: LiveRelease,
) -> None:
    cbs, warehouse = live_release.cbs, live_release.place.warehouse
    led = query(
        warehouse,
        "select regio_code, jaar, tabel_id, waarde from fct_indicator where indicator_id = 'jeugdzorg_jongeren'"
        " and indeling = 'origineel' and regiocijfer = 'cijfer van CBS over de regio'",
    )
    assert len({region for region, year, *_ in led if region.startswith("JZ") and year == 2025}) == 42
    assert {table for *_, table, _ in led} == {"84134NED", "85100NED"}
    made = {
        (region, year): made_figure(cbs, "jeugdzorg_jongeren", table, region, year) for region, year, table, _ in led
    }
    assert {(region, year): value for region, year, _, value in led} == made
    compared = query(
        warehouse,
        "select regio_code, jaar, regiocijfer, som_gemeenten, verschil, binnen_afronding from mart_regiovergelijking",
    )
    assert {(region, year): figure for region, year, figure, *_ in compared} == made
    sums = [row for row in compared if row[3] is not None]
    assert {year for _, year, *_ in sums} == set(range(2017, 2026))
    assert all(total - figure == difference for _, _, figure, total, difference, _ in sums)
    assert any(difference for *_, difference, _ in sums)
    assert all(fits for *_, fits in sums)


def test_the_country_has_wmo_clients_in_every_year_and_one_break(live_release: LiveRelease) -> None:
    cbs, warehouse = live_release.cbs, live_release.place.warehouse
    asked = "from fct_indicator where indicator_id = 'wmo_clienten' and regio_code = 'NL' and indeling = 'origineel'"
    tables = {
        **dict.fromkeys(range(2017, 2021), "83262NED"),
        **dict.fromkeys(range(2021, 2024), "85043NED"),
        **dict.fromkeys(range(2024, 2026), "86050NED"),
    }
    made = {
        year: (table, cbs.figures.value(table, "Wmo-cliënten", "NL", str(year), **all_persons(cbs, table)))
        for year, table in tables.items()
    }
    assert {year: rest for year, *rest in query(warehouse, f"select jaar, tabel_id, waarde {asked}")} == {
        year: [table, value] for year, (table, value) in made.items()
    }
    # The second of two closed tables goes on where the first ended: only the new method is a break.
    breaks = "select jaar from dim_reeksbreuk where indicator_id = 'wmo_clienten' and blokkerend"
    assert query(warehouse, breaks) == [(2024,)]


def test_lasten_are_the_sum_of_the_cost_categories(live_release: LiveRelease) -> None:
    truth = spent(live_release.cbs)
    for indicator, made in truth.items():
        published = {
            region: value
            for (region, year), (value, _) in figures(live_release.place.warehouse, indicator).items()
            if year == 2024
        }
        assert {region: value for region, value in published.items() if value is not None} == made
        assert len(published) == 342


def test_a_table_with_the_parts_of_personal_budgets_goes_before_the_list(live_release: LiveRelease) -> None:
    """6.792 counts to youth as the table has it, and what a municipality leaves out of its budget of 2025 is 0."""
    rows: dict[tuple[str, str, str], dict[str, Any]] = defaultdict(dict)
    for figure in live_release.cbs.figures.of("45071NED"):
        taakveld = figure.codes["TaakveldBalanspost"]
        if re.fullmatch(r"6[.](75\d?|76\d?|792|82\d?|92)", taakveld):
            rows[taakveld, figure.codes["Categorie"], figure.region][figure.path[-1]] = figure.value
    made: dict[str, float] = defaultdict(float)
    for (_, category, region), cells in rows.items():
        value = next((cells[column] for column in ("2e plaatsing", "1e plaatsing") if cells[column] != "."), 0)
        made[region] += 1000 * value * {"L": 1, "B": -1}[category[0]]
    published = dict(
        query(
            live_release.place.warehouse,
            """select gm_code, netto_lasten_euro from mart_verdeling
               where (jaar, verslagsoort, onderdeel) = (2025, 'begroting', 'jeugd') and reden_netto_lasten is null""",
        )
    )
    assert len(published) > 330
    assert published == {region: made[region] for region in published}


def test_no_decoy_is_taken_and_what_was_found_is_named(live_release: LiveRelease) -> None:
    warehouse = live_release.place.warehouse
    listed = {table.tabel for dataset in load_datasets().values() for table in dataset.tabellen}
    doubtful = set() if ITS_ORIGINAL in listed else {RE_ISSUE}
    fetched = {path.name for path in (warehouse / "raw").iterdir() if path.is_dir()}
    assert fetched & live_release.cbs.decoys.keys() == doubtful
    kept = json.loads((warehouse / "raw" / "reeksen.json").read_bytes())["gevonden"].values()
    found = {row["tabel"]: row for rows in kept for row in rows}
    assert found
    assert found.keys() == fetched - listed
    assert all(row["titel"] == live_release.cbs.tables[table].title for table, row in found.items())
    released = dict(query(warehouse, "select distinct tabel_id, titel from herkomst"))
    assert {table: row["titel"] for table, row in found.items()}.items() <= released.items()
    (message,) = (told for told in live_release.messages if told["soort"] == "tabel_gevonden")
    assert set(message["tabellen"]) == found.keys()


def test_only_the_traps_are_not_understood_and_each_is_told_with_a_line_to_write(live_release: LiveRelease) -> None:
    told = {(line.table, line.measure) for line in told_lines(live_release.said)}
    assert told == {RENAMED, DIVIDED}
    lacking = query(
        live_release.place.warehouse,
        "select distinct indicator_id, jaar from fct_indicator where reden_ontbreekt = 'niet_begrepen' order by all",
    )
    assert lacking == [("inwoners_65_plus", 2026), ("jeugdzorg_verwijzer_onbekend_pct", 2023)]
    warned = query(
        live_release.place.warehouse, "select controle from kwaliteit where not geslaagd and controle like 'ophalen.%'"
    )
    assert {name for (name,) in warned} == {f"ophalen.{table}" for table, _ in told}


def test_youth_care_of_2015_to_2020_is_one_series(live_release: LiveRelease) -> None:
    """84134NED leads all of its years, and what Kerncijfers wijken en buurten have of two of them is only compared."""
    warehouse = live_release.place.warehouse
    leaders = query(
        warehouse,
        "select distinct jaar, tabel_id from fct_indicator where indicator_id = 'jeugdzorg_jongeren' and jaar < 2021"
        " and regio_soort = 'gemeente' and indeling = 'origineel' and waarde is not null order by jaar",
    )
    assert leaders == [(year, "84134NED") for year in range(2015, 2021)]
    broken = "select min(jaar) from dim_reeksbreuk where indicator_id = 'jeugdzorg_jongeren' and blokkerend"
    assert query(warehouse, broken) == [(2021,)]


def test_people_with_bijstand_are_counted_at_the_end_of_every_year_where_cbs_has_the_table(
    live_release: LiveRelease,
) -> None:
    warehouse = live_release.place.warehouse
    moments = query(
        warehouse,
        "select distinct jaar, dataset, peilmoment from dim_peilmoment where indicator_id = 'bijstand_personen'"
        " and jaar > 2020 order by jaar",
    )
    assert moments == [(year, "uitkeringen_regio", "31 december (stand)") for year in range(2021, 2026)]
    assert query(
        warehouse, "select distinct jaar from dim_reeksbreuk where indicator_id = 'bijstand_personen' and blokkerend"
    ) == [(2021,)]


# --- within the year --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("indicator", PART_PLACES)
def test_every_figure_of_a_part_of_a_year_is_the_one_that_was_made(live_release: LiveRelease, indicator: str) -> None:
    rows = query(
        live_release.place.warehouse,
        "select regio_code, jaar, periode_soort, volgnummer, tabel_id, waarde from fct_indicator_periode"
        f" where indicator_id = '{indicator}'",
    )
    wrong = {}
    for region, year, kind, number, table, value in rows:
        path, codes = PART_PLACES[indicator][table]
        made = live_release.cbs.figures.value(table, path, region, f"{year}{PERIOD_CODES[kind]}{number:02}", **codes)
        if value != (None if isinstance(made, str) else made):
            wrong[region, year, kind, number, table] = value, made
    assert len(wrong) == 0, dict([*wrong.items()][:10])
    assert len({(year, kind, number) for _, year, kind, number, *_ in rows}) == NEWEST_PERIODS[indicator][2]
    assert len({region for region, *_ in rows}) >= 343


def test_the_newest_period_of_each_indicator_is_named_and_shown(live_release: LiveRelease) -> None:
    """In the summer of 2026: of benefits the country has May, where municipalities have February."""
    warehouse = live_release.place.warehouse
    newest = query(
        warehouse, "select indicator_id, nieuwste_periode_gemeente, nieuwste_periode_land from dim_indicator"
    )
    found = {name: (own, country) for name, own, country in newest}
    assert {name: found[name] for name in NEWEST_PERIODS} == {name: row[:2] for name, row in NEWEST_PERIODS.items()}
    page = words(read_text(warehouse / "huidig" / "gemeente" / "GM0363.html"))
    february = live_release.cbs.figures.value("82015NED", "Aantal bijstandsuitkeringen", "GM0363", "2026MM02")
    assert isinstance(february, int)
    assert f"82015NED 2026 februari {in_dutch(february, 0)}" in page
    country = words(read_text(warehouse / "huidig" / "nederland.html"))
    assert "82015NED 2026 mei" in country


def test_half_a_year_in_the_table_of_a_year_is_no_figure_of_the_year(live_release: LiveRelease) -> None:
    warehouse, table = live_release.place.warehouse, HALF_YEAR_ONLY
    for name in ("clienten", "huishoudens"):
        for indicator in (f"{name}_met_voorziening", f"{name}_met_meer_wetten"):
            last = f"select max(jaar) from fct_indicator where indicator_id = '{indicator}' and waarde is not null"
            assert query(warehouse, last) == [(2024,)]
            halves = f"select distinct periode from fct_indicator_periode where indicator_id = '{indicator}'"
            assert query(warehouse, f"{halves} and tabel_id = '{table}' and waarde is not null") == [
                ("2025 1e halfjaar",)
            ]
    assert query(warehouse, f"select count(*) from fct_indicator where tabel_id = '{table}'") == [(0,)]


def test_of_the_newest_months_municipalities_have_a_reason_and_the_country_a_figure(live_release: LiveRelease) -> None:
    counted = query(
        live_release.place.warehouse,
        "select regio_soort, reden_ontbreekt, status, count(*), count(waarde) from fct_indicator_periode"
        " where indicator_id = 'bijstandsuitkeringen' and periode in ('2026 maart', '2026 april', '2026 mei')"
        " group by all order by all",
    )
    assert counted == [
        ("gemeente", "onbekend_of_geheim", "voorlopig", 3 * 342, 0),
        ("land", None, "voorlopig", 3, 3),
    ]
