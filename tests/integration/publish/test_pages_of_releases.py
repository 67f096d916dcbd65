"""The pages of real releases: the small one that lacks most tables, and the whole one, counted by another route."""

import json
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines.releases.content import file_hashes
from pipelines.releases.store import COMPARISON, COUNTRY, GUIDE, HOME, INDICATORS, REGIONS, REPORT
from tests.support.html_page import Page, flaws, read_page
from tests.support.place import Place

NAMES = (REPORT, INDICATORS, GUIDE)


def pages(warehouse: Path) -> dict[str, Page]:
    return {name: read_page(warehouse / "huidig" / name) for name in NAMES}


@pytest.fixture(scope="module")
def whole(warehouse: Path) -> dict[str, Page]:
    return pages(warehouse)


def test_a_release_without_most_tables_has_whole_pages(miniature: Place) -> None:
    made = pages(miniature.warehouse)
    assert {name: flaws(page, made) for name, page in made.items()} == {name: [] for name in NAMES}
    assert "jeugdzorg_jongeren" in made[INDICATORS].ids


def test_the_manifest_vouches_for_the_pages(miniature: Place) -> None:
    folder = miniature.warehouse / "huidig"
    signed = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["bestanden"]
    assert {name: signed[name] for name in NAMES} == {name: file_hashes(folder)[name] for name in NAMES}


def test_the_pages_of_the_whole_release_are_whole_and_small(whole: dict[str, Page], warehouse: Path) -> None:
    # They lead to the website too, whose own pages are tried elsewhere.
    site = {name: Page("") for name in (HOME, COUNTRY, REGIONS, COMPARISON) if (warehouse / "huidig" / name).is_file()}
    assert {name: flaws(page, whole | site) for name, page in whole.items()} == {name: [] for name in NAMES}
    for page in whole.values():
        assert "opname, niet live" in page.text
        assert len(page.source.encode()) < 1_000_000


def test_every_check_is_in_the_report(whole: dict[str, Page], release: duckdb.DuckDBPyConnection) -> None:
    checks = {name for (name,) in release.execute("select controle from kwaliteit").fetchall()}
    rows = [row[0][2].strip() for table in whole[REPORT].tables for row in table.rows if row]
    assert checks - set(rows) == set()


def test_the_heat_map_counts_what_the_figures_count_to(
    whole: dict[str, Page], release: duckdb.DuckDBPyConnection
) -> None:
    figures = pl.DataFrame(release.sql("from mart_indicator_origineel where regio_soort = 'gemeente'"))
    counted = figures.group_by("indicator_naam", "jaar").agg(
        pl.col("waarde").count().alias("met"), pl.col("regio_code").n_unique().alias("leden")
    )
    expected = {(name, year): (met, leden) for name, year, met, leden in counted.iter_rows()}
    shown = {}
    for table in whole[REPORT].tables:
        if not table.caption.endswith("gemeenten met een cijfer"):
            continue
        years = [int(text[:4]) for _, _, text in table.rows[0][1:]]
        for (_, _, name), *cells in table.rows[1:]:
            for year, (_, shade, text) in zip(years, cells, strict=True):
                if shade != "buiten":
                    met, leden = text.split("/") if shade != "geen" else (0, text.split()[-1])
                    shown[name.strip(), year] = (int(met), int(leden))
    assert shown == expected


def test_every_indicator_says_meaning_moment_rounding_and_caveats(
    whole: dict[str, Page], release: duckdb.DuckDBPyConnection
) -> None:
    rows = release.execute("select indicator_id, omschrijving, toelichting from dim_indicator").fetchall()
    text = " ".join(whole[INDICATORS].text.split())
    assert {name for name, _, _ in rows} <= set(whole[INDICATORS].ids)
    assert [name for name, meaning, caveat in rows if f"{meaning} Let op. {caveat}" not in text] == []
    assert "niet vermeld" not in text.replace("niet vermeld bij het cijfer van CBS", "")
