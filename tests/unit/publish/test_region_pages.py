"""The pages of regions: what is said of members, of figures that are not there, and of figures of CBS itself."""

import re
from pathlib import Path

import pytest

from pipelines.publish.charts import MapShapes, map_shapes
from pipelines.publish.files.boundaries import Boundaries
from pipelines.publish.pages.membership import Memberships
from pipelines.publish.pages.region import RegionPages
from pipelines.publish.pages.regions import regions_page
from tests.support.made_up_regions import regional_material
from tests.support.site_pages import words


def pages(folder: Path, *statements: str) -> dict[str, str]:
    with regional_material(folder, *statements) as material:
        return {of.area.code: page for of, page in RegionPages(material, Memberships(material)).pages()}


def page_of_all(folder: Path, *statements: str) -> str:
    with regional_material(folder, *statements) as material:
        return regions_page(material, Memberships(material), no_shapes())


def no_shapes() -> MapShapes:
    return map_shapes(Boundaries(codes=[], names=[], shapes=[], lacking=[], division_year=2026))


def members(page: str) -> list[str]:
    """The rows of the table of members, without that of the region."""
    (found,) = re.findall(r'<span id="t-leden">.*?</table>', page, re.DOTALL)
    return [words(row) for row in found.split("<tr")[3:]]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return pages(tmp_path_factory.mktemp("regions"))


def test_every_region_has_a_page_with_what_it_is_in_its_title(made: dict[str, str]) -> None:
    assert sorted(made) == ["AM01", "AM02", "JZ01", "JZ02"]
    assert "<h1>Noord (jeugdregio)</h1>" in made["JZ01"]


def test_a_ggd_region_keeps_its_capitals(tmp_path: Path) -> None:
    found = pages(tmp_path, "update mart_indicator_actueel set regio_soort = 'ggd_regio' where regio_code = 'AM02'")
    assert "<h1>Oost (GGD-regio)</h1>" in found["AM02"]


def test_members_are_those_of_the_year_of_the_figures_with_their_source(made: dict[str, str]) -> None:
    text = words(made["JZ01"])
    assert "bekend over 1 januari 2020" in text
    assert "De leden zijn afgeleid uit grenzen op de kaart." in text
    assert "Bron van de leden: grenzen 2020." in text
    assert "CBS oud" not in made["JZ02"]


def test_where_members_are_known_in_different_ways_each_is_told(made: dict[str, str]) -> None:
    text = words(made["JZ02"])
    assert "Voor Beek & Donk geldt: CBS noemt de leden." in text
    assert "Voor Cuijk geldt: De leden zijn opgegeven, met een bron." in text
    assert "CBS nieuw; Besluit 1" in text or "Besluit 1; CBS nieuw" in text


def test_a_region_without_known_members_has_its_page_and_says_so(made: dict[str, str]) -> None:
    assert "Welke gemeenten bij deze regio horen, is in deze uitgave niet bekend." in words(made["AM02"])
    assert "t-leden" not in made["AM02"]


def test_a_member_that_is_no_more_stays_named_without_link_and_figure(made: dict[str, str]) -> None:
    assert "gemeente/GM0009" not in made["JZ01"]
    assert members(made["JZ01"])[1].removeprefix("> ").strip() == "Weg"


def test_names_are_escaped(made: dict[str, str]) -> None:
    assert "Beek &amp; Donk" in made["JZ02"]


def test_small_numbers_of_a_member_are_marked(made: dict[str, str]) -> None:
    assert "12,3<sup>k</sup>" in made["JZ01"]
    assert "<sup>k</sup>" not in made["JZ02"]


def test_a_missing_figure_has_its_reason_and_how_many_members_have_one(made: dict[str, str]) -> None:
    row = re.search(r'<tr><th><a href="\.\./indicator/jeugd_per_1000\.html">.*', made["JZ02"])
    assert row
    assert "<em>deel ontbreekt</em> (2020)" in row[0]
    assert "<td>1 van 2<td>" in row[0]
    assert "van een deel waaruit het cijfer bestaat is geen cijfer" in words(made["JZ02"])
    assert "deel ontbreekt" not in made["JZ01"]


def test_a_rate_stands_beside_its_count_and_the_country_of_the_same_kind(made: dict[str, str]) -> None:
    row = re.search(r'<tr><th><a href="\.\./indicator/jeugd_per_1000\.html">.*', made["JZ01"])
    assert row
    assert "<td>12,3 (2020)<td>100 jongeren<td>11,5<td>alle<td>" in row[0]


def test_where_no_weighted_figure_can_be_made_that_of_cbs_stands_there_and_says_so(tmp_path: Path) -> None:
    found = pages(tmp_path, "update mart_benchmark_reeks set gewogen_land = null")
    assert "<td>12,3 (CBS)<td>alle<td>" in found["JZ01"]


def test_a_figure_of_cbs_of_the_region_itself_is_told_apart(made: dict[str, str]) -> None:
    assert "Het zijn geen cijfers van CBS, behalve die met de letter r." in words(made["AM01"])
    assert "100<sup>r</sup> jongeren" in made["AM01"]
    assert "Het zijn geen cijfers van CBS." in words(made["JZ01"])
    assert "<sup>r</sup>" not in made["JZ01"]


def test_regions_are_listed_with_members_and_who_belongs_to_none(tmp_path: Path) -> None:
    text = words(page_of_all(tmp_path))
    assert "Jeugd: 2 regio's met hun gemeenten" in text
    assert "1 Noord Aalten; Weg 2" in text
    assert "2 Zuid Beek & Donk; Cuijk 2" in text
    # Of the municipalities of now two are in no known labour market region.
    assert "Van 2 gemeenten is de regio niet bekend: Beek & Donk en Cuijk." in text


def test_congruence_names_its_year_and_that_not_all_is_known(tmp_path: Path) -> None:
    text = words(page_of_all(tmp_path))
    assert "In 2021 zijn van 2 van de 3 gemeenten de jeugdregio en de arbeidsmarktregio bekend." in text
    assert "hebben er 1 (50,0 %) voor jeugd en werk precies dezelfde regio" in text
    assert "In geen enkel jaar zijn beide regio's van elke gemeente bekend." in text
    assert "In geen arbeidsmarktregio lagen: Aalten (2021)." in text
    assert "Geen gemeente is wit voor de jeugdregio." in text


def test_a_complete_year_is_not_denied(tmp_path: Path) -> None:
    text = words(page_of_all(tmp_path, "update mart_regiocongruentie_jaar set onvolledig = false"))
    assert "In geen enkel jaar" not in text
    assert "Niet van elke gemeente is alles bekend." not in text


def test_without_a_compared_year_nothing_is_compared(tmp_path: Path) -> None:
    text = words(page_of_all(tmp_path, "update mart_regiocongruentie_jaar set gelijk_pct = null"))
    assert "In geen enkel jaar zijn van een gemeente beide regio's bekend." in text
    assert "van geen gemeente zijn beide bekend" in text
    assert "precies dezelfde regio." not in text
