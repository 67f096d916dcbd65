"""The guide as a page of a release holds all of the guide, and every link in it leads somewhere an analyst can go."""

import re
from pathlib import Path

import pytest

from pipelines.build.dbt import DbtProject
from pipelines.build.project import Project
from pipelines.common import files
from pipelines.common.files import sha256_of_text
from pipelines.common.settings import DBT_PROJECT, GUIDE_TEXTS
from pipelines.publish.pages.guide import CHAPTERS, Chapter, Surroundings, address, to_html
from pipelines.releases.store import GUIDE, INDICATORS, REPORT
from tests.support.html_page import Page, flaws, read_page
from tests.support.made_up_releases import HEADER, release_to_show, with_pages

NAMES = (REPORT, INDICATORS, GUIDE)
TEXTS = {chapter: (GUIDE_TEXTS / chapter.path).read_text(encoding="utf-8") for chapter in CHAPTERS}
PROSE = {chapter: re.sub(r"^ *```.*?^ *```$", "", text, flags=re.DOTALL | re.M) for chapter, text in TEXTS.items()}
# A seed: analysts have the release, not the repository.
PARAMETERS = "../../../dbt_project/seeds/analyse/parameter.csv"
BENCHMARK = next(chapter for chapter in CHAPTERS if chapter.anchor == "benchmark")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Page]:
    folder = tmp_path_factory.mktemp("uitgave")
    with_pages(release_to_show(folder))
    return {name: read_page(folder / name) for name in NAMES}


@pytest.fixture(scope="module")
def page(pages: dict[str, Page]) -> Page:
    return pages[GUIDE]


def spaced(text: str) -> str:
    return " ".join(text.split())


def html(markdown: str) -> str:
    return to_html(markdown, Surroundings("h", lambda link: link if link == "#a" else None, frozenset({REPORT}))).html


def test_the_page_is_whole_and_loads_nothing(pages: dict[str, Page], page: Page) -> None:
    assert flaws(page, pages) == []
    policy = next(a["content"] for _, a in page.attributes if a.get("http-equiv") == "Content-Security-Policy")
    assert str(policy).startswith("default-src 'none'; style-src 'sha256-")


def test_every_file_of_the_guide_is_a_section_in_the_table_of_contents(page: Page) -> None:
    found = [*(GUIDE_TEXTS / "handleiding").glob("*.md"), *(GUIDE_TEXTS / "methoden").glob("*.md")]
    files = {path.relative_to(GUIDE_TEXTS).as_posix() for path in found}
    assert {chapter.path for chapter in CHAPTERS} == files
    sections = [found["id"] for tag, found in page.attributes if tag == "section"]
    assert sections == [chapter.anchor for chapter in CHAPTERS]
    assert {f"#{anchor}" for anchor in sections} <= set(page.links)


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.anchor)
def test_every_heading_stands_a_level_lower_and_those_of_the_second_in_the_contents(
    page: Page, chapter: Chapter
) -> None:
    headings = re.findall(r"^(#+) (.+)$", PROSE[chapter], re.M)
    assert [len(marks) for marks, _ in headings].count(1) == 1
    for marks, words in headings:
        words = chapter.title if chapter.title and marks == "#" else words.replace("`", "")
        assert (len(marks) + 1, words) in page.headings
    contents = page.source.split('<nav class="toc')[1].split("</nav>")[0]
    entries = re.findall(rf'href="#{chapter.anchor}-', contents)
    assert len(entries) == [marks for marks, _ in headings].count("##")


def test_every_link_between_the_files_leads_to_that_place_on_the_page(page: Page) -> None:
    links = [(chapter, link) for chapter, text in PROSE.items() for link in re.findall(r"\]\(([^)\s]+)\)", text)]
    led = {link: address(link, chapter) for chapter, link in links}
    assert {link for link, place in led.items() if place is None} == {"../vragen", PARAMETERS}
    assert {place for place in led.values() if place} <= set(page.links)
    assert (led["../methoden/README.md"], led["#power-bi"]) == ("#methoden", "#verbinden-power-bi")


def test_no_link_has_another_form(page: Page) -> None:
    outside = [link for link in page.links if not link.startswith("#")]
    assert {link for link in outside if not link.startswith("https://")} == set(NAMES)
    assert {"#benchmark", "#indelingen_en_regios", "#verbinden-power-bi"} <= set(page.links)
    assert not re.search(r'href="[^"]*\.md', page.source)


@pytest.mark.parametrize(
    ("link", "place"),
    [
        ("../handleiding/begrippen.md#waarom-een-cijfer-ontbreekt", "#begrippen-waarom-een-cijfer-ontbreekt"),
        ("trend_en_volume.md", "#trend_en_volume"),
        ("#trechter-valt-een-cijfer-op", "#benchmark-trechter-valt-een-cijfer-op"),
        ("../handleiding/tien_vragen.md#wmo-cli%C3%ABnten", "#tien_vragen-wmo-cliënten"),
        (f"{REPORT}#dekking", f"{REPORT}#dekking"),
        ("https://www.cbs.nl/", "https://www.cbs.nl/"),
        (PARAMETERS, None),
        ("javascript:alert(1)", None),
        ("//elders.nl/x", None),
    ],
)
def test_a_link_leads_where_an_analyst_can_go(link: str, place: str | None) -> None:
    assert address(link, BENCHMARK) == place


