"""The report of a municipality: one file for a browser, and a PDF in which a screen reader finds its way (PDF/UA)."""

import re
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from pypdf import PdfReader
from pypdf.generic import IndirectObject

from pipelines.publish.report import MunicipalReport
from pipelines.releases.store import Release
from tests.support.browser import PHONE, SHEET, axe_violations, opened
from tests.support.html_checker import html_messages
from tests.support.municipal_page import release_with_page

# All of them in one process, since making the PDF takes the longest.
pytestmark = pytest.mark.xdist_group("rapport")
CODE = "GM0096"
# What is drawn behind a chart, and how wide it is.
_STRIPS = "all => all.map(e => getComputedStyle(e).backgroundImage.length + ' ' + e.getBoundingClientRect().width)"


@pytest.fixture(scope="module")
def report(site: Path) -> MunicipalReport:
    return MunicipalReport(Release(site), CODE)


@pytest.fixture(scope="module")
def page(report: MunicipalReport, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("rapport") / f"{CODE}.html"
    path.write_text(report.as_html(), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def pdf(report: MunicipalReport) -> PdfReader:
    return PdfReader(BytesIO(report.as_pdf()))


def test_the_page_is_in_order_by_itself(page: Path, browser: Browser) -> None:
    with opened(browser, page.as_uri(), page.as_uri()) as visit:
        assert (visit.left, visit.errors) == ([], [])
        assert axe_violations(visit.page) == []
        assert visit.sticks_out(PHONE) == []
        visit.page.emulate_media(media="print")
        assert visit.sticks_out(SHEET) == []
    assert html_messages([page]) == []


def test_it_shows_what_the_website_shows(page: Path, site: Path, browser: Browser) -> None:
    """But for what is chosen there, and the links."""

    def shown(path: Path) -> list[str]:
        with opened(browser, path.as_uri(), site.as_uri(), java_script_enabled=False) as visit:
            cells = visit.page.locator("main table").all_text_contents()
            strips = visit.page.locator("main svg").evaluate_all(_STRIPS)
            return [*cells, *strips]

    on_site = shown(site / "gemeente" / f"{CODE}.html")
    assert len(on_site) > 60
    # What is closed on the website has no width there.
    assert [text for text in shown(page) if not text.endswith(" 0")] == [
        text for text in on_site if not text.endswith(" 0")
    ]


def test_the_pdf_says_what_it_is_and_in_which_language(pdf: PdfReader) -> None:
    root = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"].value is True
    assert root["/Lang"] == "nl"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    assert pdf.metadata is not None
    assert str(pdf.metadata.title).startswith("Vlieland, uitgave ")
    assert re.search(rb"<pdfuaid:part>1</pdfuaid:part>|pdfuaid:part=\"1\"", root["/Metadata"].get_data())


def elements(pdf: PdfReader) -> Iterator[Any]:
    """Every element of the structure that a screen reader follows, in its order."""
    waiting = [pdf.trailer["/Root"]["/StructTreeRoot"]]
    while waiting:
        element = waiting.pop()
        element = element.get_object() if isinstance(element, IndirectObject) else element
        if not hasattr(element, "get"):
            continue
        if "/S" in element:
            yield element
        kids = element.get("/K", [])
        kids = kids.get_object() if isinstance(kids, IndirectObject) else kids
        waiting += reversed(kids if isinstance(kids, list) else [kids])


def test_a_screen_reader_finds_headings_tables_and_what_charts_say(pdf: PdfReader, page: Path) -> None:
    counted = Counter(element["/S"] for element in elements(pdf))
    html = page.read_text(encoding="utf-8")
    assert counted["/H1"] == 1
    # On paper there is no list of what is on the page.
    assert counted["/H2"] == len(re.findall(r"<h2", html)) - len(re.findall('<nav class="toc"', html))
    # A table that goes on on the next page is one table, or one for each page.
    assert counted["/Table"] >= len(re.findall(r"<table", html))
    assert counted["/TH"] > 100
    figures = [element for element in elements(pdf) if element["/S"] == "/Figure"]
    assert len(figures) == len(re.findall(r"<svg", html))
    titles = {str(figure.get("/Alt", "")) for figure in figures}
    assert "" not in titles
    assert titles == set(re.findall(r'<svg[^>]*aria-label="([^"]*)"', html))


def test_each_cell_of_the_pdf_names_its_heads(pdf: PdfReader) -> None:
    cells = list(elements(pdf))
    heads = {str(cell["/ID"]) for cell in cells if cell["/S"] == "/TH"}
    named = [{*map(str, cell["/A"]["/Headers"])} for cell in cells if cell["/S"] == "/TD"]
    assert len(named) > 500
    assert [names for names in named if not names or names - heads] == []


def test_the_pdf_holds_its_fonts(pdf: PdfReader) -> None:
    objects = filter(None, (pdf.get_object(number) for number in range(1, int(pdf.trailer["/Size"]))))
    fonts = [each for each in objects if isinstance(each, dict) and each.get("/Type") == "/FontDescriptor"]
    assert fonts
    assert [font["/FontName"] for font in fonts if not {"/FontFile", "/FontFile2", "/FontFile3"} & font.keys()] == []


def test_the_same_page_gives_the_same_pdf(tmp_path: Path) -> None:
    small = MunicipalReport(release_with_page(tmp_path), "GM0197")
    written = small.as_pdf()
    assert len(PdfReader(BytesIO(written)).pages) == 1
    assert small.as_pdf() == written
