"""`monitor explain`: a published figure leads back to the very cells of CBS, and says so when it does not."""

import math
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from pipelines.explain.explainer import Explainer, ExplainError, Explanation, explain_figure, render
from pipelines.explain.model import Cell, Figure
from pipelines.explain.text import number
from pipelines.snapshots.store import SnapshotStore

KWB_2018 = "84286NED"
JEUGDZORG_KWB = "JongerenMetJeugdzorgInNatura_84"
RELEASED = "gelijk aan de uitgave"


@pytest.fixture(scope="module")
def explainer(warehouse: Path) -> Iterator[Explainer]:
    found = Explainer(warehouse)
    yield found
    found.close()


def used(figure: Figure) -> list[Cell]:
    return [cell for cell in figure.cells() if cell.gebruikt]


def the_cell(explanation: Explanation) -> Cell:
    (cell,) = used(explanation.cijfer)
    return cell


def test_a_count_leads_to_its_cell_as_published(explainer: Explainer) -> None:
    found = explainer.explain("jeugdzorg_jongeren", "GM1680", 2018)
    cell = the_cell(found)
    assert (cell.tabel_id, cell.rij_id, cell.kolom) == (KWB_2018, 0, JEUGDZORG_KWB)
    assert (cell.tekst, cell.waarde, cell.symbool) == ("     620", 620, None)
    assert (cell.pad, cell.eenheid) == ("Zorg > Jongeren met jeugdzorg in natura", "aantal")
    assert (cell.dimensies, cell.titels) == ({"WijkenEnBuurten": "GM1680    "}, {"WijkenEnBuurten": "Aa en Hunze"})
    assert found.cijfer.gepubliceerd is not None
    assert found.cijfer.gepubliceerd.waarde == found.cijfer.herleid.waarde == 620
    assert found.klopt


def test_the_table_is_named_with_the_version_that_was_read(explainer: Explainer, warehouse: Path) -> None:
    (table,) = explainer.explain("jeugdzorg_jongeren", "GM1680", 2018).tabellen
    snapshot = SnapshotStore(warehouse).current(KWB_2018)
    assert snapshot is not None
    assert (table.titel, table.soort) == ("Kerncijfers wijken en buurten 2018", "opname")
    assert (table.hash, table.sha256) == (snapshot.hash, snapshot.record.sha256)
    assert table.gewijzigd.isoformat() == snapshot.gewijzigd == "2021-12-07T02:00:00"


def test_the_text_holds_all_of_it(explainer: Explainer) -> None:
    found = explainer.explain("jeugdzorg_jongeren", "GM1680", 2018)
    text = render(found)
    for part in (
        "jeugdzorg_jongeren · GM1680 Aa en Hunze · 2018 · indeling origineel",
        "Jongeren met jeugdzorg in natura: 620 jongeren",
        f"Cel in {KWB_2018}, rij 0: '     620' = waarde 620",
        "WijkenEnBuurten = 'GM1680    ' (Aa en Hunze)",
        f"{JEUGDZORG_KWB}: Zorg > Jongeren met jeugdzorg in natura (aantal)",
        f"{found.release_id} van",
        "opname (niet de live dienst van CBS)",
        f"versie {found.tabellen[0].hash}",
        RELEASED,
    ):
        assert part in text
    assert "LET OP" not in text


def test_a_dot_is_shown_as_published_with_its_meaning(explainer: Explainer) -> None:
    found = explainer.explain("wmo_clienten", "GM0193", 2019)
    cell = the_cell(found)
    assert (cell.tabel_id, cell.tekst, cell.symbool, cell.waarde) == ("84753NED", "       .", ".", None)
    assert cell.dimensies["TypeMaatwerkarrangement"] == "T001024"
    assert found.cijfer.herleid.reden == "onbekend_of_geheim"
    assert found.cijfer.herleid.status == "definitief"
    assert "reden       onbekend_of_geheim: CBS publiceert een punt: onbekend" in render(found)


