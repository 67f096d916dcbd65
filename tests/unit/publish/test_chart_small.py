"""Strips and sparklines: what they show and leave out."""

import re

import pytest

from pipelines.publish.charts import Point, sparkline, strip, strip_background
from tests.support.drawn_charts import AMSTERDAM, COUNTRY, VLIELAND, compared, figure, series


def path(chart: str, name: str) -> str:
    """The path of a class; nothing if there is none."""
    found = re.search(rf'<path class="{name}" d="([^"]*)"/>', chart)
    return found[1] if found else ""


def texts(chart: str) -> list[str]:
    return re.findall(r"<text[^>]*>([^<]*)</text>", chart)


def needle(chart: str) -> float:
    return float(path(chart, "o")[1:].split()[0])


def test_the_background_of_a_strip_is_small() -> None:
    assert len(strip_background(compared()).drawing) <= 260


def test_a_strip_puts_higher_figures_further_right() -> None:
    background = strip_background(compared())
    low, high = (needle(strip(background, value, COUNTRY, label="", look="s")) for value in (20.0, 35.0))
    assert 0 < low < high < 150


def test_the_tallest_bin_of_a_strip_is_the_one_with_most_municipalities() -> None:
    drawing = strip_background([1.0, 2.0, 2.0, 2.0, 4.0]).drawing
    assert [float(step) for step in re.findall(r"v(-[\d.]+)", drawing)] == [-2, -13, -2]


def test_outliers_do_not_squeeze_the_others_and_are_told_of() -> None:
    values, cut = compared(), "M146 16l3 3-3 3z"
    plain, stretched = strip_background(values), strip_background([*values, 763.8])
    assert cut not in plain.drawing
    assert cut in stretched.drawing
    assert stretched.high <= max(values)
    assert needle(strip(stretched, COUNTRY, None, label="", look="s")) == pytest.approx(
        needle(strip(plain, COUNTRY, None, label="", look="s")), abs=15
    )


def test_a_figure_beyond_the_axis_has_an_arrowhead_at_its_end() -> None:
    background = strip_background([*compared(), 763.8])
    beyond, within = (
        strip(background, 763.8, None, label="", look="s"),
        strip(background, figure("GM0014"), None, label="", look="s"),
    )
    assert path(beyond, "o") == "M143 1l6 5-6 5z"
    assert "V6" in path(within, "o")


def test_a_strip_without_a_figure_of_its_own_has_no_needle() -> None:
    chart = strip(strip_background(compared()), None, None, label="Geen cijfer", look="s")
    assert path(chart, "o") == path(chart, "c") == ""


def test_equal_figures_stand_in_the_middle() -> None:
    assert needle(strip(strip_background([1.5] * 12), 1.5, None, label="", look="s")) == 75


def test_a_label_is_escaped() -> None:
    for chart in (
        strip(strip_background([1.0, 2.0]), 1.0, None, label='"<b>', look="s"),
        sparkline(series([1.0, 2.0]), decimals=0, label='"<b>'),
    ):
        assert 'aria-label="&#34;&lt;b&gt;"' in chart


def test_no_line_goes_over_a_gap_or_a_break() -> None:
    assert path(sparkline(series(AMSTERDAM), decimals=0, label=""), "l").count("M") == 2
    assert path(sparkline(series(VLIELAND), decimals=1, label=""), "l").count("M") == 1
    broken = path(sparkline(series(VLIELAND, after_break={2021}), decimals=1, label=""), "l")
    assert [len(part.split("L")) for part in broken[1:].split("M")] == [4, 1]


def test_no_line_leads_to_a_doubtful_figure() -> None:
    chart = sparkline(series(VLIELAND, doubtful={2019}), decimals=1, label="")
    assert [len(part.split("L")) for part in path(chart, "l")[1:].split("M")] == [2, 2]
    assert path(chart, "x").count("M") == 1


def test_a_sparkline_says_its_lowest_and_highest_figure_in_dutch() -> None:
    assert texts(sparkline(series(VLIELAND), decimals=1, label="")) == ["65,9", "54,4"]
    assert texts(sparkline(series([9876543.0, 1234.0]), decimals=0, label="")) == ["9\u00a0876\u00a0543", "1\u00a0234"]


def test_a_doubtful_figure_is_neither_the_lowest_nor_the_highest() -> None:
    assert texts(sparkline(series([1.0, 99.0, 2.0], doubtful={2018}), decimals=0, label="")) == ["2", "1"]


def test_a_lone_figure_has_a_dot() -> None:
    alone = sparkline(series([26.3], 2022), decimals=1, label="")
    assert path(alone, "l") == ""
    assert path(alone, "d") == "M32 15h0"
    between = sparkline(series([1.0, None, 2.0, None, 3.0]), decimals=0, label="")
    assert path(between, "d").count("h0") == 3


def test_figures_that_are_written_alike_lie_level() -> None:
    chart = sparkline(series([1.46, 1.52, 1.49]), decimals=1, label="")
    assert texts(chart) == ["1,5"]
    assert set(re.findall(r"[ML][\d.]+ ([\d.]+)", path(chart, "l"))) == {"15"}


def test_a_provisional_figure_is_hollow() -> None:
    assert path(sparkline(series(AMSTERDAM, provisional={2024}), decimals=0, label=""), "v").count("M") == 1
    assert path(sparkline(series(AMSTERDAM), decimals=0, label=""), "v") == ""


def test_without_figures_there_is_no_sparkline() -> None:
    assert sparkline([], decimals=0, label="") == ""
    assert sparkline([Point(2021, None)], decimals=0, label="") == ""
