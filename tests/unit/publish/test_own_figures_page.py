"""The part of a municipality's page with what it stated itself: with owner and day, and its words as words."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

from pipelines.common.settings import PROJECT
from pipelines.publish.pages.own_figures import StatementsByMunicipality
from pipelines.publish.templates import render_site
from pipelines.releases.reader import ReleaseReader

FIGURES = """
    create table eigen_opgave as
    select * from (values
        ('budget', 'Budget', 'GM1680', 2024, 1234567.5, null, 'euro', 1, null, 'opgegeven'),
        ('eens_pct', 'Eens', 'GM1680', 2024, 73.0, null, '% van wie meedeed', 0, 1.0, 'opgegeven'),
        ('regio', 'Wmo-regio', 'GM1680', 2024, null, 'Noord & Oost', 'naam van de regio', 0, null, 'onbevestigd'),
        ('budget', 'Budget', 'GM0363', 2024, 5.0, null, 'euro', 1, null, 'opgegeven')
    ) as rows (opgave_id, naam, gm_code, jaar, waarde, tekst, eenheid, decimalen, afgerond_op, status)
    cross join (select 'Gemeente <b>X</b>' as eigenaar, date '2026-03-01' as datum)
"""
NOTES = """
    create table eigen_toelichting as
    select 'GM1680' as gm_code, 2018 as jaar, 'Zorg' as onderwerp, '<script>alert(1)</script>' as tekst,
        'opgegeven' as status, 'Gemeente X' as eigenaar, date '2026-03-02' as datum
"""


@dataclass
class Pages:
    """Draws the part of the page about a municipality."""

    statements: StatementsByMunicipality

    def drawn(self, code: str) -> str:
        of: Any = SimpleNamespace(area=SimpleNamespace(name="Aa en Hunze"))
        return render_site("gemeente_eigen_opgave.html.jinja", root="../", own=self.statements.of(code), of=of)


@pytest.fixture
def pages() -> Iterator[Pages]:
    with duckdb.connect() as connection:
        connection.execute(FIGURES + ";" + NOTES)
        material: Any = SimpleNamespace(release=ReleaseReader(connection))
        yield Pages(StatementsByMunicipality(material))


def test_a_figure_stands_there_with_unit_year_owner_and_day(pages: Pages) -> None:
    page = pages.drawn("GM1680").replace("\N{NO-BREAK SPACE}", " ")
    owner = "eigen opgave van Gemeente &lt;b&gt;X&lt;/b&gt;, 01-03-2026"
    for row in (
        f'<tr><th scope="row">Budget<td>2024<td>1 234 567,5 euro<td>{owner}',
        f"Eens<td>2024<td>73 % van wie meedeed <small>(afgerond op hele procenten)</small><td>{owner}",
        f'<tr><th scope="row">Wmo-regio<td>2024<td>Noord &amp; Oost <small>(onbevestigd)</small><td>{owner}',
    ):
        assert row in page
    assert "5,0 euro" not in page


def test_a_note_is_text_and_nothing_else(pages: Pages) -> None:
    page = pages.drawn("GM1680")
    assert "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>" in page
    assert "<script" not in page
    assert "Bron: eigen opgave van Gemeente X, 02-03-2026." in page


def test_a_municipality_that_stated_nothing_has_no_such_part(pages: Pages) -> None:
    assert pages.drawn("GM0014").strip() == ""


def test_a_release_from_before_has_no_such_part() -> None:
    with duckdb.connect() as connection:
        material: Any = SimpleNamespace(release=ReleaseReader(connection))
        assert StatementsByMunicipality(material).of("GM1680") is None


def test_the_page_of_a_municipality_has_that_part() -> None:
    templates = PROJECT / "pipelines" / "publish" / "templates"
    page = (Path(templates) / "gemeente.html.jinja").read_text(encoding="utf-8")
    assert page.count('{% include "gemeente_eigen_opgave.html.jinja" %}') == 1
