"""Every kind of page of a release, as a person meets it: from a folder, from a server, small, large, dark, on paper.

A kind is a pattern of paths; of many alike a few stand for all; the HTML checker reads a few dozen.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.support.browser import (
    PHONE,
    SHEET,
    WIDE,
    ZOOMED,
    Visit,
    axe_violations,
    opened,
    pictures_folder,
    save_forms,
)
from tests.support.html_checker import html_messages

# Patterns of paths, and how many pages of it are opened.
# A municipality that is large, one that is small, and one that another was split over.
KINDS = {
    "index.html": 1,
    "gemeente/GM0363.html": 1,
    "gemeente/GM0096.html": 1,
    "gemeente/GM0014.html": 1,
    "indicator/*.html": 2,
    "insluiten/*.html": 2,
    "regio/AM*.html": 1,
    "regio/JZ*.html": 1,
    "regio/PV*.html": 1,
    "regios.html": 1,
    "nederland.html": 1,
    "vergelijk.html": 1,
    "kwaliteit.html": 1,
    "indicatoren.html": 1,
    "handleiding.html": 1,
}


def pages_of(kind: str, site: Path) -> list[Path]:
    """The pages that stand for a kind; at least one."""
    pages = sorted(site.glob(kind))[: KINDS[kind]]
    assert pages, f"{site} has no page {kind}"
    return pages


def spread(paths: Iterable[Path]) -> list[Path]:
    """At most 12 of these files, evenly over them all: what one template makes is much alike."""
    found = sorted(paths)
    return found[:: max(1, -(-len(found) // 12))]


# All that is asked of one kind goes to one process, which has it open already.
def _each(names: Iterable[str]) -> pytest.MarkDecorator:
    cases = [pytest.param(name, marks=pytest.mark.xdist_group(name)) for name in names]
    return pytest.mark.parametrize("kind", cases, scope="module")


kinds = _each(KINDS)
# These two are long, and have no colour that the quality report has not.
in_colours = _each(name for name in KINDS if name not in ("indicatoren.html", "handleiding.html"))


@pytest.fixture(scope="module")
def visits(kind: str, site: Path, browser: Browser) -> Iterator[list[Visit]]:
    """The pages of a kind, open in windows of their own, from the folder; whoever prefers less motion gets that."""
    with ExitStack() as stack:
        found = [
            stack.enter_context(opened(browser, page.as_uri(), site.as_uri(), reduced_motion="reduce"))
            for page in pages_of(kind, site)
        ]
        yield found
        folder = pictures_folder()
        for visit in found if folder else ():
            save_forms(visit, folder)


@kinds
def test_from_a_folder_it_asks_for_nothing_else_and_has_no_error(visits: list[Visit]) -> None:
    assert [(visit.left, visit.errors) for visit in visits] == [([], [])] * len(visits)


@kinds
def test_from_a_server_it_asks_for_nothing_else_and_has_no_error(
    kind: str, site: Path, served: str, browser: Browser
) -> None:
    for page in pages_of(kind, site):
        with opened(browser, served + page.relative_to(site).as_posix(), served) as visit:
            assert (visit.left, visit.errors) == ([], [])


@kinds
def test_axe_finds_nothing(visits: list[Visit]) -> None:
    for visit in visits:
        visit.laid_out(WIDE)
        assert axe_violations(visit.page) == []


@in_colours
def test_in_the_dark_every_text_stands_out(visits: list[Visit]) -> None:
    for visit in visits:
        visit.page.emulate_media(color_scheme="dark")
        found = axe_violations(visit.page, "color-contrast", "link-in-text-block")
        visit.page.emulate_media(color_scheme="light")
        assert found == []


@kinds
@pytest.mark.parametrize("size", [PHONE, ZOOMED], ids=["phone", "zoomed"])
def test_only_a_table_or_chart_scrolls_sideways(size: tuple[int, int], visits: list[Visit]) -> None:
    assert [visit.sticks_out(size) for visit in visits] == [[]] * len(visits)


@kinds
def test_it_fits_on_paper(visits: list[Visit]) -> None:
    for visit in visits:
        visit.page.emulate_media(media="print")
        found = visit.sticks_out(SHEET)
        visit.page.emulate_media(media="screen")
        assert found == []


@kinds
def test_who_prefers_less_motion_sees_none(visits: list[Visit]) -> None:
    assert [visit.page.evaluate("document.getAnimations().length") for visit in visits] == [0] * len(visits)


def test_the_html_checker_says_nothing(site: Path) -> None:
    folders = [site, *(path for path in site.iterdir() if path.is_dir())]
    pages = [page for folder in folders for kind in ("*.html", "*.css", "*.svg") for page in spread(folder.glob(kind))]
    assert len(pages) >= len(KINDS)
    assert html_messages(pages) == []


def test_every_page_is_of_a_kind_that_is_tried(site: Path) -> None:
    tried = {page for kind in KINDS for page in site.glob(re.sub(r"GM\d+|[A-Z]{2}\*", "*", kind))}
    assert {page.relative_to(site).as_posix() for page in set(site.rglob("*.html")) - tried} == set()
