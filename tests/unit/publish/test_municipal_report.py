"""A municipality's page becomes one file that needs no other, and stays what it says."""

import base64
import importlib
import re
from hashlib import sha256
from pathlib import Path

import pytest

from pipelines.publish.accessible_pdf import ChartStyles, PdfError
from pipelines.publish.report import MunicipalReport, ReportError, municipality_code
from pipelines.releases.store import Release
from pipelines.releases.verification import verify_release
from pipelines.releases.warehouse import Warehouse
from tests.support.municipal_page import PAGE, STYLE, release_with_page


@pytest.fixture
def release(tmp_path: Path) -> Release:
    return release_with_page(tmp_path)


@pytest.fixture
def report(release: Release) -> str:
    return MunicipalReport(release, "GM0197").as_html()


def test_the_made_up_release_is_whole(release: Release, tmp_path: Path) -> None:
    assert verify_release(Warehouse(tmp_path).releases, release, thorough=False) == []


def test_it_loads_and_runs_nothing(report: str) -> None:
    assert not re.search(r"<script|<link|\ssrc=|monitor\.js", report)
    assert f"<style>{STYLE}</style>" in report
    digest = base64.b64encode(sha256(STYLE.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'" in report


def test_what_is_for_a_website_alone_goes(report: str) -> None:
    assert "Zoek" not in report
    assert "Keuze" not in report
    assert "data-keuzes" not in report


def test_the_rest_stays_as_it_was_byte_for_byte(report: str) -> None:
    before, after = (text.partition("<h1>")[2] for text in (PAGE, report))
    for changed, becomes in (
        ('<div class="keuzes" data-keuzes data-code="GM0197"><div>Keuze</div></div>', ""),
        ('<a href="../regio/PV25.html">Gelderland</a>', "Gelderland"),
        ("<details>", "<details open>"),
    ):
        before = before.replace(changed, becomes)
    assert after == before


def test_links_within_the_page_and_to_cbs_stay_and_others_are_words(report: str) -> None:
    assert re.findall(r'href="([^"]*)"', report) == ["#cijfers", "https://opendata.cbs.nl/85335NED"]


def test_where_a_server_shows_the_releases_links_lead_there(release: Release) -> None:
    report = MunicipalReport(release, "GM0197", "https://cijfers.example/monitor").as_html()
    there = f"https://cijfers.example/monitor/releases/{release.release_id}/regio/PV25.html"
    assert f'<a href="{there}">Gelderland</a>' in report


def test_a_chart_has_its_title_and_its_colours_on_paper() -> None:
    styles = ChartStyles([STYLE])
    beginning = styles.beginning({"class": "st s12", "aria-label": "Van 1 tot 9 & meer"})
    assert beginning.startswith("<title>Van 1 tot 9 &amp; meer</title><style>")
    assert "fill: #003366; stroke: #1b1f24" in beginning
    assert ".sl" not in beginning
    assert "var(" not in beginning
    assert styles.beginning({"class": "mp"}) == ""
    assert styles.beginning({}) == ""


@pytest.mark.parametrize("wanted", ["GM0197", "gm0197", "Aalten", " aalten "])
def test_a_municipality_is_found_by_code_or_name(wanted: str, release: Release) -> None:
    assert municipality_code(release, wanted) == "GM0197"


def test_a_name_of_a_municipality_and_a_province_is_the_municipality(release: Release) -> None:
    assert municipality_code(release, "Groningen") == "GM0014"


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("Alten", "has no municipality 'Alten'. Did you mean Aalten?"),
        ("PV20", "has no municipality 'PV20'."),
        ("GM0196", "Did you mean GM0197"),
        ("", "has no municipality ''."),
    ],
)
def test_what_is_no_municipality_is_told_with_what_may_be_meant(wanted: str, said: str, release: Release) -> None:
    with pytest.raises(ReportError, match=re.escape(said)):
        municipality_code(release, wanted)


def test_a_release_without_that_page_is_told(release: Release) -> None:
    with pytest.raises(ReportError, match=r"has no gemeente/GM0344\.html: it was made before there was a website"):
        MunicipalReport(release, "GM0344").as_html()


@pytest.mark.parametrize("name", ["gemeente/GM0197.html", "beeld/monitor.css"])
def test_no_report_is_made_of_what_was_changed_after_it_was_published(name: str, release: Release) -> None:
    path = release.folder / name
    path.write_text(path.read_text(encoding="utf-8").replace("1", "7", 1), encoding="utf-8")
    with pytest.raises(ReportError, match=r"is not the file that was published, so no report .* `monitor verify"):
        MunicipalReport(release, "GM0197").as_html()


@pytest.mark.parametrize(
    "error", [ModuleNotFoundError("No module named 'weasyprint'"), OSError("cannot load library 'libpango-1.0-0'")]
)
def test_without_weasyprint_or_pango_it_says_what_to_install(
    error: Exception, release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(_: str) -> None:
        raise error

    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(PdfError, match=rf"{re.escape(str(error))}\).*apt-get install libpango-1\.0-0") as told:
        MunicipalReport(release, "GM0197").as_pdf()
    assert "pip install '.[pdf]'" in str(told.value)
