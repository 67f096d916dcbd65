"""`monitor explain`: a published figure leads back to the very cells of CBS, and says so when it does not."""

import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.explain.explainer import Explainer, ExplainError, open_explainer
from pipelines.explain.model import Cell, Explanation, Figure
from pipelines.explain.text import number, render
from pipelines.releases.warehouse import Warehouse
from pipelines.snapshots.store import SnapshotStore
from tests.support.explained import explain_figure

KWB_2018 = "84286NED"
JEUGDZORG_KWB = "JongerenMetJeugdzorgInNatura_84"
RELEASED = "gelijk aan de uitgave"


@pytest.fixture(scope="module")
def explainer(warehouse: Path) -> Iterator[Explainer]:
    with open_explainer(Warehouse(warehouse)) as found:
        yield found


def used(figure: Figure) -> list[Cell]:
    return [cell for cell in figure.cells() if cell.is_used]


def the_cell(explanation: Explanation) -> Cell:
    (cell,) = used(explanation.figure)
    return cell


def test_a_count_leads_to_its_cell_as_published(explainer: Explainer) -> None:
    found = explainer.explain("jeugdzorg_jongeren", "GM1680", 2018)
    cell = the_cell(found)
    assert (cell.table, cell.row_id, cell.column) == (KWB_2018, 1, JEUGDZORG_KWB)
    assert (cell.text, cell.value, cell.symbol) == ("     620", 620, None)
    assert (cell.path, cell.unit) == ("Zorg > Jongeren met jeugdzorg in natura", "aantal")
    assert (cell.dimensions, cell.titles) == ({"WijkenEnBuurten": "GM1680    "}, {"WijkenEnBuurten": "Aa en Hunze"})
    assert found.figure.published is not None
    assert found.figure.published.value == found.figure.recomputed.value == 620
    assert found.agrees


def test_the_table_is_named_with_the_version_that_was_read(explainer: Explainer, warehouse: Path) -> None:
    (table,) = explainer.explain("jeugdzorg_jongeren", "GM1680", 2018).tables
    snapshot = SnapshotStore(warehouse).current(KWB_2018)
    assert snapshot is not None
    assert (table.title, table.kind) == ("Kerncijfers wijken en buurten 2018", "opname")
    assert (table.snapshot, table.sha256) == (snapshot.hash, snapshot.record.sha256)
    assert table.modified.isoformat() == snapshot.modified == "2021-12-07T02:00:00"


def test_the_text_holds_all_of_it(explainer: Explainer) -> None:
    found = explainer.explain("jeugdzorg_jongeren", "GM1680", 2018)
    text = render(found)
    for part in (
        "jeugdzorg_jongeren · GM1680 Aa en Hunze · 2018 · indeling origineel",
        "Jongeren met jeugdzorg in natura: 620 jongeren",
        f"Cel in {KWB_2018}, rij 1: '     620' = waarde 620",
        "WijkenEnBuurten = 'GM1680    ' (Aa en Hunze)",
        f"{JEUGDZORG_KWB}: Zorg > Jongeren met jeugdzorg in natura (aantal)",
        f"{found.release_id} van",
        "opname (niet de live dienst van CBS)",
        f"versie {found.tables[0].snapshot}",
        RELEASED,
    ):
        assert part in text
    assert "LET OP" not in text


def test_a_dot_is_shown_as_published_with_its_meaning(explainer: Explainer) -> None:
    found = explainer.explain("wmo_clienten", "GM0193", 2019)
    cell = the_cell(found)
    assert (cell.table, cell.text, cell.symbol, cell.value) == ("84753NED", "       .", ".", None)
    assert cell.dimensions["TypeMaatwerkarrangement"] == "T001024"
    assert found.figure.recomputed.reason == "onbekend_of_geheim"
    assert found.figure.recomputed.status == "onbekend"
    assert "reden       onbekend_of_geheim: CBS publiceert een punt: onbekend" in render(found)


