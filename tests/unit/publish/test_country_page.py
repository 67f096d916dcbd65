"""What the page of the country says of a change, of spending that is not complete, and of what may not be concluded."""

from pathlib import Path
from typing import Any

import pytest

from pipelines.publish.pages.cautions import Cautions
from pipelines.publish.pages.outlay import Outlay
from pipelines.publish.pages.volume import Together, Volume, change_words
from tests.support.made_up_regions import regional_material

STEP: dict[str, Any] = {
    "richting": "stijging",
    "reden_geen_richting": None,
    "breuk_jaar": None,
    "beleidsbreuk": False,
    "jaar_van": 2019,
    "mutatie_pct": 5.55,
}
SPENDING = (
    """create table mart_lasten_en_gebruik (domein varchar, regio_soort varchar, jaar smallint, lasten double,
        reden_lasten varchar, lasten_per_inwoner double, reden_lasten_per_inwoner varchar, begroot double,
        reden_begroot varchar, begrotingsafwijking_pct double, reden_begrotingsafwijking_pct varchar,
        netto_begrotingsafwijking_pct double, reden_netto_begrotingsafwijking_pct varchar, gebruikers double,
        reden_gebruikers varchar, lasten_per_gebruiker double, reden_lasten_per_gebruiker varchar)""",
    """insert into mart_lasten_en_gebruik by name
        select 'jeugd' as domein, 'land' as regio_soort, jaar, if(jaar = 2021, 5000.4, null) as lasten,
            if(jaar = 2021, null, 'deel_ontbreekt') as reden_lasten, 'deel_ontbreekt' as reden_lasten_per_inwoner,
            'buiten_reeks' as reden_begroot, 'geen_indicator' as reden_begrotingsafwijking_pct,
            'geen_indicator' as reden_netto_begrotingsafwijking_pct, 'niet_opgenomen' as reden_gebruikers,
            'niet_opgenomen' as reden_lasten_per_gebruiker
        from (select unnest([2021, 2022]) as jaar)""",
    """create table mart_dekking (indicator_id varchar, jaar smallint, regio_code varchar, som_bekende_leden double,
        leden_met_cijfer smallint, leden smallint)""",
    """insert into mart_dekking values ('lasten_jeugd', 2022, 'NL', 4321, 2, 3),
        ('lasten_jeugd', 2022, 'JZ01', 9, 1, 2), ('lasten_jeugd', 2021, 'NL', 4999, 3, 3)""",
    "insert into dim_reeksbreuk values ('lasten_jeugd', 2022, 'methode', true, 'Anders geteld.', 'CBS')",
)


def test_a_change_is_told_with_its_sign_and_since_when() -> None:
    assert change_words(STEP) == ("+5,5 % sinds 2019", "")
    assert change_words(STEP | {"richting": "daling", "mutatie_pct": -3.21}) == ("-3,2 % sinds 2019", "")


def test_what_chance_explains_has_no_number() -> None:
    assert change_words(STEP | {"richting": "niet_aantoonbaar"}) == ("niet aan te tonen sinds 2019", "")
    assert change_words(STEP | {"richting": "binnen_3_procent"}) == ("hooguit 3 % sinds 2019", "")


def test_over_a_break_there_is_no_change_but_its_year() -> None:
    row = STEP | {"richting": None, "mutatie_pct": None, "reden_geen_richting": "reeksbreuk", "breuk_jaar": 2020}
    assert change_words(row) == ("", "geen: breuk in 2020")


def test_a_reason_without_words_stays_as_it_is() -> None:
    assert change_words(STEP | {"reden_geen_richting": "raadsel"}) == ("", "geen: raadsel")


def test_other_policy_is_told_beside_a_change() -> None:
    assert change_words(STEP | {"beleidsbreuk": True}) == ("+5,5 % sinds 2019; zie breuken", "")


@pytest.mark.parametrize(("known", "enough"), [(307, False), (308, True), (342, True), (0, False)])
def test_nine_of_ten_municipalities_are_enough(known: int, enough: bool) -> None:
    assert Together(1.0, known, 342).is_enough is enough


def test_spending_of_those_who_reported_stands_in_for_the_country_with_how_many_they_are(tmp_path: Path) -> None:
    with regional_material(tmp_path, *SPENDING) as material:
        (table,) = Outlay(material, Volume(material)).tables()
    assert table.domain == "jeugd"
    cells = {year: dict(zip((each.name for each in table.amounts), row, strict=True)) for year, row in table.years}
    assert list(cells) == [2022, 2021]
    assert cells[2021]["lasten"][:3] == ("5\N{NO-BREAK SPACE}000", "", "")
    assert cells[2022]["lasten"][:3] == ("4\N{NO-BREAK SPACE}321", "2 van 3", "")
    # After a break it says so.
    assert (cells[2021]["lasten"].after_break, cells[2022]["lasten"].after_break) == (False, True)


def test_what_is_no_spending_has_its_reason_and_never_a_sum_of_some(tmp_path: Path) -> None:
    users = "insert into mart_dekking values ('jeugdzorg_jongeren', 2022, 'NL', 77, 2, 3)"
    with regional_material(tmp_path, *SPENDING, users) as material:
        (table,) = Outlay(material, Volume(material)).tables()
    cells = dict(zip((each.name for each in table.amounts), table.years[0][1], strict=True))
    assert cells["gebruikers"][:3] == ("", "", "niet in opname")
    assert cells["begroot"][:3] == ("", "", "geen cijfer")
    # A column of which there is no indicator in this domain is not there.
    assert "begrotingsafwijking_pct" not in cells


def test_cautions_are_told_of_the_data(tmp_path: Path) -> None:
    hole = (
        "update mart_indicator_actueel set reden_ontbreekt = 'niet_opgenomen' where regio_code = 'NL' and jaar = 2021"
    )
    with regional_material(tmp_path, hole) as material:
        cautions = Cautions(material, Volume(material))
        (broken,) = cautions.breaks()
        assert (broken.year, broken.blocking, broken.text) == (2021, True, "CBS begon een nieuwe reeks.")
        assert broken.names == ["Jongeren & zorg", "Jongeren per 1 000"]
        (short,) = cautions.shortages()
        assert (short.name, short.years, short.told) == ("Jongeren per 1 000", "2020", "2 van 3 in 2020")
        # Only figures of municipalities, in the division of their year.
        assert [tuple(each) for each in cautions.doubted()] == [("1", "Wijkt sterk af.")]
        assert cautions.holes() == (1, 3)


def test_nothing_is_told_of_what_is_not_there(tmp_path: Path) -> None:
    gone = (
        "delete from dim_reeksbreuk",
        "delete from dim_twijfel",
        "update mart_benchmark_reeks set aantal_vergeleken = 3",
    )
    with regional_material(tmp_path, *gone) as material:
        cautions = Cautions(material, Volume(material))
        assert (cautions.breaks(), cautions.shortages(), cautions.doubted()) == ([], [], [])
        assert cautions.holes()[0] == 0
