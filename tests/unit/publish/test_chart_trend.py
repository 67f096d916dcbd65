"""The chart of one indicator over the years, and what large charts share."""

import re

import pytest

from pipelines.publish.charts import About, TrendLine, trend
from pipelines.publish.charts.frames import apart
from pipelines.publish.charts.scales import round_ticks
from tests.support.drawn_charts import AMSTERDAM, GRONINGEN, VLIELAND, charts, series


def drawn(*lines: TrendLine, decimals: int = 1) -> str:
    return trend(lines, about=About("n", "Titel"), unit="per 1 000 inwoners", decimals=decimals)


def lines_of(chart: str, kind: str) -> list[int]:
    """How many points each unbroken piece of a line has."""
    found = re.search(rf'<g class="{kind}"><path class="l" d="([^"]*)"', chart)
    return [len(piece.split("L")) for piece in found[1][1:].split("M")] if found else []


def test_no_line_goes_over_a_break_a_gap_or_doubt() -> None:
    assert lines_of(drawn(TrendLine("A", "own", series(VLIELAND))), "own") == [5]
    assert lines_of(drawn(TrendLine("A", "own", series(VLIELAND, after_break={2021}))), "own") == [4, 1]
    assert lines_of(drawn(TrendLine("A", "own", series(VLIELAND, doubtful={2019}))), "own") == [2, 2]
    assert lines_of(drawn(TrendLine("A", "own", series(AMSTERDAM))), "own") == [5, 2]


def test_a_break_has_a_dashed_line_with_its_year_also_where_the_figure_is_missing() -> None:
    chart = drawn(TrendLine("A", "own", series(AMSTERDAM, after_break={2022})))
    assert re.findall(r"breuk<tspan[^>]*>(\d+)<", chart) == ["2022"]
    assert len(re.findall(r'<path class="b" d="M[\d.]+ [\d.]+V[\d.]+"/>', chart)) == 1
    assert "breuk" not in drawn(TrendLine("A", "own", series(AMSTERDAM)))


def test_a_break_before_the_first_year_that_is_shown_is_not_drawn() -> None:
    assert "breuk" not in drawn(TrendLine("A", "own", series(VLIELAND, after_break={2017})))


def test_the_description_gives_every_figure_and_nothing_more() -> None:
    points = series(AMSTERDAM[3:], 2020, after_break={2022}, doubtful={2021}, provisional={2024})
    told = re.findall(r"<desc[^>]*>(.*)</desc>", drawn(TrendLine("Amsterdam", "own", points)))
    assert " ".join(told) == (
        "Lijngrafiek. Eenheid: per 1 000 inwoners. Amsterdam. 2020: 290,2. 2021: 313,2, betwijfeld. Breuk in 2022. "
        "2022: geen cijfer. 2023: 357,3. 2024: 410,5, voorlopig."
    )


def test_the_key_tells_only_of_marks_that_are_there() -> None:
    assert "voorlopig cijfer" not in drawn(TrendLine("A", "own", series(VLIELAND)))
    assert "voorlopig cijfer" in drawn(TrendLine("A", "own", series(VLIELAND, provisional={2021})))
    assert "cijfer wordt betwijfeld" in drawn(TrendLine("A", "own", series(VLIELAND, doubtful={2021})))


def test_a_name_has_the_last_figure_beside_it_and_its_year_if_that_is_an_earlier_one() -> None:
    chart = drawn(TrendLine("A", "own", series(VLIELAND)), TrendLine("B", "other", series([*VLIELAND[:4], None])))
    assert re.findall(r'class="n"[^>]*>([^<]*)<', chart) == ["54,4", "60,6 (2020)"]


def test_an_axis_starts_at_zero_and_goes_below_for_negative_figures() -> None:
    ticks = re.compile(r'class="e"[^>]*>([^<]*)<')
    assert ticks.findall(drawn(TrendLine("A", "own", series(VLIELAND)))) == ["0", "20", "40", "60"]
    assert ticks.findall(drawn(TrendLine("A", "own", series(GRONINGEN)))) == ["-5", "0", "5", "10"]


def test_names_and_units_are_escaped() -> None:
    chart = trend([TrendLine("<A>", "own", series(VLIELAND))], about=About("n", "<T>"), unit="<u>", decimals=0)
    assert not {"<A>", "<T>", "<u>"} & set(re.findall(r"<\w>", chart))
    assert chart.count("&lt;") == 5


@pytest.mark.parametrize(
    ("low", "high", "ticks", "decimals"),
    [
        (0.0, 26.4, [0, 10, 20], 0),
        (0.0, 10.4, [0, 2.5, 5, 7.5, 10], 1),
        (0.0, 4065.4, [0, 1000, 2000, 3000, 4000], 0),
        (0.0, 0.3, [0, 0.1, 0.2, 0.3], 1),
        (-39.3, 75.4, [-20, 0, 20, 40, 60], 0),
    ],
)
def test_ticks_are_round(low: float, high: float, ticks: list[float], decimals: int) -> None:
    assert round_ticks(low, high) == (ticks, decimals)


def test_from_zero_there_are_three_to_five_ticks_whatever_the_size() -> None:
    highest = [base * 1.07**power for base in (0.01, 3.3, 5e6) for power in range(60)]
    assert {len(round_ticks(0.0, high)[0]) for high in highest} <= {3, 4, 5}


def test_labels_cover_no_other_and_stay_near_what_they_name() -> None:
    assert apart([(50.0, 20.0), (100.0, 20.0)], 0, 200) == [50, 100]
    assert apart([(105.0, 20.0), (100.0, 20.0)], 0, 200) == [112.5, 92.5]
    assert apart([(199.0, 20.0), (198.0, 20.0), (2.0, 20.0)], 0, 200) == [190, 170, 10]


def test_ids_on_a_page_come_from_the_caller() -> None:
    ids = [found for draw in charts().values() for found in re.findall(r' id="([^"]*)"', draw())]
    assert len(ids) > 10
    assert sorted(ids) == sorted(set(ids))