def test_a_year_without_table_says_that_no_table_gives_it(explainer: Explainer) -> None:
    found = explainer.explain("jeugdzorg_jongeren", "GM0363", 2020)
    assert found.figure.recomputed.reason == "niet_opgenomen"
    assert not list(found.figure.cells())
    assert found.agrees
    assert "geen tabel geeft dit cijfer voor 2020" in render(found)


def test_of_several_leaders_only_the_one_that_leads_is_shown(explainer: Explainer) -> None:
    """Kerncijfers has this column in 2021 too, and only checks it."""
    cell = the_cell(explainer.explain("jeugdzorg_jongeren", "GM0363", 2021))
    assert cell.table == "85075NED"


def test_a_region_without_row_names_the_table_that_lacks_it(explainer: Explainer) -> None:
    found = explainer.explain("jeugdzorg_trajecten", "NL", 2021)
    assert found.figure.recomputed.reason == "niet_opgenomen"
    assert [table.table for table in found.tables] == ["85075NED"]
    assert found.agrees


def test_a_dot_that_the_copy_lacked_is_told_apart_from_one_of_cbs(explainer: Explainer) -> None:
    found = explainer.explain("huishoudens", "GM0003", 2017)
    assert (the_cell(found).symbol, found.figure.recomputed.reason) == (".", "niet_opgenomen")
    assert found.agrees


def test_a_ratio_shows_both_parts_with_their_numbers(explainer: Explainer) -> None:
    found = explainer.explain("jeugdzorg_per_1000_inwoners", "GM1680", 2018)
    assert [(part.role, part.figure.indicator_id) for part in found.figure.parts] == [
        ("teller", "jeugdzorg_jongeren"),
        ("noemer", "inwoners"),
    ]
    assert [cell.text for cell in used(found.figure)] == ["     620", "   25390"]
    assert found.figure.formula == (
        "jeugdzorg_jongeren / inwoners x 1 000 = 620 / 25 390 x 1 000 = " + number(620 / 25390 * 1000)
    )
    assert found.agrees


def test_a_part_that_is_not_public_itself_leads_to_its_cell_too(explainer: Explainer) -> None:
    found = explainer.explain("jeugdzorg_verwijzer_huisarts_pct", "GM0193", 2022)
    above, below = (part.figure for part in found.figure.parts)
    assert (above.indicator_id, above.published) == ("trajecten_huisarts", None)
    assert (above.recomputed.value, below.recomputed.value) == (1025, 5455)
    assert used(above)[0].path == "Trajecten in natura > Verwijzer > Huisarts"
    assert found.agrees


def test_a_deviation_subtracts_the_budget_first(explainer: Explainer) -> None:
    found = explainer.explain("begrotingsafwijking_jeugd_pct", "GM1680", 2017)
    assert "(5 207 - 4 115) / 4 115 x 100" in found.figure.formula
    assert found.figure.recomputed.numerator == 5207 - 4115
    assert {cell.dimensions["Verslagsoort"] for cell in used(found.figure)} == {"2017X000", "2017X005"}
    assert found.agrees


def test_a_group_of_lasten_shows_each_taakveld_and_the_column_that_was_not_taken(explainer: Explainer) -> None:
    found = explainer.explain("lasten_jeugd", "GM1680", 2017)
    assert [(part.name, part.value) for part in found.figure.components] == [
        ("taakveld 6.72", 3822),
        ("taakveld 6.82", 1385),
    ]
    assert [(cell.path, cell.text) for cell in found.figure.components[0].cells] == [
        ("2e plaatsing", "    3822"),
        ("1e plaatsing", "       ."),
    ]
    assert "niet gebruikt: k_1ePlaatsing_1 (1e plaatsing) = '       .'" in render(found)
    assert found.figure.recomputed.value == 5207
    assert found.agrees


