"""The page of indicators says of each one what it means, how it is made, how complete it is and what to beware of."""

import re
from pathlib import Path

import pytest

from pipelines.releases.store import INDICATORS
from pipelines.sources.seeds import reason_words
from tests.support.html_page import Page, read_page
from tests.support.made_up_releases import release_to_show, with_pages


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Page:
    return written(tmp_path_factory.mktemp("page"))


def written(folder: Path, *statements: str) -> Page:
    with_pages(release_to_show(folder, *statements))
    return read_page(folder / INDICATORS)


def section(page: Page, indicator: str) -> str:
    """The text of an indicator's own part, with single spaces."""
    found = re.search(rf'<section class="indicator" id="{indicator}".*?</section>', page.source, re.DOTALL)
    assert found
    return " ".join(Page(found[0]).text.split())


def test_every_indicator_has_an_address_and_stands_in_the_index(page: Page) -> None:
    assert {"jeugd", "jeugd_per_1000"} <= set(page.ids)
    assert {"#jeugd", "#jeugd_per_1000", "#domein-jeugd"} <= set(page.links)


def test_an_indicator_says_what_it_is_and_what_to_beware_of(page: Page) -> None:
    said = section(page, "jeugd")
    for part in (
        "Aantal <jongeren>. Let op. Een jongere telt één keer.",
        "Eenheid jongeren",
        "Optelbaar ja, als geen deel ontbreekt",
        "Peilmoment gehele jaar",
        "Afronding op 5",
        "Decimalen om te tonen 0",
        "Jaren 2020 tot en met 2022; het laatste jaar met cijfers van gemeenten is 2021",
        "Compleet 2020; het eerste complete jaar is 2020",
        "2021, blokkerend (methode): CBS begon een nieuwe reeks. Bron: CBS, bericht 12.",
        "uitschieter: 1 cijfer van gemeenten. Wijkt sterk af.",
        "Bron: 2 tabellen van CBS Jeugd; wijken 2020 (2020): 1ABC bij CBS",
    ):
        assert part in said


def test_a_ratio_says_what_it_is_computed_from(page: Page) -> None:
    said = section(page, "jeugd_per_1000")
    assert "Teller jeugd Noemer inwoners (niet apart gepubliceerd) Berekening jeugd / inwoners * 1000" in said
    assert "Optelbaar nee" in said
    assert "Jaren 2020 Compleet 2020; het eerste complete jaar is 2020" in said


def test_the_years_of_an_indicator_have_coverage_status_reasons_and_the_national_figure(page: Page) -> None:
    (found,) = (table for table in page.tables if table.caption == "Dekking per jaar van Jongeren & zorg")
    assert [[" ".join(text.split()) for _, _, text in row] for row in found.rows[1:]] == [
        ["2020", "4 van 4", "definitief (3), voorlopig (1)", "", "12 345"],
        ["2021", "2 van 4", "definitief (1), voorlopig (1)", "onbekend_of_geheim (2)", "geen rij"],
        ["2022", "0 van 4", "", "niet_gepubliceerd (4)", "geen rij"],
    ]


def test_a_national_figure_that_lacks_gives_its_reason(tmp_path: Path) -> None:
    lacking = """update fct_indicator set waarde = null, reden_ontbreekt = 'deel_ontbreekt'
        where regio_soort = 'land' and indeling = 'origineel'"""
    (row,) = [
        row for table in written(tmp_path, lacking).tables for row in table.rows if row[-1][2] == "deel_ontbreekt"
    ]
    assert row[0][2] == "2020"


def test_every_reason_is_explained(page: Page) -> None:
    assert {
        reason for reason in reason_words("betekenis") if f"<dt><code>{reason}</code></dt>" not in page.source
    } == set()