def test_a_year_without_table_says_that_no_table_gives_it(explainer: Explainer) -> None:
    found = explainer.explain("jeugdzorg_jongeren", "GM0363", 2020)
    assert found.cijfer.herleid.reden == "niet_gepubliceerd"
    assert not list(found.cijfer.cells())
    assert found.klopt
    assert "geen tabel geeft dit cijfer voor 2020" in render(found)


def test_a_region_without_row_names_the_table_that_lacks_it(explainer: Explainer) -> None:
    found = explainer.explain("bijstand_personen", "NL", 2018)
    assert found.cijfer.herleid.reden == "niet_gepubliceerd"
    assert [table.tabel_id for table in found.tabellen] == [KWB_2018]
    assert found.klopt


def test_a_ratio_shows_both_parts_with_their_numbers(explainer: Explainer) -> None:
    found = explainer.explain("jeugdzorg_per_1000_inwoners", "GM1680", 2018)
    assert [(part.rol, part.cijfer.indicator_id) for part in found.cijfer.delen] == [
        ("teller", "jeugdzorg_jongeren"),
        ("noemer", "inwoners"),
    ]
    assert [cell.tekst for cell in used(found.cijfer)] == ["     620", "   25390"]
    assert found.cijfer.formule == (
        "jeugdzorg_jongeren / inwoners x 1 000 = 620 / 25 390 x 1 000 = " + number(620 / 25390 * 1000)
    )
    assert found.klopt


def test_a_part_that_is_not_public_itself_leads_to_its_cell_too(explainer: Explainer) -> None:
    found = explainer.explain("jeugdzorg_verwijzer_huisarts_pct", "GM0193", 2022)
    above, below = (part.cijfer for part in found.cijfer.delen)
    assert (above.indicator_id, above.gepubliceerd) == ("trajecten_huisarts", None)
    assert (above.herleid.waarde, below.herleid.waarde) == (1025, 5455)
    assert used(above)[0].pad == "Trajecten in natura > Verwijzer > Huisarts"
    assert found.klopt


def test_a_deviation_subtracts_the_budget_first(explainer: Explainer) -> None:
    found = explainer.explain("begrotingsafwijking_jeugd_pct", "GM1680", 2017)
    assert "(5 207 - 4 115) / 4 115 x 100" in found.cijfer.formule
    assert found.cijfer.herleid.teller == 5207 - 4115
    assert {cell.dimensies["Verslagsoort"] for cell in used(found.cijfer)} == {"2017X000", "2017X005"}
    assert found.klopt


def test_a_group_of_lasten_shows_each_taakveld_and_the_column_that_was_not_taken(explainer: Explainer) -> None:
    found = explainer.explain("lasten_jeugd", "GM1680", 2017)
    assert [(part.naam, part.waarde) for part in found.cijfer.onderdelen] == [
        ("taakveld 6.72", 3822),
        ("taakveld 6.82", 1385),
    ]
    assert [(cell.pad, cell.tekst) for cell in found.cijfer.onderdelen[0].cellen] == [
        ("2e plaatsing", "    3822"),
        ("1e plaatsing", "       ."),
    ]
    assert "niet gebruikt: k_1ePlaatsing_1 (1e plaatsing) = '       .'" in render(found)
    assert found.cijfer.herleid.waarde == 5207
    assert found.klopt


def test_a_taakveld_left_out_of_a_delivery_is_said_to_count_as_zero(explainer: Explainer) -> None:
    found = explainer.explain("begroot_sociaal_domein", "GM0193", 2025)
    left_out = next(part for part in found.cijfer.onderdelen if part.naam == "taakveld 6.91")
    assert (left_out.waarde, left_out.cellen[0].symbool) == (0, ".")
    assert left_out.opmerking == "weggelaten in een wel gedane opgave: telt als 0"
    assert found.cijfer.herleid.waarde == 347_472
    assert found.klopt


def test_a_group_with_a_mixed_taakveld_says_which_one(explainer: Explainer) -> None:
    found = explainer.explain("begroot_jeugd", "GM0193", 2025)
    assert found.cijfer.herleid.reden == "deel_ontbreekt"
    assert [part.naam for part in found.cijfer.onderdelen if part.opmerking] == ["taakveld 6.79"]
    assert found.klopt