def test_a_taakveld_left_out_of_a_delivery_is_said_to_count_as_zero(explainer: Explainer) -> None:
    found = explainer.explain("begroot_sociaal_domein", "GM0193", 2025)
    left_out = next(part for part in found.figure.components if part.name == "taakveld 6.91")
    assert (left_out.value, left_out.cells[0].symbol) == (0, ".")
    assert left_out.remark == "weggelaten in een wel gedane opgave: telt als 0"
    assert found.figure.recomputed.value == 347_472
    assert found.agrees


def test_of_a_net_amount_baten_are_subtracted_per_taakveld(explainer: Explainer) -> None:
    found = explainer.explain("netto_lasten_wijkteams", "GM0193", 2023)
    (component,) = found.figure.components
    assert (component.name, component.value) == ("taakveld 6.2", 23_943 - 1_959)
    spent, received = (cell for cell in component.cells if cell.is_used)
    assert (spent.dimensions["Categorie"].strip(), spent.value) == ("LTOTAAL", 23_943)
    assert (received.dimensions["Categorie"].strip(), received.value, (received.text or "").strip()) == (
        "BTOTAAL",
        -1_959,
        "1959",
    )
    assert found.agrees


@pytest.mark.parametrize(("region", "value"), [("GM1719", 7_272), ("GM1731", None)])
def test_a_side_that_was_left_out_of_a_net_amount_is_zero_where_both_were_delivered(
    explainer: Explainer, region: str, value: float | None
) -> None:
    found = explainer.explain("netto_begroot_wmo", region, 2025)
    assert found.figure.recomputed.value == value
    assert found.agrees


def test_the_country_is_the_sum_of_every_municipality(explainer: Explainer) -> None:
    found = explainer.explain("inwoners", "NL", 2018)
    assert len(found.figure.parts) == 380
    assert sum(int(cell.text or "") for cell in used(found.figure)) == found.figure.recomputed.value == 17_181_084
    assert found.agrees
    lines = render(found).splitlines()
    assert sum("70072ned rij" in line for line in lines) == 380
    assert any("GM0014 Groningen: 202 810 (70072ned rij" in line and "'  202810'" in line for line in lines)


def test_a_merger_into_an_existing_code_shows_all_its_parts(explainer: Explainer) -> None:
    found = explainer.explain("inwoners", "GM0014", 2018, "actueel")
    assert {part.figure.region: part.figure.recomputed.value for part in found.figure.parts} == {
        "GM0009": 7292,
        "GM0014": 202_810,
        "GM0017": 19_860,
    }
    assert [(s.old_code, s.new_code, str(s.day)) for part in found.figure.parts for s in part.steps] == [
        ("GM0009", "GM0014", "2019-01-01"),
        ("GM0017", "GM0014", "2019-01-01"),
    ]
    assert found.figure.recomputed.value == 229_962
    assert found.agrees


def test_a_municipality_without_redivision_is_its_own_cell_in_both_divisions(explainer: Explainer) -> None:
    found = explainer.explain("inwoners", "GM1680", 2018, "actueel")
    assert found.figure.division == "actueel"
    assert the_cell(found).text == "   25390"
    assert found.agrees


def test_a_split_has_an_estimate_by_inhabitants_and_no_value(explainer: Explainer) -> None:
    found = explainer.explain("inwoners", "GM0855", 2020, "actueel")
    haaren, tilburg = found.figure.parts
    assert (haaren.figure.region, haaren.is_split, tilburg.is_split) == ("GM0788", True, False)
    assert haaren.share == pytest.approx(1442 / (2149 + 5827 + 1442 + 4900))
    assert (found.figure.recomputed.value, found.figure.recomputed.reason) == (None, "gesplitst")
    assert found.figure.recomputed.estimate == pytest.approx(219_789 + 14_370 * 1442 / 14_318)
    assert found.agrees
    assert "splitsing, 10,1 % van de inwoners" in render(found)


