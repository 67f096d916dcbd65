"""The guide for analysts: its links lead somewhere, and every code that the tables may hold is explained."""

import csv
import re
from pathlib import Path

import pytest
import yaml

from pipelines.common.settings import DBT_PROJECT, GUIDE_TEXTS
from pipelines.publish.tables import TABLES
from pipelines.sources.seeds import reason_words

GUIDE = GUIDE_TEXTS / "handleiding"
PAGES = sorted(GUIDE.glob("*.md"))
START, TERMS = ((GUIDE / name).read_text(encoding="utf-8") for name in ("README.md", "begrippen.md"))
MARTS = [
    model
    for path in sorted((DBT_PROJECT / "models" / "marts").rglob("*.yml"))
    for model in yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader).get("models", [])
]


with (DBT_PROJECT / "seeds/indicatoren/reden.csv").open(encoding="utf-8", newline="") as seed:
    REASONS_OF_FIGURES = {row["reden"]: row["betekenis"] for row in csv.DictReader(seed)}


def accepted() -> set[str]:
    """Every value that a column of reasons or statuses may hold, as the contract has it."""
    found = [
        test
        for model in MARTS
        for column in model["columns"]
        if re.search("reden|status", column["name"])
        for test in column.get("data_tests", [])
        if isinstance(test, dict)
    ]
    listed = [test["accepted_values"]["arguments"]["values"] for test in found if "accepted_values" in test]
    alone = [test["is_reden"].get("arguments", {}).get("ook", []) for test in found if "is_reden" in test]
    assert alone
    return set(REASONS_OF_FIGURES).union(*listed, *alone)


def anchors(page: Path) -> set[str]:
    """The addresses of the headings of a page, as a reader of Markdown makes them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    lost = []
    for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if link.startswith("https://"):
            continue
        file, _, anchor = link.partition("#")
        target = (page.parent / file).resolve() if file else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            lost.append(link)
    assert lost == []


def test_every_code_is_explained() -> None:
    codes = accepted()
    assert {"onbekend_of_geheim", "nader_voorlopig", "reeksbreuk"} <= codes
    assert {code for code in codes if f"`{code}`" not in TERMS} == set()


def test_the_pages_of_a_release_explain_every_reason_of_a_figure() -> None:
    assert reason_words("betekenis") == REASONS_OF_FIGURES


PUBLIC = {model["name"] for model in MARTS} | {table.name for table in TABLES}


def test_every_public_table_answers_a_question() -> None:
    assert {name for name in PUBLIC if f"`{name}`" not in START} == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_table_that_is_named_is_there(page: Path) -> None:
    named = re.findall(r"\b(?:mart|dim|fct)_[a-z_]+", page.read_text(encoding="utf-8"))
    assert {name for name in named if name not in PUBLIC and not any(n.startswith(name) for n in PUBLIC)} == set()


def test_a_recording_is_explained() -> None:
    assert "## Opname, niet live" in START