def test_the_country_is_the_sum_of_every_municipality(explainer: Explainer) -> None:
    found = explainer.explain("inwoners", "NL", 2018)
    assert len(found.cijfer.delen) == 380
    assert sum(int(cell.tekst or "") for cell in used(found.cijfer)) == found.cijfer.herleid.waarde == 17_181_084
    assert found.klopt
    lines = render(found).splitlines()
    assert sum("70072ned rij" in line for line in lines) == 380
    assert any("GM0014 Groningen: 202 810 (70072ned rij" in line and "'  202810'" in line for line in lines)


def test_a_merger_into_an_existing_code_shows_all_its_parts(explainer: Explainer) -> None:
    found = explainer.explain("inwoners", "GM0014", 2018, "actueel")
    assert {part.cijfer.regio_code: part.cijfer.herleid.waarde for part in found.cijfer.delen} == {
        "GM0009": 7292,
        "GM0014": 202_810,
        "GM0017": 19_860,
    }
    assert [(s.oude_code, s.nieuwe_code, str(s.datum)) for part in found.cijfer.delen for s in part.stappen] == [
        ("GM0009", "GM0014", "2019-01-01"),
        ("GM0017", "GM0014", "2019-01-01"),
    ]
    assert found.cijfer.herleid.waarde == 229_962
    assert found.klopt


def test_a_municipality_without_redivision_is_its_own_cell_in_both_divisions(explainer: Explainer) -> None:
    found = explainer.explain("inwoners", "GM1680", 2018, "actueel")
    assert found.cijfer.indeling == "actueel"
    assert the_cell(found).tekst == "   25390"
    assert found.klopt


def test_a_split_has_an_estimate_by_inhabitants_and_no_value(explainer: Explainer) -> None:
    found = explainer.explain("inwoners", "GM0855", 2020, "actueel")
    haaren, tilburg = found.cijfer.delen
    assert (haaren.cijfer.regio_code, haaren.is_gesplitst, tilburg.is_gesplitst) == ("GM0788", True, False)
    assert haaren.aandeel == pytest.approx(1442 / (2149 + 5827 + 1442 + 4900))
    assert (found.cijfer.herleid.waarde, found.cijfer.herleid.reden) == (None, "gesplitst")
    assert found.cijfer.herleid.schatting == pytest.approx(219_789 + 14_370 * 1442 / 14_318)
    assert found.klopt
    assert "splitsing, 10,1 % van de inwoners" in render(found)


def test_a_region_is_the_sum_of_the_municipalities_that_lay_in_it(explainer: Explainer) -> None:
    then = explainer.explain("inwoners", "PV24", 2018)
    assert [part.cijfer.regio_naam for part in then.cijfer.delen] == [
        "Almere", "Zeewolde", "Noordoostpolder", "Urk", "Dronten", "Lelystad",
    ]  # fmt: skip
    assert then.cijfer.formule == "som van 6 gemeenten van 2018 die toen in PV24 lagen"
    assert then.cijfer.herleid.waarde == 411_670
    assert then.klopt


def test_a_split_inside_a_region_is_whole_and_across_regions_says_how_much(explainer: Explainer) -> None:
    whole = explainer.explain("inwoners", "PV30", 2020, "actueel")
    assert not any(part.is_gesplitst for part in whole.cijfer.delen)
    assert whole.klopt
    across = explainer.explain("inwoners", "CR34", 2020, "actueel")
    haaren = next(part for part in across.cijfer.delen if part.cijfer.regio_code == "GM0788")
    assert haaren.aandeel == pytest.approx((1442 + 5827) / 14_318)
    assert across.cijfer.herleid.reden == "gesplitst"
    assert across.klopt


def test_a_region_whose_members_are_not_all_known_says_so(explainer: Explainer) -> None:
    found = explainer.explain("inwoners", "JZ03", 2018)
    assert found.cijfer.herleid.reden == "regio_onvolledig"
    assert "van niet elke gemeente van 2018 is bekend in welke jeugdregio zij ligt" in render(found)
    assert found.klopt