def test_a_region_is_the_sum_of_the_municipalities_that_lay_in_it(explainer: Explainer) -> None:
    then = explainer.explain("inwoners", "PV24", 2018)
    assert [part.figure.region_name for part in then.figure.parts] == [
        "Almere", "Zeewolde", "Noordoostpolder", "Urk", "Dronten", "Lelystad",
    ]  # fmt: skip
    assert then.figure.formula == "som van 6 gemeenten van 2018 die toen in PV24 lagen"
    assert then.figure.recomputed.value == 411_670
    assert then.agrees


def test_a_split_inside_a_region_is_whole_and_across_regions_says_how_much(explainer: Explainer) -> None:
    whole = explainer.explain("inwoners", "PV30", 2020, "actueel")
    assert not any(part.is_split for part in whole.figure.parts)
    assert whole.agrees
    across = explainer.explain("inwoners", "CR34", 2020, "actueel")
    haaren = next(part for part in across.figure.parts if part.figure.region == "GM0788")
    assert haaren.share == pytest.approx((1442 + 5827) / 14_318)
    assert across.figure.recomputed.reason == "gesplitst"
    assert across.agrees


def test_a_region_whose_members_are_not_all_known_has_no_figure_and_says_why(explainer: Explainer) -> None:
    with pytest.raises(
        ExplainError, match=r"JZ03 \(Kop van Noord-Holland\) heeft in 2018 geen cijfer .* welke jeugdregio"
    ):
        explainer.explain("inwoners", "JZ03", 2018)


def test_a_youth_region_is_the_sum_of_members_that_were_derived(explainer: Explainer) -> None:
    then = explainer.explain("inwoners", "JZ12", 2023)
    assert "GM0050" not in {part.figure.region for part in then.figure.parts}, "Zeewolde came in 2024"
    now = explainer.explain("inwoners", "JZ12", 2023, "actueel")
    assert "GM0050" in {part.figure.region for part in now.figure.parts}
    assert then.agrees
    assert now.agrees


def test_a_percentage_without_parts_is_not_added_over_merged_municipalities(explainer: Explainer) -> None:
    found = explainer.explain("jeugdbescherming_pct_tot_18", "GM0363", 2022, "actueel")
    assert {part.figure.region for part in found.figure.parts} == {"GM0363", "GM0457"}
    assert found.figure.recomputed.reason == "niet_optelbaar"
    assert found.agrees


def test_doubt_and_breaks_are_given_in_words(explainer: Explainer) -> None:
    doubted = explainer.explain("begroot_jeugd", "GM0569", 2024)
    assert doubted.doubts == ("Het bedrag is negatief, bijvoorbeeld door een correctie over eerdere jaren.",)
    broken = explainer.explain("jeugdzorg_jongeren", "GM0363", 2021)
    assert broken.has_break
    assert [text[:14] for text in broken.breaks] == ["2021 (bron): T", "2021 (methode)"]
    assert "reeksbreuk  2021 (bron): Tot en met 2020 uit de afgesloten reeks" in render(broken)


# One figure of every indicator, reason and division: of municipalities of every fourth year, of the country and of a
# region; and of every kind of region, whose sums are large, one of every reason.
LEVEL = "case when regio_soort in ('gemeente', 'land') then regio_soort end"
EVERY_FOURTH_YEAR = "case when regio_soort = 'gemeente' then jaar // 4 end"
ALL_KINDS = (
    f"indicator_id, indeling, reden_ontbreekt, {LEVEL}, {EVERY_FOURTH_YEAR}",
    "regio_soort, indeling, reden_ontbreekt",
)


@pytest.mark.slow
@pytest.mark.parametrize(("kinds", "at_least"), [(ALL_KINDS, 1000)], ids=["all kinds"])
def test_a_sample_of_every_kind_of_figure_follows_from_its_cells(
    explainer: Explainer, release: duckdb.DuckDBPyConnection, kinds: tuple[str, ...], at_least: int
) -> None:
    first = [f"row_number() over (partition by {kind} order by hash(regio_code || jaar)) = 1" for kind in kinds]
    sample = release.execute(
        f"select indicator_id, regio_code, jaar, indeling from fct_indicator qualify {' or '.join(first)}"
    ).fetchall()
    assert len(sample) > at_least
    wrong = [key for key in sample if not explainer.explain(*key).agrees]
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
        explain_figure(Warehouse(tmp_path), "inwoners", "NL", 2018)


