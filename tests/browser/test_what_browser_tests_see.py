"""The tests of pages see what is wrong: each is shown a page with that fault."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.support.browser import (
    PHONE,
    MissingProgramError,
    axe_violations,
    find_program,
    opened,
    plain_server,
    save_forms,
)
from tests.support.html_checker import html_messages

_RIGHT = """<!DOCTYPE html>
<html lang="nl"><head><meta charset="utf-8"><title>Proef</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>p { color: #222; }</style></head>
<body><main><h1>Proef</h1><p>Er is niets mis.</p></main></body></html>
"""


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "proef bladzijde.html"
    path.write_text(_RIGHT, encoding="utf-8")
    return path


def _with(page: Path, fault: str, instead_of: str = "<p>Er is niets mis.</p>") -> Path:
    page.write_text(_RIGHT.replace(instead_of, fault), encoding="utf-8")
    return page


def test_a_page_in_order_is_told_nothing_of(page: Path, browser: Browser) -> None:
    with opened(browser, page.as_uri(), page.parent.as_uri()) as visit:
        assert (visit.left, visit.errors, axe_violations(visit.page), visit.sticks_out(PHONE)) == ([], [], [], [])
    assert html_messages([page]) == []


@pytest.mark.parametrize("address", ["http://192.0.2.1/kaart.png", "https://cijfers.example/kaart.png"])
def test_a_request_that_leaves_is_seen(address: str, page: Path, browser: Browser) -> None:
    _with(page, f'<img src="{address}" alt="Kaart">')
    with opened(browser, page.as_uri(), page.parent.as_uri()) as visit:
        assert visit.left == [address]


def test_a_file_of_another_folder_leaves_too(page: Path, browser: Browser) -> None:
    (page.parent / "uitgave").mkdir()
    moved = page.replace(page.parent / "uitgave" / page.name)
    (moved.parent.parent / "elders.css").write_text("", encoding="utf-8")
    _with(moved, '<link rel="stylesheet" href="../elders.css">', "<style>p { color: #222; }</style>")
    with opened(browser, moved.as_uri(), moved.parent.as_uri()) as visit:
        assert [Path(address).name for address in visit.left] == ["elders.css"]


@pytest.mark.parametrize("from_server", [False, True], ids=["folder", "server"])
def test_every_error_is_seen(from_server: bool, page: Path, browser: Browser) -> None:
    faults = {
        "kapot": "<script>throw new Error('kapot');</script>",
        "mis": "<script>console.error('mis');</script>",
        "weg.png": '<img src="weg.png" alt="Kaart">',
        "weg.mjs": '<script type="module" src="weg.mjs"></script>',
    }
    _with(page, "".join(faults.values()))
    with plain_server(page.parent) as served:
        home = served if from_server else page.parent.as_uri()
        address = served + "proef%20bladzijde.html" if from_server else page.as_uri()
        with opened(browser, address, home) as visit:
            visit.page.wait_for_load_state("networkidle")
            assert {fault for fault in faults for error in visit.errors if fault in error} == faults.keys()


def test_what_the_policy_of_the_page_forbids_is_an_error(page: Path, browser: Browser) -> None:
    policy = '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'">'
    _with(page, policy + "<style>p { color: red; }</style>", "<style>p { color: #222; }</style>")
    with opened(browser, page.as_uri(), page.parent.as_uri()) as visit:
        assert any("Content Security Policy" in error for error in visit.errors)


@pytest.mark.parametrize(
    ("fault", "rule"),
    [
        ('<p style="color: #bbb">Bleek.</p>', "color-contrast"),
        ('<svg role="img"><path d="M0 0"/></svg>', "svg-img-alt"),
        ("<input>", "label"),
        ("<h1></h1><h4>Sprong</h4>", "empty-heading"),
    ],
)
def test_axe_sees_a_fault(fault: str, rule: str, page: Path, browser: Browser) -> None:
    _with(page, fault)
    with opened(browser, page.as_uri(), page.parent.as_uri()) as visit:
        assert rule in [told.partition(":")[0] for told in axe_violations(visit.page)]


def test_a_text_that_fades_in_the_dark_is_seen(page: Path, browser: Browser) -> None:
    style = "<style>@media (prefers-color-scheme: dark) { body { background: #000 } p { color: #222 } }</style>"
    _with(page, style, "<style>p { color: #222; }</style>")
    with opened(browser, page.as_uri(), page.parent.as_uri()) as visit:
        assert axe_violations(visit.page, "color-contrast") == []
        visit.page.emulate_media(color_scheme="dark")
        assert [told.partition(":")[0] for told in axe_violations(visit.page, "color-contrast")] == ["color-contrast"]


def test_what_sticks_out_is_named_but_not_what_scrolls_by_itself(page: Path, browser: Browser) -> None:
    wide = '<p style="width: 900px">Breed.</p>'
    _with(page, f'<div style="overflow-x: auto">{wide}</div>')
    with opened(browser, page.as_uri(), page.parent.as_uri()) as visit:
        assert visit.sticks_out(PHONE) == []
    _with(page, f"<div>{wide}</div>")
    with opened(browser, page.as_uri(), page.parent.as_uri()) as visit:
        assert visit.sticks_out(PHONE) == ["p.null Breed."]


def test_the_html_checker_sees_each_fault_and_names_its_page(page: Path) -> None:
    """All in one run, since most of a run is starting Java."""
    faults = {
        "open.html": ("<p>Open<div>In</div></p>", "No “p” element in scope"),
        "dubbel.html": ('<p id="a">Een</p><p id="a">Twee</p>', "Duplicate ID"),
        "tekening.html": ('<svg><path breedte="3"/></svg>', "breedte"),
        "stijl.html": ("<style>p { kleur: rood; }</style>", "kleur"),
    }
    for name, (fault, _) in faults.items():
        _with(page, fault).rename(page.parent / name)
    (page.parent / "monitor.css").write_text("p { kleur: rood; }", encoding="utf-8")
    told = {name: told for name, (_, told) in faults.items()} | {"monitor.css": "kleur"}
    messages = html_messages([page.parent / name for name in told])
    seen = {name for name, words in told.items() for said in messages if said.startswith(name) and words in said}
    assert seen == told.keys()


def test_a_page_that_is_not_there_is_no_page_in_order(page: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"weg\.html"):
        html_messages([page, page.parent / "weg.html"])


def test_a_person_gets_every_form_of_a_page(page: Path, browser: Browser) -> None:
    with opened(browser, page.as_uri(), page.parent.as_uri()) as visit:
        saved = save_forms(visit, page.parent)
    forms = ["wide.png", "phone.png", "zoomed.png", "dark.png", "contrast.png", "print.pdf"]
    assert [path.name for path in saved] == [f"proef bladzijde-{form}" for form in forms]
    assert all(path.stat().st_size for path in saved)


def test_a_program_that_is_missing_is_a_sentence_that_says_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(MissingProgramError, match=r"^java is needed .*apt-get install default-jre-headless\)$"):
        find_program(("java",), "default-jre-headless", path=str(tmp_path))
