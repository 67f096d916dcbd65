"""The oracle agrees with what a person reads in the recording and with the counts of the design."""

import pytest

from tests.oracle import LAND, RECORDING, Figure, Key, compute
from tests.oracle.by_hand import CELLS, FILLED, INWONERS_NL_KWB, MUNICIPALITIES, RATIOS, REASONS
from tests.oracle.figures import combined_status, from_cell
from tests.oracle.iv3 import TABLES, group_figure
from tests.oracle.published import KWB
from tests.oracle.recording import RecordingError, Table, taakvelden_per_year

Figures = dict[Key, Figure]


@pytest.fixture(scope="module")
def figures() -> Figures:
    return compute(RECORDING)


@pytest.mark.parametrize("indicator", FILLED)
def test_as_many_municipalities_have_a_figure_as_the_design_says(figures: Figures, indicator: str) -> None:
    filled = dict.fromkeys(FILLED[indicator], 0)
    total = dict.fromkeys(FILLED[indicator], 0)
    for (name, region, year), figure in figures.items():
        if name == indicator and region != LAND:
            total[year] += 1
            filled[year] += figure.waarde is not None
    assert filled == FILLED[indicator]
    assert total == {year: MUNICIPALITIES[year] for year in FILLED[indicator]}


@pytest.mark.parametrize("key", CELLS, ids=str)
def test_cells_read_by_eye(figures: Figures, key: Key) -> None:
    assert figures[key].waarde == CELLS[key]


@pytest.mark.parametrize("key", RATIOS, ids=str)
def test_ratios_worked_out_by_hand(figures: Figures, key: Key) -> None:
    assert figures[key].waarde == pytest.approx(RATIOS[key], abs=1e-7)


@pytest.mark.parametrize("key", REASONS, ids=str)
def test_reasons_seen_by_eye(figures: Figures, key: Key) -> None:
    assert figures[key].reden == REASONS[key]


def test_a_figure_has_a_value_or_a_reason_never_both_or_neither(figures: Figures) -> None:
    assert [key for key, figure in figures.items() if (figure.waarde is None) == (figure.reden is None)] == []


def test_every_indicator_has_a_row_for_the_country_in_every_year(figures: Figures) -> None:
    years = {(indicator, year) for indicator, _, year in figures}
    assert {(indicator, year) for indicator, region, year in figures if region == LAND} == years


@pytest.mark.parametrize("year", INWONERS_NL_KWB)
def test_all_municipalities_together_are_the_country_of_kerncijfers(figures: Figures, year: int) -> None:
    table = Table(RECORDING, KWB[year])
    cells = table.cells(table.column("Bevolking", "Aantal inwoners"), year, {})
    assert float(cells[LAND]) == INWONERS_NL_KWB[year] == figures["inwoners", LAND, year].waarde


def test_rows_of_municipalities_abolished_before_the_year_are_left_out(figures: Figures) -> None:
    table = Table(RECORDING, "85098NED")
    recorded = table.cells(table.column("Jongeren met jeugdhulp in natura"), 2022, {})
    assert "GM0370" in recorded  # Beemster, part of Purmerend from 1 January 2022
    assert ("jeugdhulp_pct_tot_18", "GM0370", 2022) not in figures


def test_the_status_is_that_of_the_period_and_the_weakest_of_a_ratio(figures: Figures) -> None:
    assert figures["inwoners", "GM0363", 2022].status == "definitief"
    assert figures["jeugdzorg_jongeren", "GM0363", 2022].status == "voorlopig"
    assert figures["jeugdzorg_per_1000_inwoners", "GM0363", 2022].status == "voorlopig"
    assert figures["bijstand_per_1000_inwoners", "GM0363", 2017].status == "onbekend"
    assert combined_status(["definitief", "onbekend", "nader_voorlopig"]) == "nader_voorlopig"


def test_a_ratio_keeps_the_part_that_is_known(figures: Figures) -> None:
    ratio = figures["jeugdzorg_per_1000_inwoners", "GM0363", 2020]
    assert (ratio.waarde, ratio.teller, ratio.noemer) == (None, None, 872_757)


def test_a_dot_is_unknown_a_blank_cannot_occur_and_no_row_is_not_recorded() -> None:
    texts = ("       .", "        ", None)
    reasons = ["onbekend_of_geheim", "kan_niet_voorkomen", "niet_opgenomen"]
    assert [from_cell(text, "definitief").reden for text in texts] == reasons


def test_a_taakveld_left_out_counts_as_nothing_only_from_2025() -> None:
    amounts = {"6.3": 100.0, "6.4": None, "6.5": 20.0}
    assert group_figure(amounts, {"6.3", "6.4", "6.5"}, 2025).waarde == 120
    assert group_figure(amounts, {"6.3", "6.4", "6.5"}, 2024).reden == "deel_ontbreekt"


@pytest.mark.parametrize("year", TABLES)
def test_the_recording_has_every_taakveld_of_the_social_domain(year: int) -> None:
    recorded = {code for code in Table(RECORDING, TABLES[year]).codes("TaakveldBalanspost") if code.startswith("6")}
    # The definitions split some taakvelden further (6.73a, 6.711) than the tables do (6.73, 6.71).
    defined = taakvelden_per_year()[year]
    assert {code for code in recorded if not any(detail.startswith(code) for detail in defined)} == set()
    assert {detail for detail in defined if not any(detail.startswith(code) for code in recorded)} == set()


def test_a_column_that_moved_to_another_group_is_an_error_that_says_what_there_is() -> None:
    with pytest.raises(RecordingError, match="84286NED: expected one column 'Zorg / Bijstand'"):
        Table(RECORDING, "84286NED").column("Zorg", "Bijstand")