def test_every_table_and_every_piece_of_code_is_there_and_can_be_scrolled_to(page: Page) -> None:
    rules = sum(len(re.findall(r"^ *\|[-:| ]+\|$", text, re.M)) for text in PROSE.values())
    assert len(page.tables) == rules > 30
    captions = [table.caption for table in page.tables]
    assert len(set(captions)) > 0.9 * len(captions)
    code = [found for tag, found in page.attributes if tag == "pre"]
    assert len(code) == sum(len(re.findall(r"^ *```", text, re.M)) for text in TEXTS.values()) / 2 > 40
    assert {(found["role"], found["tabindex"]) for found in code} == {("group", "0")}
    assert all(found["aria-label"] for found in code)


def test_the_words_of_the_guide_are_on_the_page(page: Page) -> None:
    said = spaced(page.text)
    for row in re.findall(r"^\| `(\w+)` \| ([^`|]+) \|", TEXTS[CHAPTERS[3]], re.M):
        assert f"{row[0]} {row[1]}" in said
    assert "warehouse/ monitor.duckdb -> huidig/monitor.duckdb" in said


def test_the_page_says_which_release_it_came_with(tmp_path: Path, page: Page) -> None:
    assert f"kwam met uitgave {HEADER['release_id']} mee" in spaced(page.text)
    assert "opname" in page.ids
    with_pages(release_to_show(tmp_path, bron="live", toelichting="Gemaakt van de live tabellen."))
    assert "opname" not in read_page(tmp_path / GUIDE).ids


@pytest.mark.parametrize(
    ("markdown", "made"),
    [
        ("a <script>b</script> & c", "<p>a &lt;script&gt;b&lt;/script&gt; &amp; c</p>\n"),
        ("<div onclick=x>\n", "<p>&lt;div onclick=x&gt;</p>\n"),
        ("![een beeld](https://elders.nl/x.png)", "<p>een beeld</p>\n"),
        ("[in](#a), [uit](b.md 'c')", '<p><a href="#a">in</a>, uit</p>\n'),
        (f"`{REPORT}` en `a<b`", f'<p><a href="{REPORT}"><code>{REPORT}</code></a> en <code>a&lt;b</code></p>\n'),
        ("van 1 000 000 in 2021 341", "<p>van 1\N{NO-BREAK SPACE}000\N{NO-BREAK SPACE}000 in 2021 341</p>\n"),
        ("a\\\nb\n\n---\n", "<p>a<br>\nb</p>\n<hr>\n"),
        ("# A b?\n## A b?", '<h2 id="h-a-b">A b?</h2>\n<h3 id="h-a-b-1">A b?</h3>\n'),
        (
            "# <x>\n```sql\na < b\n```",
            (
                '<h2 id="h-x">&lt;x&gt;</h2>\n<pre role="group" aria-label="Code bij &lt;x&gt;" tabindex="0">'
                "<code>a &lt; b\n</code></pre>\n"
            ),
        ),
    ],
)
def test_markdown_becomes_html_that_does_nothing(markdown: str, made: str) -> None:
    assert html(markdown) == made


def test_a_second_table_under_a_heading_has_a_name_of_its_own() -> None:
    read = Page(html("# A\n| b | c |\n|---|--:|\n| d | 1 |\n\nen\n\n| b |\n|---|\n| d |\n"))
    assert [table.caption for table in read.tables] == ["Tabel bij A", "Tabel bij A (2)"]
    assert [(tag, shade, text) for tag, shade, text in read.tables[0].rows[1]] == [("td", "", "d"), ("td", "num", "1")]
    assert flaws(Page(f"<h1>x</h1>{read.source}"), {}) == []


def test_an_edit_of_the_guide_makes_no_release(monkeypatch: pytest.MonkeyPatch) -> None:
    """No text for analysts is among the files that decide whether there is anything to build."""
    read: list[Path] = []

    def noted(path: Path) -> str:
        read.append(path)
        return sha256_of_text(path)

    monkeypatch.setattr(files, "sha256_of_text", noted)
    Project().own_parts()
    assert {"models", "seeds", "macros", "tests", "contract"} <= {
        path.relative_to(DBT_PROJECT).parts[0] for path in read if path.is_relative_to(DBT_PROJECT)
    }
    assert [path for path in read if path.is_relative_to(GUIDE_TEXTS.parent)] == []


def test_an_edit_of_a_model_makes_one(tmp_path: Path) -> None:
    for name in ("dbt_project.yml", "models/a.sql"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("een", encoding="utf-8")
    before = DbtProject(tmp_path).fingerprint
    (tmp_path / "models" / "a.sql").write_text("twee", encoding="utf-8")
    assert DbtProject(tmp_path).fingerprint != before
