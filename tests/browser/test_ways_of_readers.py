"""Questions of a council member of Vlieland, one of Groningen, and an analyst of a ministry, each from ``index.html``.

The same ways stand in docs/website.md. The answer on the screen is compared with the database of the release; how many
keys and clicks it took is part of the way.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from playwright.sync_api import Browser, Page

from pipelines.common import dutch
from tests.support.browser import opened


@pytest.fixture
def page(site: Path, browser: Browser) -> Iterator[Page]:
    """The first page, opened from the folder of the release."""
    with opened(browser, (site / "index.html").as_uri(), site.as_uri(), accept_downloads=True) as visit:
        yield visit.page
        assert (visit.left, visit.errors) == ([], [])


@pytest.fixture(scope="module")
def ask(release_of_site: duckdb.DuckDBPyConnection) -> Any:
    def answer(sql: str, *values: Any) -> Any:
        return release_of_site.execute(sql, list(values)).fetchone()

    return answer


def find(page: Page, name: str) -> None:
    """Go to a municipality by typing its name and pressing Enter, as one does who knows the keyboard only."""
    page.get_by_role("combobox", name="Naam van uw gemeente").focus()
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    page.wait_for_url("**/gemeente/*.html*")


def row(page: Page, name: str) -> list[str]:
    """The texts of the cells of the first table row that begins with this indicator."""
    found = page.locator("table.cijfers tbody tr", has=page.get_by_role("link", name=name, exact=True)).first
    return [text.strip() for text in found.locator("th, td").all_inner_texts()]


def shown(value: float, decimals: int) -> str:
    return dutch.number(value, decimals)


FIGURE = "select waarde from mart_indicator_actueel where indicator_id = ? and regio_code = ? and jaar = ?"


def test_vlieland_how_many_young_people_get_care_and_may_that_be_compared(page: Page, ask: Any) -> None:
    find(page, "vlie")
    first = page.locator(".zinnen li").first.inner_text()
    assert shown(ask(FIGURE, "jeugdzorg_pct", "GM0096", 2021)[0], 1) in first
    assert "te klein" in first


def test_vlieland_what_does_the_social_domain_cost_beside_municipalities_like_ours(page: Page, ask: Any) -> None:
    find(page, "vlie")
    sentence = page.locator(".zinnen li", has_text="Het sociaal domein kostte").inner_text()
    own, peers = ask(
        """select waarde, gewogen_vergelijkbare_gemeenten from mart_gemeente_profiel
           where indicator_id = 'lasten_sociaal_domein_per_inwoner' and gm_code = 'GM0096' and nieuwste_jaar"""
    )
    assert shown(own, 0) in sentence
    assert shown(peers, 0) in sentence


def test_vlieland_which_municipalities_are_like_ours_and_why(page: Page, ask: Any) -> None:
    find(page, "vlie")
    page.get_by_role("link", name="Gemeenten die lijken op Vlieland").click()
    (nearest,) = ask(
        """select vergelijkbare_naam from mart_vergelijkbare_gemeenten
           where gm_code = 'GM0096' and variant = 'alle_kenmerken' order by jaar desc, volgorde limit 1"""
    )
    table = page.get_by_role("table", name="Tien gemeenten die het meest lijken op Vlieland")
    assert table.locator("tbody tr").count() == 11
    assert nearest in table.locator("tbody tr").nth(1).inner_text()
    assert "65 jaar of ouder" in table.locator("thead").inner_text()


def test_vlieland_why_is_there_no_figure(page: Page, ask: Any) -> None:
    find(page, "vlie")
    name, reason = ask(
        """select indicator_naam, reden_ontbreekt from mart_gemeente_profiel
           where gm_code = 'GM0096' and nieuwste_jaar and indicator_id = 'jeugdreclassering_pct_12_tot_23'"""
    )
    assert reason == "onbekend_of_geheim"
    assert "CBS publiceert een punt: onbekend, onbetrouwbaar of geheim" in row(page, name)[1]


def test_vlieland_with_whom_do_we_work_for_youth(page: Page, ask: Any) -> None:
    find(page, "vlie")
    page.get_by_role("link", name="Regio's", exact=True).last.click()
    page.locator("li", has_text="Jeugdregio").get_by_role("link").click()
    page.wait_for_url("**/regio/JZ*.html")
    (members,) = ask(
        """select count(*) from gemeente_regio as others
           semi join (
               select regio_code, jaar from gemeente_regio
               where gm_code = 'GM0096' and regio_soort = 'jeugdregio' order by jaar desc limit 1
           ) using (regio_code, jaar)"""
    )
    assert f"met {members} gemeenten" in page.locator("p.lead").inner_text()


def test_groningen_did_the_use_of_wmo_change(page: Page, ask: Any) -> None:
    find(page, "groni")
    page.get_by_text("Alle jaren van Wmo in een tabel").click()
    table = page.get_by_role("table", name="Wmo in Groningen: alle jaren")
    cells = table.locator("tbody tr").first.locator("th, td").all_inner_texts()
    years = table.locator("thead th").all_inner_texts()
    by_year = dict(zip(years, cells, strict=True))
    for year in (2019, 2020, 2021):
        assert shown(ask(FIGURE, "wmo_clienten_per_1000_inwoners", "GM0014", year)[0], 1) in by_year[str(year)]
    # After a break: not to be compared.
    assert by_year["2021"].endswith("b")


def test_groningen_where_do_we_stand_with_social_assistance(page: Page, ask: Any) -> None:
    find(page, "groni")
    rank, ranked = ask(
        """select rang, rang_van from mart_gemeente_profiel
           where gm_code = 'GM0014' and indicator_id = 'bijstand_per_1000_inwoners' and nieuwste_jaar"""
    )
    assert row(page, "Personen met bijstand per 1 000 inwoners")[4] == f"{rank} van {ranked}"


def test_groningen_beside_amsterdam(page: Page, ask: Any) -> None:
    find(page, "groni")
    page.get_by_role("combobox", name="Zet er een gemeente of regio naast").focus()
    page.keyboard.type("amsterd")
    page.keyboard.press("Enter")
    page.get_by_text("en Amsterdam").wait_for()
    name = "Gerealiseerde lasten jeugd per inwoner (bruto)"
    assert row(page, name)[2].startswith(shown(ask(FIGURE, "lasten_jeugd_per_inwoner", "GM0363", 2024)[0], 0))
    assert "naast=GM0363" in page.url


def test_groningen_another_year_and_another_group_by_keyboard_and_the_file(
    page: Page, ask: Any, tmp_path: Path
) -> None:
    find(page, "groni")
    page.get_by_label("Jaar", exact=True).focus()
    page.keyboard.type("2019")
    page.keyboard.press("Tab")
    page.get_by_label("Vergelijk met").focus()
    page.keyboard.press("ArrowDown")
    page.get_by_text("U ziet het jaar 2019, naast: provincie").wait_for()
    own, province, country, rank, ranked = ask(
        """select waarde, gewogen_provincie, gewogen_land, rang, rang_van from mart_gemeente_profiel
           where gm_code = 'GM0014' and indicator_id = 'bijstand_per_1000_inwoners' and jaar = 2019"""
    )
    cells = row(page, "Personen met bijstand per 1 000 inwoners")
    assert [cell.split()[0] for cell in cells[1:4]] == [shown(value, 1) for value in (own, province, country)]
    assert cells[4] == f"{rank} van {ranked}"
    button = page.locator("section", has=page.locator("h2#bijstand")).get_by_role("button", name="CSV").first
    button.focus()
    with page.expect_download() as waiting:
        page.keyboard.press("Enter")
    waiting.value.save_as(tmp_path / "bijstand.csv")
    lines = (tmp_path / "bijstand.csv").read_text(encoding="utf-8-sig").splitlines()
    told = int(button.inner_text().split("(")[1].split()[0])
    assert len(lines) == 1 + told + 2
    assert any(shown(own, 1) in line and "2019" in line for line in lines)
    assert "Bron: CBS" in lines[-1]
    page.reload()
    page.get_by_text("U ziet het jaar 2019, naast: provincie").wait_for()


def test_groningen_is_found_by_a_name_of_before(page: Page) -> None:
    find(page, "haren")
    assert page.locator("h1").inner_text() == "Groningen"


def test_ministry_who_has_the_highest_use_of_wmo(page: Page, ask: Any) -> None:
    page.locator("summary", has_text="Wmo").click()
    page.get_by_role("link", name="Cliënten met een maatwerkarrangement Wmo per 1 000 inwoners").first.click()
    page.wait_for_url("**/indicator/*.html")
    name, value = ask(
        """select gemeente_naam, waarde from mart_ranglijst where rang = 1 and nieuwste_jaar
           and indicator_id = 'wmo_clienten_per_1000_inwoners'"""
    )
    first = page.locator("#rijen tr").first.inner_text()
    assert name in first
    assert shown(value, 1) in first


def test_ministry_what_is_spent_in_the_country_and_what_may_not_be_concluded(page: Page, ask: Any) -> None:
    page.get_by_role("link", name="Nederland", exact=True).first.click()
    page.wait_for_url("**/nederland.html")
    (spent,) = ask(
        """select waarde from mart_indicator_actueel
           where indicator_id = 'lasten_sociaal_domein' and regio_code = 'NL' and jaar = 2021"""
    )
    text = page.locator("main").inner_text()
    assert shown(spent, 0) in text
    assert "niet mag concluderen" in text


def test_ministry_do_regions_for_youth_and_work_coincide(page: Page, ask: Any) -> None:
    page.get_by_role("link", name="Regio's", exact=True).first.click()
    page.wait_for_url("**/regios.html")
    year, same = ask("select jaar, gelijk from mart_regiocongruentie_jaar where gelijk is not null order by jaar desc")
    text = page.locator("main").inner_text()
    assert str(year) in text
    assert str(same) in text


def test_ministry_four_cities_beside_each_other(page: Page, ask: Any) -> None:
    page.get_by_role("link", name="Vergelijk", exact=True).first.click()
    page.wait_for_url("**/vergelijk.html")
    cities = {"Amsterdam": "GM0363", "Rotterdam": "GM0599", "Utrecht": "GM0344", "'s-Gravenhage": "GM0518"}
    for name in cities:
        page.get_by_role("combobox", name="Voeg een gemeente of regio toe").focus()
        page.keyboard.type(name)
        page.keyboard.press("Enter")
        page.locator("output", has_text=name).wait_for()
    cells = page.locator("tr#v-bijstand_per_1000_inwoners td").all_inner_texts()
    for cell, code in zip(cells, cities.values(), strict=True):
        assert cell.startswith(shown(ask(FIGURE, "bijstand_per_1000_inwoners", code, 2021)[0], 1))


def test_ministry_an_earlier_year_of_all_municipalities(page: Page, ask: Any) -> None:
    page.locator("summary", has_text="Bijstand").click()
    page.get_by_role("link", name="Personen met bijstand per 1 000 inwoners").first.click()
    page.wait_for_url("**/indicator/*.html")
    page.get_by_label("Jaar", exact=True).select_option("2018")
    page.wait_for_url("**jaar=2018")
    name, value = ask(
        """select gemeente_naam, waarde from mart_ranglijst
           where rang = 1 and jaar = 2018 and indicator_id = 'bijstand_per_1000_inwoners'"""
    )
    first = page.locator("#rijen tr").first
    first.get_by_text(shown(value, 1)).first.wait_for()
    assert name in first.inner_text()
