"""Who has more than one law, and what is expected by age, on a municipality's page; nothing where there is nothing."""

import re
from pathlib import Path

import pytest

from pipelines.common.dutch import NO_BREAK
from pipelines.publish.pages.expected_use import ExpectedByAge
from pipelines.publish.pages.laws import AcrossLaws
from pipelines.releases.reader import open_folder
from tests.support.made_up_releases import release_to_show

STAPELING = (
    """create table mart_stapeling (regio_soort varchar, regio_code varchar, jaar smallint, telling varchar,
        uitsplitsing varchar, categorie varchar, volgorde smallint, waarde double, aandeel_pct double,
        reden_ontbreekt varchar, reeksbreuk boolean, status varchar, tabel_id varchar)""",
    """insert into mart_stapeling
        select soort, code, jaar, telling, 'wet_combinatie', categorie, volgorde, waarde, aandeel,
            case when waarde is null then 'onbekend_of_geheim' end, jaar = 2024 and waarde is not null, status,
            'T' || jaar
        from (values
            ('gemeente', 'GM1', 2022, 'clienten', 'alleen_wmo', 3, 1, 1, 'definitief'),
            ('gemeente', 'GM1', 2024, 'clienten', 'jeugd_en_wmo', 5, null, null, 'voorlopig'),
            ('gemeente', 'GM1', 2024, 'clienten', 'alleen_wmo', 3, 1250, 62.5, 'voorlopig'),
            ('gemeente', 'GM1', 2024, 'huishoudens', 'alleen_wmo', 3, 900, 60, 'definitief'),
            ('land', 'NL', 2024, 'clienten', 'alleen_wmo', 3, 4, 44.44, 'definitief'),
            ('gemeente', 'GM2', 2024, 'clienten', 'alleen_wmo', 3, null, null, 'definitief')
        ) as rijen (soort, code, jaar, telling, categorie, volgorde, waarde, aandeel, status)""",
)
VERWACHT = (
    """create table mart_verwacht_gebruik (gm_code varchar, jaar smallint, waargenomen double, verwacht double,
        index_verwacht double, ondergrens double, bovengrens double, status varchar, tabel_id varchar)""",
    """insert into mart_verwacht_gebruik values
        ('GM1', 2022, 10, 10, 100, 48, 184, 'definitief', 'T22'),
        ('GM1', 2023, 1230, 1000.4, 122.95, 116.2, 130.02, 'voorlopig', 'T23'),
        ('GM1', 2024, null, 1000, null, null, null, 'definitief', 'T24'),
        ('GM2', 2023, null, 20, null, null, null, 'definitief', 'T23')""",
)


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return release_to_show(tmp_path_factory.mktemp("shown"), *STAPELING, *VERWACHT)


def texts(cells: str) -> list[str]:
    return re.split("<td>", cells)[1:]


def test_the_newest_year_is_told_with_the_country_and_what_is_secret(shown: Path) -> None:
    with open_folder(shown) as release:
        found = AcrossLaws(release).of("GM1")
    assert found is not None
    assert (found.year, found.table, found.is_broken) == (2024, "T2024", True)
    ((words, lines),) = found.splits
    assert words == "Uit welke wetten"
    assert {name: texts(cells) for name, cells in lines} == {
        "Alleen Wmo": [f"1{NO_BREAK}250<sup>v</sup>", "62,5", "44,4", "900", "60,0", ""],
        "Jeugdwet en Wmo": ["<em>geheim</em>", "", "", "", "", ""],
    }
    assert found.reasons == {"onbekend_of_geheim"}


def test_the_index_of_the_newest_year_that_has_one_stands_alone(shown: Path) -> None:
    with open_folder(shown) as release:
        found = ExpectedByAge(release).of("GM1")
    assert found is not None
    assert (found.year, found.table) == (2023, "T23")
    assert texts(found.cells) == [f"1{NO_BREAK}230<sup>v</sup>", f"1{NO_BREAK}000", "123", "116", "130"]


def test_a_municipality_without_figures_has_neither_part(shown: Path) -> None:
    with open_folder(shown) as release:
        assert (AcrossLaws(release).of("GM2"), ExpectedByAge(release).of("GM2")) == (None, None)
        assert (AcrossLaws(release).of("GM3"), ExpectedByAge(release).of("GM3")) == (None, None)


def test_a_release_without_the_tables_has_neither_part(tmp_path: Path) -> None:
    with open_folder(release_to_show(tmp_path / "earlier")) as release:
        assert (AcrossLaws(release).of("GM1"), ExpectedByAge(release).of("GM1")) == (None, None)
