"""Rankings and funnels."""

import re
from itertools import pairwise

import pytest

from pipelines.publish.charts import (
    About,
    FunnelLimits,
    FunnelPoint,
    FunnelText,
    RankingRow,
    RankingText,
    funnel,
    ranking,
)
from tests.support.drawn_charts import (
    COUNTRY,
    funnel_limits,
    funnel_points,
    municipalities,
    ranking_rows,
)

ABOUT = About("n", "Titel")
TEXT = RankingText("per 1 000 inwoners", 1, "toeval en afronding (95 %)")
BASE = FunnelText("per 1 000 inwoners", 1, "inwoners")


def steps(chart: str, kind: str) -> str:
    """The path of a class that is drawn first; the key comes last."""
    found = re.search(rf'<path class="{kind}" d="([^"]*)"/>', chart)
    return found[1] if found else ""


def told(chart: str) -> str:
    found = re.search(r"<desc[^>]*>(.*?)</desc>", chart)
    return found[1] if found else ""


def ranked(rows: list[RankingRow], country: float | None = None, text: RankingText = TEXT) -> str:
    return ranking(rows, about=ABOUT, text=text, country=country)


def within(points: list[FunnelPoint], limits: list[FunnelLimits], country: float = COUNTRY) -> str:
    return funnel(points, limits, country, about=ABOUT, text=BASE)


def test_a_ranking_has_a_dot_for_every_municipality_and_an_interval_where_there_is_one() -> None:
    rows = ranking_rows()
    chart = ranked(rows, COUNTRY)
    sure = [row for row in rows if not row.doubtful and not row.small]
    assert steps(chart, "d").count("h0") == len(sure) == 330
    assert steps(chart, "w").count("M") == len([row for row in rows if row.low is not None]) == 330
    assert steps(chart, "v").count("M") == 1
    assert steps(chart, "x").count("M") == 11


def test_a_ranking_goes_down_row_by_row_from_high_to_low() -> None:
    places = re.findall(r"M([\d.]+) ([\d.]+)h0", steps(ranked(ranking_rows()), "d"))
    across, down = [float(x) for x, _ in places], [float(y) for _, y in places]
    assert across == sorted(across, reverse=True)
    assert down == sorted(down)
    assert min(after - before for before, after in pairwise(down)) == 6


def test_a_doubtful_figure_stands_below_those_with_a_place() -> None:
    chart = ranked([RankingRow("A", 3.0), RankingRow("B", 9.0, doubtful=True), RankingRow("C", 1.0)])
    dots = [float(y) for y in re.findall(r"M[\d.]+ ([\d.]+)h0", steps(chart, "d"))]
    assert float(steps(chart, "x").split()[1].split("l")[0]) > max(dots)
    assert "cijfers die worden betwijfeld, zonder plaats" in chart
    assert "Hoogste cijfer: A, 3,0." in told(chart)


def test_an_interval_that_is_not_known_is_not_drawn() -> None:
    chart = ranked([RankingRow("A", 3.0), RankingRow("B", 1.0)], text=RankingText("%", 1))
    assert 'class="w"' not in chart


def test_a_figure_beyond_the_axis_of_a_ranking_has_an_arrowhead_and_the_key_says_so() -> None:
    values = [763.8, *[20.0 - number for number in range(30)]]
    chart = ranked([RankingRow(str(value), value) for value in values])
    assert steps(chart, "f").count("M") == 1
    assert "ligt buiten de as" in chart
    assert "ligt buiten de as" not in ranked(ranking_rows()[5:])


def test_the_own_row_has_its_name_and_figure() -> None:
    assert ">Groningen 23,4<" in ranked(ranking_rows())
    assert "Groningen: 23,4." in told(ranked(ranking_rows()))
    assert 'class="own"' not in ranked(ranking_rows(own=""))


def test_a_ranking_says_what_it_shows() -> None:
    assert told(ranked(ranking_rows(), COUNTRY)) == (
        "Ranglijst van 331 gemeenten, van hoog naar laag. Eenheid: per 1 000 inwoners. Hoogste cijfer: Tiel, 48,4. "
        "Laagste cijfer: Vlieland, 8,4. Nederland: 26,4. Groningen: 23,4. Kleine aantallen: 1 gemeente. "
        "Betwijfeld, zonder plaats: 11 gemeenten."
    )


def test_rankings_and_funnels_are_small() -> None:
    assert len(ranked(ranking_rows(), COUNTRY)) < 14_000
    assert len(within(funnel_points(), funnel_limits())) < 14_000


def test_a_funnel_gives_every_municipality_the_form_of_where_it_lies() -> None:
    chart = within(funnel_points(), funnel_limits())
    assert steps(chart, "d").count("h0") == 326
    assert steps(chart, "f").count("M") == 4
    assert steps(chart, "v").count("M") == 1
    assert steps(chart, "x").count("M") == 11


def test_a_triangle_points_to_the_side_on_which_a_figure_lies() -> None:
    points = [FunnelPoint("Hoog", 1000, 40.0, "high"), FunnelPoint("Laag", 9000, 10.0, "low")]
    high, low = re.findall(r"h10l-5 (-?9)z", steps(within(points, []), "f"))
    assert (high, low) == ("-9", "9")


def test_the_limits_of_a_funnel_lie_around_the_country_and_narrow_to_the_right() -> None:
    chart = within(funnel_points(), funnel_limits())
    line = float(re.findall(r'class="c" d="M[\d.]+ ([\d.]+)H', chart)[0])
    outer, inner = (
        [[float(y) for y in re.findall(r"[ML][\d.]+ ([\d.]+)", curve)] for curve in re.findall(r"M[^M]+", found)]
        for found in (steps(chart, "o"), steps(chart, "i"))
    )
    below, above = outer
    assert min(below) > line > max(above)
    assert below[0] - above[0] > below[-1] - above[-1]
    assert all(out > within_it for out, within_it in zip(below, inner[0], strict=True))
    assert all(out < within_it for out, within_it in zip(above, inner[1], strict=True))


def test_names_of_a_funnel_do_not_cover_each_other_and_many_are_left_to_the_table() -> None:
    same = [FunnelPoint(name, 1000, 40.0, "high") for name in ("Goes", "Tiel")]
    assert len(re.findall(">(?:Goes|Tiel)<", within(same, []))) == 1
    several = [FunnelPoint(f"G{place}", 1000 * 2**place, 40.0, "high") for place in range(9)]
    assert re.findall(r">G\d<", within(several[:8], [])) != []
    assert re.findall(r">G\d<", within(several, [])) == []


def test_a_funnel_says_which_municipalities_lie_outside() -> None:
    flagged = {row["naam"] for row in municipalities() if row["vlag"].endswith("buitengrens")}
    words = told(within(funnel_points(), funnel_limits()))
    assert len(flagged) == 4
    assert {name for name in flagged if f"{name}: " in words} == flagged
    assert "Boven de buitenste grens: 4 gemeenten." in words
    assert "Zonder grenzen door kleine aantallen: 1 gemeente. Betwijfeld: 11 gemeenten." in words


def test_each_tenfold_is_as_wide_in_a_funnel() -> None:
    points = [FunnelPoint("A", base, 5.0, "within") for base in (100, 1000, 10000)]
    small, middle, large = (float(x) for x in re.findall(r"M([\d.]+) [\d.]+h0", steps(within(points, []), "d")))
    assert middle - small == pytest.approx(large - middle, abs=0.2)


def test_without_figures_there_is_no_chart() -> None:
    assert ranked([]) == ""
    assert within([], []) == ""
