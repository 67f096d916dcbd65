"""What pages show that is newer than the newest year: a part of a year, apart from years, and never taken for one."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from pipelines.publish.charts import map_shapes
from pipelines.publish.files.boundaries import SOURCE, boundaries_of
from pipelines.publish.pages.indicator import IndicatorPages
from pipelines.publish.pages.material import Material
from pipelines.publish.pages.within_year import PartReading, WithinYear
from pipelines.publish.templates import render_site
from pipelines.releases.reader import open_folder
from tests.support.indicator_release import CODES, indicator_release
from tests.support.site_pages import FORBIDDEN, cells, words

# Of `zorg` the municipalities have June of 2023 and the country August; of `zorg_pct` both have the first half-year, of
# which Groningen has no figure. Of `zorg_per_1000` the year is the newest, though parts of it were published.
PERIODS = (
    "alter table dim_indicator add column nieuwste_periode_gemeente varchar default '2022'",
    "alter table dim_indicator add column nieuwste_periode_land varchar default '2022'",
    """update dim_indicator set nieuwste_periode_gemeente = '2023 juni', nieuwste_periode_land = '2023 augustus'
        where indicator_id = 'zorg'""",
    """update dim_indicator set nieuwste_periode_gemeente = '2023 1e halfjaar',
        nieuwste_periode_land = '2023 1e halfjaar' where indicator_id = 'zorg_pct'""",
    "update dim_indicator set nieuwste_periode_land = null where indicator_id = 'later'",
    """create table fct_indicator_periode (indicator_id varchar, regio_soort varchar, regio_code varchar, jaar smallint,
        periode_soort varchar, volgnummer tinyint, periode varchar, waarde double, reden_ontbreekt varchar,
        status varchar, tabel_id varchar)""",
    """insert into fct_indicator_periode by name
        with gemeenten as (select gm_code, row_number() over (order by gm_code) as nummer from dim_gemeente)
        select 'zorg' as indicator_id, 'gemeente' as regio_soort, gm_code as regio_code, 2023 as jaar,
            '2023 juni' as periode, 1000.0 + nummer as waarde, 'voorlopig' as status, '1ABC' as tabel_id from gemeenten
        union all by name
        select 'zorg' as indicator_id, 'gemeente' as regio_soort, gm_code as regio_code, 2023 as jaar,
            '2023 mei' as periode, 7.0 as waarde, 'definitief' as status, '1ABC' as tabel_id from gemeenten
        union all by name
        select 'zorg_pct' as indicator_id, 'gemeente' as regio_soort, gm_code as regio_code, 2023 as jaar,
            '2023 1e halfjaar' as periode, if(nummer = 1, null, nummer + 0.27) as waarde, 'definitief' as status,
            if(nummer = 1, 'onbekend_of_geheim', null) as reden_ontbreekt, '3GHI' as tabel_id from gemeenten
        union all by name
        select 'zorg_per_1000' as indicator_id, 'gemeente' as regio_soort, gm_code as regio_code, 2022 as jaar,
            '2022 2e halfjaar' as periode, 7.0 as waarde, 'definitief' as status, '1ABC' as tabel_id from gemeenten""",
    """insert into fct_indicator_periode by name
        select * from (values ('zorg', '2023 juni', 45678.0, 'voorlopig'),
            ('zorg', '2023 augustus', 46000.0, 'voorlopig'), ('zorg_pct', '2023 1e halfjaar', 9.87, 'nader_voorlopig'),
            ('zorg_per_1000', '2022 2e halfjaar', 7.0, 'definitief')) as made (indicator_id, periode, waarde, status),
            (select 'land' as regio_soort, 'NL' as regio_code, 2023 as jaar, '1ABC' as tabel_id)""",
    """create table herindeling (oude_code varchar, nieuwe_code varchar, datum date, soort varchar)""",
    """insert into herindeling values ('GM9999', 'GM0096', '2024-01-01', 'toevoeging'),
        ('GM9999', 'GM0150', '2024-01-01', 'grenscorrectie'), ('GM9999', 'GM0193', '2023-01-01', 'fusie')""",
)
BEFORE = "2023 1e halfjaar"


@contextmanager
def made(folder: Path, *statements: str) -> Iterator[Material]:
    with open_folder(indicator_release(folder, *statements)) as release:
        yield Material(release)


@pytest.fixture(scope="module")
def material(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Material]:
    with made(tmp_path_factory.mktemp("parts"), *PERIODS) as found:
        yield found


def told(readings: list[PartReading]) -> list[tuple[str, ...]]:
    return [
        (each.indicator.id, each.period, each.own.text or each.own.reason, each.own.marks, each.country.text)
        for each in readings
    ]


def rendered(template: str, **content: object) -> str:
    return render_site(template, root="", **content)


def test_a_municipality_has_its_figure_in_the_newest_part_beside_the_country_in_the_same(material: Material) -> None:
    """The country has August, too: beside June stands its June."""
    assert told(WithinYear(material).municipality("GM0034")) == [
        ("zorg_pct", BEFORE, "2,3", "", "9,9"),
        ("zorg", "2023 juni", "1\N{NO-BREAK SPACE}002", "v", "45\N{NO-BREAK SPACE}678"),
    ]


def test_without_a_figure_it_has_the_reason(material: Material) -> None:
    (first, _) = told(WithinYear(material).municipality("GM0014"))
    assert first[2] == "CBS publiceert een punt: onbekend, onbetrouwbaar of geheim"


def test_a_municipality_that_changed_since_does_not_bear_the_figure_of_what_it_was(material: Material) -> None:
    shown = {code: bool(WithinYear(material).municipality(code)) for code in ("GM0096", "GM0150", "GM0193", "GM0518")}
    assert shown == {"GM0096": False, "GM0150": True, "GM0193": True, "GM0518": True}


def test_the_country_has_its_own_newest_part(material: Material) -> None:
    assert told(WithinYear(material).country()) == [
        ("zorg_pct", BEFORE, "9,9", "v", ""),
        ("zorg", "2023 augustus", "46\N{NO-BREAK SPACE}000", "v", ""),
    ]


@pytest.mark.parametrize("left_out", [0, 5], ids=["no newest period", "no table"])
def test_a_release_without_such_figures_shows_nothing(tmp_path: Path, left_out: int) -> None:
    statements = PERIODS[:left_out]
    with made(tmp_path, *statements) as material:
        within = WithinYear(material)
        assert (within.country(), within.municipality("GM0034")) == ([], [])
        assert within.indicator(material.indicators["zorg"]) is None
        of = SimpleNamespace(area=material.municipalities[0])
        assert words(rendered("gemeente_binnen_het_jaar.html.jinja", of=of, within_year=[])) == ""


def test_the_page_of_a_municipality_says_what_it_is(material: Material) -> None:
    of = SimpleNamespace(area=next(area for area in material.municipalities if area.code == "GM0034"))
    page = rendered(
        "gemeente_binnen_het_jaar.html.jinja", of=of, within_year=WithinYear(material).municipality("GM0034")
    )
    assert "Een half jaar is geen jaar" in words(page)
    assert [[words(cell) for cell in cells(row)] for row in page.split("<tr>")[1:]] == [
        ["Onderwerp", "Periode", "Almere", "Nederland"],
        ["Zorg in procenten %, 3GHI", BEFORE, "2,3", "9,9 v"],
        ["Jongeren & zorg jongeren, 1ABC", "2023 juni", "1\N{NO-BREAK SPACE}002 v", "45\N{NO-BREAK SPACE}678 v"],
    ]
    assert not FORBIDDEN.search(words(page))
    assert len(page.encode()) < 1_500


def test_the_page_of_the_country_names_the_period_and_the_figure(material: Material) -> None:
    page = rendered(
        "nederland_binnen_het_jaar.html.jinja", header=material.header, within_year=WithinYear(material).country()
    )
    assert "2023 augustus 46\N{NO-BREAK SPACE}000 v" in words(page)
    assert not FORBIDDEN.search(words(page))


def test_the_page_of_an_indicator_has_every_municipality_apart_from_its_years(material: Material) -> None:
    shapes = map_shapes(boundaries_of(material.release, SOURCE))
    pages = {each.indicator.id: each.files for each in IndicatorPages(material, shapes).files()}
    page = pages["zorg"]["indicator/zorg.html"]
    assert "Nieuwer, over een deel van een jaar: 2023 juni" in words(page)
    part = re.search(r'<section aria-labelledby="deel">.*?</section>', page, re.DOTALL)
    assert part
    assert "Nederland, 2023 augustus: 46\N{NO-BREAK SPACE}000 v jongeren." in words(part[0])
    # Vlieland changed since.
    assert "Gemeenten, 2023 juni: 9 van de 9 gemeenten hebben een cijfer." in words(part[0])
    assert "v voorlopig: CBS kan dit cijfer nog aanpassen" in words(part[0])
    assert len(re.findall(r"<tr><th scope=\"row\">", part[0])) == len(CODES) - 1
    assert "2023" not in page.replace(part[0], "").replace("2023 juni", "")
    assert 'id="deel"' not in pages["zorg_per_1000"]["indicator/zorg_per_1000.html"]