def test_numbers_are_written_the_dutch_way() -> None:
    assert [number(value) for value in (25_390.0, 0.5, None, -1234.25)] == ["25 390", "0,5", "geen cijfer", "-1 234,25"]
    assert number(math.pi, 1) == "3,1"
    assert [number(0.00001), number(1 / 3)] == ["0,00001", "0,3333333333333333"]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("opname", "opname (niet de live dienst van CBS)"),
        ("live", "live van CBS"),
        ("gemengd", "deels opname, deels live van CBS"),
    ],
)
def test_the_text_says_what_the_release_was_made_from(explainer: Explainer, source: str, words: str) -> None:
    found = replace(explainer.explain("inwoners", "GM1680", 2018), source=source)
    (line,) = (line for line in render(found).splitlines() if line.startswith("  uitgave"))
    assert line.endswith(f" UTC, {words}")


@pytest.mark.parametrize(
    ("question", "code", "said"),
    [
        (("jeugdzorg_jongeren", "GM1680", "2018"), 0, RELEASED),
        (("inwoners", "GM0014", "2018", "--indeling", "actueel"), 0, "som van 3 gemeenten van 2018"),
        (("inwoners", "Weesp", "2018"), 1, "Regio 'Weesp' bestaat niet. Bedoelde u GM0457 (Weesp)"),
    ],
)
def test_the_command_prints_it_and_ends_with_what_it_means(
    warehouse: Path, monkeypatch: pytest.MonkeyPatch, question: tuple[str, ...], code: int, said: str
) -> None:
    monkeypatch.setenv("MONITOR_WAREHOUSE", str(warehouse))
    done = CliRunner().invoke(app, ["explain", *question])
    assert done.exit_code == code
    assert said in done.output


def test_a_figure_of_a_wijk_leads_to_its_cell(explainer: Explainer) -> None:
    found = explainer.explain("jeugdzorg_jongeren", "WK168000", 2021)
    cell = the_cell(found)
    assert (cell.table, cell.column, cell.text) == ("85075NED", "TotaalJongerenMetJeugdzorgInNatura_1", "      85")
    assert (found.figure.region_name, found.figure.recomputed.value) == ("Wijk 00 Annen", 85)
    assert found.agrees


@pytest.mark.parametrize(
    ("indicator", "code", "year", "value", "reason"),
    [
        ("bijstand_per_1000_inwoners", "WK059905", 2020, 1000 * 2920 / 52495, None),
        ("jongeren_tot_25", "WK168000", 2020, 555 + 345, None),
        ("inwoners", "BU16800000", 2020, 3460, None),
        ("jeugdzorg_verwijzer_huisarts_pct", "WK009600", 2021, None, "noemer_te_klein"),
        ("jeugdzorg_jongeren", "WK168004", 2021, None, "onbekend_of_geheim"),
    ],
)
def test_figures_of_wijken_and_buurten_are_computed_again(
    explainer: Explainer, indicator: str, code: str, year: int, value: float | None, reason: str | None
) -> None:
    found = explainer.explain(indicator, code, year)
    outcome = found.figure.recomputed
    assert (outcome.value, outcome.reason) == (value if value is None else pytest.approx(value), reason)
    assert found.agrees


def test_a_wijk_is_one_of_its_year(explainer: Explainer) -> None:
    with pytest.raises(ExplainError, match=r"geen rij in 2020, wel van 2021.*dim_wijk"):
        explainer.explain("jeugdzorg_jongeren", "WK168004", 2020)
    with pytest.raises(ExplainError, match="ook niet van een ander jaar"):
        explainer.explain("wmo_clienten", "WK168004", 2020)
    with pytest.raises(ExplainError, match="niet omgerekend"):
        explainer.explain("jeugdzorg_jongeren", "WK168004", 2021, "actueel")
