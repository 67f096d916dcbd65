"""The tables of wijken on the page of a municipality, beside the rows that CBS published."""

import re
from pathlib import Path

import duckdb
import pytest

from tests.support.dutch_numbers import in_dutch
from tests.support.site_pages import Site, cells, number, words


@pytest.fixture(scope="module")
def site(warehouse: Path) -> Site:
    return Site((warehouse / "huidig").resolve())


def tables_of(site: Site, code: str) -> dict[int, dict[str, dict[str, str]]]:
    """By year, wijk (or the row below them) and column what stands there."""
    found = {}
    for title, body in re.findall(
        r'<span id="t-wijken-(\d{4})">.*?</caption>(.*?)</table>', site.text(f"gemeente/{code}.html"), re.DOTALL
    ):
        head, *rows = [cells(row) for row in body.split("<tr>")[1:]]
        columns = [words(cell) for cell in head[1:]]
        found[int(title)] = {
            words(row[0]): dict(zip(columns, (number(cell) for cell in row[1:]), strict=True)) for row in rows
        }
    return found


@pytest.mark.parametrize("code", ["GM1680", "GM0363", "GM0096", "GM0014"])
def test_every_wijk_has_its_figures_and_a_dot_where_cbs_has_one(
    code: str, site: Site, release: duckdb.DuckDBPyConnection
) -> None:
    tables = tables_of(site, code)
    assert list(tables) == [2021, 2020]
    rows = release.execute(
        """select jaar, wijk.naam, dim.naam, cijfer.waarde, cijfer.reden_ontbreekt, dim.decimalen
           from fct_indicator_wijk as cijfer
           inner join dim_wijk as wijk using (regio_code, jaar)
           inner join dim_indicator as dim using (indicator_id)
           where cijfer.gm_code = ? and cijfer.regio_soort = 'wijk'""",
        [code],
    ).fetchall()
    figures = {(year, name, column): rest for year, name, column, *rest in rows}
    shown = 0
    for year, table in tables.items():
        for name, row in list(table.items())[:-1]:
            for column, text in row.items():
                value, reason, decimals = figures[year, name, column]
                expected = "." if reason == "onbekend_of_geheim" else "" if value is None else in_dutch(value, decimals)
                assert text == expected, (year, name, column)
                shown += 1
    assert shown >= 12


def test_the_share_in_known_wijken_is_left_out_where_it_tells_a_secret(site: Site) -> None:
    """In Amsterdam 98 of 99 wijken have people with bijstand: the whole less those would be the last one."""
    below = "Deel van de gemeente in deze wijken"
    assert tables_of(site, "GM1680")[2021][below]["Jongeren met jeugdzorg in natura"] == "86\N{NO-BREAK SPACE}%"
    assert tables_of(site, "GM0363")[2020][below]["Personen met bijstand"] == ""


def test_a_municipality_younger_than_the_figures_has_no_wijken(site: Site) -> None:
    """Land van Cuijk is of 2022; its wijken of before lay in municipalities that went."""
    assert tables_of(site, "GM1982") == {}
    assert 'href="#wijken"' not in site.text("gemeente/GM1982.html")