def test_a_percentage_without_parts_is_not_added_over_merged_municipalities(explainer: Explainer) -> None:
    found = explainer.explain("jeugdbescherming_pct_tot_18", "GM0363", 2022, "actueel")
    assert {part.cijfer.regio_code for part in found.cijfer.delen} == {"GM0363", "GM0457"}
    assert found.cijfer.herleid.reden == "niet_optelbaar"
    assert found.klopt


def test_doubt_and_breaks_are_given_in_words(explainer: Explainer) -> None:
    doubted = explainer.explain("begroot_jeugd", "GM0569", 2024)
    assert doubted.twijfel == ("Het bedrag is negatief, bijvoorbeeld door een correctie over eerdere jaren.",)
    broken = explainer.explain("jeugdzorg_jongeren", "GM0363", 2021)
    assert broken.reeksbreuk
    assert [text[:14] for text in broken.breuken] == ["2021 (bron): T", "2021 (methode)"]
    assert "reeksbreuk  2021 (bron): Tot en met 2019 uit Kerncijfers" in render(broken)


def test_a_sample_of_every_kind_of_figure_follows_from_its_cells(
    explainer: Explainer, release: duckdb.DuckDBPyConnection
) -> None:
    """Of the municipalities one figure of every indicator, year, division and reason; of country and regions, whose
    sums are large, one of every indicator, division, reason and kind."""
    sample = release.execute(
        """
        select indicator_id, regio_code, jaar, indeling from fct_indicator
        qualify row_number() over (
            partition by
                indicator_id, regio_soort, case when regio_soort = 'gemeente' then jaar end, indeling, reden_ontbreekt
            order by hash(regio_code || jaar)
        ) = 1
        """
    ).fetchall()
    assert len(sample) > 1000
    wrong = [key for key in sample if not explainer.explain(*key).klopt]
    assert wrong == []


@pytest.mark.parametrize(
    ("question", "message"),
    [
        (("jeugdzorg_jongere", "GM1680", 2018), r"'jeugdzorg_jongere' bestaat niet\. Bedoelde u jeugdzorg_jongeren \("),
        (("trajecten_huisarts", "GM1680", 2022), r"bestaat niet\..* Alle indicatoren staan in dim_indicator"),
        (("inwoners", "Aa en Hunze", 2018), r"'Aa en Hunze' bestaat niet\. Bedoelde u GM1680 \(Aa en Hunze\)"),
        (("inwoners", "gm0363", 2018), r"Bedoelde u GM0363 \(Amsterdam\)"),
        (("inwoners", "PV99", 2018), r"'PV99' bestaat niet\. Bedoelde u PV"),
        (
            ("inwoners", "GM1680", 2016),
            r"geen jaar 2016: de uitgave heeft 2017 tot en met 2026\. Het dichtstbij is 2017",
        ),
        (("inwoners", "GM0457", 2023), r"GM0457 \(Weesp\) staat niet in de gemeentelijke indeling van 2023\..* GM0363"),
        (("inwoners", "GM0457", 2022, "actueel"), r"indeling van 2026 \(actueel\)\..*Vraag indeling origineel"),
        (("inwoners", "GM1680", 2018, "nieuw"), r"'nieuw' bestaat niet: kies origineel of actueel"),
    ],
)
def test_a_question_without_answer_gets_the_nearest_candidates(
    explainer: Explainer, question: tuple[str, str, int], message: str
) -> None:
    with pytest.raises(ExplainError, match=message):
        explainer.explain(*question)


def test_without_a_release_there_is_nothing_to_explain(tmp_path: Path) -> None:
    with pytest.raises(ExplainError, match=r"Er is nog geen uitgave in .*monitor refresh"):
        explain_figure(tmp_path, "inwoners", "NL", 2018)


def test_numbers_are_written_the_dutch_way() -> None:
    assert [number(value) for value in (25_390.0, 0.5, None, -1234.25)] == ["25 390", "0,5", "geen cijfer", "-1 234,25"]
    assert number(math.pi, 1) == "3,1"
