"""Across the laws, and expected by age: what a first night at the made CBS of 2026 releases, against what was made."""

from collections import defaultdict
from pathlib import Path

import pytest

from tests.oracle.expected_use import byar, expected
from tests.support.cbs_2026 import MadeCbs
from tests.support.cbs_2026.overlap import LAWS, NUMBERS
from tests.support.cbs_2026.population import SINGLE_AGES
from tests.support.live_release import LiveRelease
from tests.support.warehouses import query

pytestmark = pytest.mark.slow

COUNTED = {"clienten": "Cliënten met voorzieningen", "huishoudens": "Huishoudens met voorzieningen"}
GROUP = "Sociaal domein cliënten/huishoudens|"
# The names of the table by the titles that CBS has.
COMBINATIONS = {
    "Alleen Jeugd": "alleen_jeugd",
    "Alleen P-wet": "alleen_participatiewet",
    "Alleen Wmo": "alleen_wmo",
    "Jeugd en P-wet": "jeugd_en_participatiewet",
    "Jeugd en Wmo": "jeugd_en_wmo",
    "P-wet en Wmo": "participatiewet_en_wmo",
    "Jeugd, P-wet en Wmo": "jeugd_participatiewet_en_wmo",
}
TABLES = {2016: "83619NED", 2019: "86193NED", 2021: "86195NED", 2022: "85375NED", 2023: "85637NED", 2024: "85994NED"}
# Youth care by age and the population by single year, of the municipalities that are looked at one by one.
YOUNG = "Jongeren met jeugdzorg in natura|"
LOOKED_AT = ("GM0014", "GM0088", "GM0363", "GM1680", "GM1999")

Key = tuple[str, int, str, str]
Told = tuple[float | None, float | None, float | None]


def across_the_laws(warehouse: Path) -> dict[Key, Told]:
    """Count, total and share of every category: by region, year, who is counted, and category."""
    rows = query(
        warehouse, "select regio_code, jaar, telling, categorie, waarde, totaal, aandeel_pct from mart_stapeling"
    )
    return {tuple(row[:4]): tuple(row[4:]) for row in rows}


def made(cbs: MadeCbs, key: Key) -> Told:
    """The same of what was made."""
    region, year, counted, name = key
    path = GROUP + COUNTED[counted]
    laws = {COMBINATIONS[title]: code for code, (title, _) in LAWS.items() if title in COMBINATIONS}
    numbers = {title: code for code, (title, _) in NUMBERS.items()}
    codes = {"SoortVoorzieningSociaalDomein": laws[name]} if name in laws else {"AantalVoorzieningen": numbers[name]}
    value, total = (
        found if isinstance(found, int) else None
        for found in (
            cbs.figures.value(TABLES[year], path, region, str(year), **codes),
            cbs.figures.value(TABLES[year], path, region, str(year)),
        )
    )
    return value, total, 100 * value / total if value is not None and total else None


def test_clients_and_households_by_law_and_number_are_those_that_were_made(live_release: LiveRelease) -> None:
    published = across_the_laws(live_release.place.warehouse)
    names = {name for *_, name in published}
    assert names == {*COMBINATIONS.values(), *(title for title, share in NUMBERS.values() if share < 1)}
    for year, table in TABLES.items():
        regions = {code.key for code in live_release.cbs.tables[table].dimensions[2].codes if code.key[:2] == "GM"}
        assert {region for region, when, *_ in published if when == year} == {*regions, "NL"}
    wrong = {}
    for key, (value, total, share) in published.items():
        truth = made(live_release.cbs, key)
        if (value, total) != truth[:2] or share != (None if truth[2] is None else pytest.approx(truth[2])):
            wrong[key] = (value, total, share, truth)
    assert dict([*wrong.items()][:5]) == {}


def test_no_share_and_no_sum_gives_a_secret_category_back(live_release: LiveRelease) -> None:
    """What we make of published cells may not know more than they do: a share, a sum of categories, a check."""
    warehouse = live_release.place.warehouse
    published = across_the_laws(warehouse)
    secret = {key for key, (value, *_) in published.items() if value is None}
    assert len(secret) > 500
    assert {key for key in secret if published[key][2] is not None} == set()
    # Those with more laws are four of the categories: three of them and this sum would give the fourth.
    sums = query(
        warehouse,
        "select regio_code, jaar, replace(indicator_id, '_met_meer_wetten', ''), waarde from fct_indicator"
        " where indicator_id like '%_met_meer_wetten' and indeling = 'origineel' and waarde is not null",
    )
    several = [name for title, name in COMBINATIONS.items() if not title.startswith("Alleen")]
    known = {(region, year, counted) for region, year, counted, _ in sums}
    assert len(known) > 1_000
    assert {place for place in known if any((*place, name) in secret for name in several)} == set()
    # No check says of a municipality what its categories lack.
    told = query(warehouse, "select controle, gevonden from kwaliteit where controle like '%stapeling%'")
    assert len(told) > 5
    assert [check for check, found in told if "GM" in found] == []


def test_a_count_by_another_method_is_no_change(live_release: LiveRelease) -> None:
    broken = query(
        live_release.place.warehouse,
        "select distinct jaar, reeksbreuk from mart_stapeling where regio_code = 'GM0363' order by jaar",
    )
    assert broken == [(2016, False), (2019, True), (2021, True), (2022, True), (2023, False), (2024, True)]
    remarks = query(
        live_release.place.warehouse,
        "select tabel_id from herkomst where dataset = 'gebruik_voorzieningen' and kanttekening like '%methode%'",
    )
    assert sorted(table for (table,) in remarks) == ["86193NED", "86195NED"]


def test_the_number_that_is_expected_by_age_is_that_of_the_made_ages(live_release: LiveRelease) -> None:
    cbs, warehouse = live_release.cbs, live_release.place.warehouse
    rows = query(
        warehouse,
        "select gm_code, jaar, waargenomen, verwacht, index_verwacht, ondergrens, bovengrens, tabel_id"
        " from mart_verwacht_gebruik",
    )
    national: dict[int, tuple[dict[str, float], dict[int, float]]] = {}
    for region, year, count, number, index, below, above, table in rows:
        if count is None:
            assert (index, below, above) == (None, None, None)
            continue
        limits = [100 * limit / number for limit in byar(count)]
        assert (index, below, above) == pytest.approx((100 * count / number, *limits)), (region, year)
        if region in LOOKED_AT:
            if year not in national:
                national[year] = users_in_the_country(cbs, table, year), people(cbs, "NL", year)
            assert number == pytest.approx(expected(*national[year], people(cbs, region, year))), (region, year)
    assert len(national) == 5
    # Every user in the country is somebody's: the expected ones of all municipalities are as many.
    total: dict[int, float] = defaultdict(float)
    for _, year, _, number, *_ in rows:
        total[year] += number
    assert total == {year: pytest.approx(sum(users.values())) for year, (users, _) in national.items()}


def users_in_the_country(cbs: MadeCbs, table: str, year: int) -> dict[str, float]:
    """Young people with youth care in the country by class of age, in the table of the municipalities."""
    paths = [topic.path for topic in cbs.tables[table].topics if "Leeftijd" in topic.path and topic.unit == "aantal"]
    return {path[-1]: float(cbs.figures.value(table, path, "NL", str(year))) for path in paths}


def people(cbs: MadeCbs, region: str, year: int) -> dict[int, float]:
    """Inhabitants by single age on 1 January of the year."""
    counted = "Bevolking op 1 januari"
    return {
        age: float(cbs.figures.value("03759ned", counted, region, str(year), Leeftijd=code))
        for code, age in SINGLE_AGES.items()
    }
