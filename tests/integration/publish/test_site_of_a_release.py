"""The website of the whole release: every page is there, leads somewhere, is small, and says what the database says.

Figures are read from the pages as text and compared with the tables by SQL; numbers are written in Dutch here by other
code than the pages use.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.publish.pages.site import site_files
from pipelines.releases.reader import open_folder
from tests.support.dutch_numbers import in_dutch
from tests.support.site_pages import FORBIDDEN, Site, number, words

MEGABYTE = 1_000_000
SAMPLE = ("GM0014", "GM0096", "GM0363", "GM1969", "GM0865")


@pytest.fixture(scope="module")
def site(warehouse: Path) -> Site:
    return Site((warehouse / "huidig").resolve())


@pytest.fixture(scope="module")
def municipalities(release: duckdb.DuckDBPyConnection) -> list[str]:
    sql = "select distinct regio_code from mart_indicator_actueel where regio_soort = 'gemeente' order by 1"
    return [code for (code,) in release.execute(sql).fetchall()]


def rows_of(release: duckdb.DuckDBPyConnection, sql: str, *values: Any) -> list[dict[str, Any]]:
    found = release.execute(sql, list(values))
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def test_every_municipality_region_and_indicator_has_its_page(
    site: Site, release: duckdb.DuckDBPyConnection, municipalities: list[str]
) -> None:
    indicators = {name for (name,) in release.execute("select indicator_id from dim_indicator").fetchall()}
    sql = "select distinct regio_code from mart_indicator_actueel where regio_soort not in ('gemeente', 'land')"
    regions = {code for (code,) in release.execute(sql).fetchall()}
    assert {path.stem for path in (site.folder / "gemeente").iterdir()} == set(municipalities)
    assert {path.stem for path in (site.folder / "indicator").iterdir()} == indicators
    assert {path.stem for path in (site.folder / "insluiten").iterdir()} == indicators
    assert {path.stem for path in (site.folder / "regio").iterdir()} == regions
    for name in ("index.html", "nederland.html", "regios.html", "vergelijk.html"):
        assert (site.folder / name).is_file()


def test_no_link_leads_nowhere(site: Site) -> None:
    assert site.dead_links() == []


def test_the_site_is_small_enough_to_carry(site: Site) -> None:
    folders = ("beeld", "gegevens", "gemeente", "indicator", "insluiten", "regio")
    files = [path for folder in folders for path in (site.folder / folder).rglob("*.*")] + list(
        site.folder.glob("*.html")
    )
    assert sum(path.stat().st_size for path in files) <= 64 * MEGABYTE
    with_maps = {path for path in site.pages if path.parent.name == "indicator" or path.name == "regios.html"}
    pages = [path for path in site.pages if path.name not in ("kwaliteit.html", "indicatoren.html")]
    too_large = [path.name for path in pages if path.stat().st_size > (400_000 if path in with_maps else 300_000)]
    assert too_large == []


def test_the_manifest_vouches_for_every_page(site: Site) -> None:
    signed = json.loads(site.text("manifest.json"))["bestanden"]
    assert {path.relative_to(site.folder).as_posix() for path in site.pages} <= signed.keys()


@pytest.mark.slow
def test_the_same_release_gives_the_same_bytes(site: Site) -> None:
    with open_folder(site.folder) as reader:
        for name, content in site_files(reader):
            assert (site.folder / name).read_bytes() == content, name


def test_no_page_for_councillors_has_a_word_of_judgement(site: Site) -> None:
    found = {}
    for path in site.pages:
        if path.name in ("kwaliteit.html", "indicatoren.html", "handleiding.html"):
            continue
        text = words(path.read_text(encoding="utf-8"))
        if match := FORBIDDEN.search(text):
            found[path.name] = text[max(0, match.start() - 60) : match.end() + 40]
    assert found == {}


def test_every_page_says_that_it_is_of_a_recording_and_of_which_release(site: Site) -> None:
    for path in site.pages:
        text = words(path.read_text(encoding="utf-8"))
        assert "pname, niet live" in text, path
        assert site.folder.name in text, path


def test_former_names_are_found_on_the_first_page(site: Site) -> None:
    index = site.text("index.html")
    for now, before in (("GM0014", "Haren"), ("GM1979", "Delfzijl"), ("GM0363", "Weesp"), ("GM1969", "Marum")):
        entry = re.search(rf'<li><a href="gemeente/{now}.html">.*?</li>', index)
        assert entry
        assert before in words(entry[0])


@pytest.mark.parametrize("code", SAMPLE)
def test_the_figures_of_a_municipality_are_those_of_the_marts(
    code: str, site: Site, release: duckdb.DuckDBPyConnection
) -> None:
    assert list(wrong_cells(code, site, release)) == []


@pytest.mark.slow
def test_the_figures_of_every_municipality_are_those_of_the_marts(
    site: Site, release: duckdb.DuckDBPyConnection, municipalities: list[str]
) -> None:
    assert [wrong for code in municipalities for wrong in wrong_cells(code, site, release)] == []


def wrong_cells(code: str, site: Site, release: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """What the first tables and the tables of all years of a municipality say otherwise than the marts."""
    figures = rows_of(
        release,
        """select a.*, i.decimalen, i.laatste_jaar_met_cijfer as nieuwste,
               p.gewogen_vergelijkbare_gemeenten as gelijken, coalesce(p.gewogen_land, p.gepubliceerd_land) as land,
               p.rang, p.rang_van, p.kleine_aantallen, g.kanttekening is not null as valt_laag_uit,
               (contains(indicator_id, 'wmo') or contains(indicator_id, 'sociaal_domein'))
                   and not contains(indicator_id, 'zonder_opvang')
                   and (contains(i.eenheid, 'euro') or contains(coalesce(i.teller, ''), 'lasten'))
                   and exists (
                       from mart_taakveld as t where t.gm_code = a.regio_code and t.centrumgemeente_opvang
                   ) as betaalt_voor_anderen
           from mart_indicator_actueel as a
           inner join dim_indicator as i using (indicator_id)
           left join mart_gemeente_profiel as p
               on a.indicator_id = p.indicator_id and a.jaar = p.jaar and a.regio_code = p.gm_code
           left join mart_gebruik as g
               on a.indicator_id = g.indicator_id and a.jaar = g.jaar and a.regio_code = g.regio_code
           where a.regio_code = ?""",
        code,
    )
    page = site.rows(f"gemeente/{code}.html", "cijfers")
    newest = {row["indicator_id"]: row for row in figures if row["jaar"] == row["nieuwste"]}
    assert len(page) >= 80
    for name, shown in page.items():
        yield from (f"{code} {name}: {wrong}" for wrong in wrong_in_row(shown, newest[name]))
    yield from wrong_years(code, site, figures)


def wrong_in_row(shown: list[str], row: dict[str, Any]) -> Iterator[str]:
    _, own, peers, country, place, *_ = shown
    yield from wrong_own(own, row)
    for what, cell in (("gelijken", peers), ("land", country)):
        expected = "" if row[what] is None else in_dutch(row[what], row["decimalen"])
        # Of a count the figure of the country is that of the country itself: not in the mart of comparisons.
        is_count = what == "land" and row["rang_van"] is None
        if number(cell) != expected and not is_count:
            yield f"{what} shows {number(cell)!r}, not {expected!r}"
    caveats = ("kleine_aantallen", "twijfel", "valt_laag_uit", "betaalt_voor_anderen")
    allowed = row["rang"] and not any(row[name] for name in caveats) and row["rang_van"] >= 0.9 * 342
    expected = f"{row['rang']} van {row['rang_van']}" if allowed else ""
    if (words(place) if re.match(r"\d", words(place)) else "") != expected:
        yield f"place shows {words(place)!r}, not {expected!r}"


def wrong_own(own: str, row: dict[str, Any]) -> Iterator[str]:
    if row["waarde"] is None:
        if number(own) or "<em>" not in own:
            yield f"shows {words(own)!r} where there is no figure"
    elif number(own) != in_dutch(row["waarde"], row["decimalen"]):
        yield f"shows {number(own)!r}, not {row['waarde']}"
    if str(row["jaar"]) not in words(own):
        yield f"the year {row['jaar']} is not in {words(own)!r}"


def wrong_years(code: str, site: Site, figures: list[dict[str, Any]]) -> Iterator[str]:
    """What the tables of all years say otherwise: read by the name of the indicator and the year above the column."""
    by_name: dict[str, dict[int, dict[str, Any]]] = defaultdict(dict)
    for row in figures:
        by_name[row["indicator_naam"]][row["jaar"]] = row
    for table in re.findall(r'<table class="jaren">.*?</table>', site.text(f"gemeente/{code}.html"), re.DOTALL):
        head, *bodies = table.split("<tbody>")
        years = [int(year) for year in re.findall(r">(\d{4})", head)]
        for body in bodies:
            first = body.split("<tr>")[1]
            name = words(re.search(r"<th[^>]*>(.*?)<td", first, re.DOTALL)[1])
            for year, cell in zip(years, re.split("<td>", first)[2:], strict=True):
                row = by_name[name].get(year)
                value = None if row is None else row["waarde"]
                expected = "" if row is None or value is None else in_dutch(value, row["decimalen"])
                if number(cell) != expected:
                    yield f"{code} {name} {year}: shows {number(cell)!r}, not {expected!r}"


@pytest.mark.parametrize("code", [*SAMPLE, "NL", "PV20", "AM01", "JZ03", "GG0111", "VR01", "CR01", "GK5", "LD01"])
def test_the_scripts_hand_over_the_figures_of_the_marts(
    code: str, site: Site, release: duckdb.DuckDBPyConnection
) -> None:
    content = json.loads(site.text(f"gegevens/{code}.js").removeprefix("monitor.gebied(").removesuffix(");\n"))
    sql = """select a.indicator_id, a.jaar, a.waarde, i.decimalen from mart_indicator_actueel as a
             inner join dim_indicator as i using (indicator_id) where a.regio_code = ?"""
    for row in rows_of(release, sql, code):
        found = content["cijfers"].get(row["indicator_id"])
        if found is None:
            continue
        expected = "" if row["waarde"] is None else in_dutch(row["waarde"], row["decimalen"])
        assert found[1 + row["jaar"] - found[0]][0] == expected, row


def test_the_heat_map_shows_the_provinces_in_the_newest_year(site: Site, release: duckdb.DuckDBPyConnection) -> None:
    head = re.search(r'<table class="hitte">.*?<tbody>', site.text("vergelijk.html"), re.DOTALL)[0]
    codes = re.findall(r'href="regio/(\w+)\.html"', head)
    assert len(codes) == 12
    sql = """select a.indicator_id, a.regio_code, a.waarde, i.decimalen from mart_indicator_actueel as a
             inner join dim_indicator as i on a.indicator_id = i.indicator_id and a.jaar = i.laatste_jaar_met_cijfer
             where a.regio_soort = 'provincie'"""
    values = {(row["indicator_id"], row["regio_code"]): row for row in rows_of(release, sql)}
    rows = site.rows("vergelijk.html", "hitte")
    assert len(rows) >= 80
    for name, (_, *shown) in rows.items():
        for code, cell in zip(codes, shown, strict=True):
            row = values[name, code]
            expected = "" if row["waarde"] is None else in_dutch(row["waarde"], row["decimalen"])
            assert number(cell) == expected, (name, code)
