"""Every form of chart on recorded figures, by name: what is compared with the snapshots, and shown on one page.

The figures of all municipalities (``jeugdzorg_2021.csv``, jeugdzorg_per_1000_inwoners of 2021) and those typed below
come from a release of the recording: `fct_indicator` in division `actueel`, `mart_benchmark` and `mart_kaart`.
"""

import csv
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

from pipelines.common.settings import PROJECT
from pipelines.publish.charts import Point, sparkline, strip, strip_background

FOLDER = PROJECT / "tests" / "unit" / "publish" / "charts"
SNAPSHOTS = FOLDER / "snapshots"
# The same figure of the country together (`gewogen_land`).
COUNTRY = 26.3593

# lasten_jeugd_per_inwoner of Amsterdam: 2022 is missing (Weesp).
AMSTERDAM = [218.89, 261.18, 279.48, 290.20, 313.20, None, 357.34, 410.46]
# wmo_clienten_per_1000_inwoners of Vlieland; a break lies before 2021.
VLIELAND = [64.52, 57.42, 65.91, 60.61, 54.44]
# begrotingsafwijking_wmo_zonder_opvang_pct of Groningen.
GRONINGEN = [14.9, 4.7, -5.0, 1.2, 0.5, 6.0, 9.2, -6.3]


@cache
def municipalities() -> tuple[dict[str, str], ...]:
    """The rows of `jeugdzorg_2021.csv`."""
    with (FOLDER / "jeugdzorg_2021.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(csv.DictReader(lines))


def compared() -> list[float]:
    """The figures that are compared: those with a class."""
    return [float(row["waarde"]) for row in municipalities() if row["klasse"]]


def figure(code: str) -> float:
    """The figure of one municipality."""
    return next(float(row["waarde"]) for row in municipalities() if row["gm_code"] == code)


def series(values: list[float | None] | list[float], first: int = 2017, **marks: set[int]) -> list[Point]:
    """The years from ``first`` on; ``marks`` names the years that have a mark of a `Point`."""
    return [
        Point(year, value, **{name: year in years for name, years in marks.items()})
        for year, value in enumerate(values, first)
    ]


def small_charts() -> dict[str, Callable[[], str]]:
    """Strips and sparklines."""

    def strips(values: list[float], own: float | None, country: float | None) -> Callable[[], str]:
        return lambda: strip(strip_background(values), own, country, label="Eigen cijfer en dat van het land")

    def line(points: list[Point], decimals: int = 1) -> Callable[[], str]:
        return lambda: sparkline(points, decimals=decimals, label="Van 2017 tot en met 2024")

    return {
        "strip": strips(compared(), figure("GM0014"), COUNTRY),
        "strip_without_own_figure": strips(compared(), None, COUNTRY),
        "strip_of_all_equal_figures": strips([1.5] * 12, 1.5, 1.5),
        "strip_of_one_figure": strips([2.0], 2.0, None),
        "strip_without_figures": strips([], None, None),
        "strip_with_outliers": strips([*compared(), 763.8, -39.3], 763.8, COUNTRY),
        "sparkline_with_gap": line(series(AMSTERDAM), 0),
        "sparkline_with_break": line(series(VLIELAND, after_break={2021})),
        "sparkline_with_negative_figures": line(series(GRONINGEN, provisional={2024})),
        "sparkline_with_doubt": line(series(AMSTERDAM, doubtful={2019}, provisional={2023, 2024}), 0),
        "sparkline_of_one_figure": line(series([26.3], 2022)),
        "sparkline_of_all_equal_figures": line(series([1.5] * 4)),
        "sparkline_with_equal_written_figures": line(series([1.46, 1.52, 1.49])),
        "sparkline_of_large_counts": line(series([17_081_507.0, 17_181_084.0, 17_282_163.0]), 0),
    }


def charts() -> dict[str, Callable[[], str]]:
    """Every chart, by the name of its snapshot."""
    return small_charts()


def snapshot(chart: str) -> str:
    """A chart as a file that a browser shows with its colours, an element a line."""
    style = '<?xml-stylesheet href="../../../../../pipelines/publish/templates/charts.css"?>\n'
    lines = re.sub(r">(?=<)", ">\n", chart.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1))
    return f"{style}{lines}\n"


def snapshot_path(name: str) -> Path:
    """Where the snapshot of a chart lies."""
    return SNAPSHOTS / f"{name}.svg"


def write_snapshots() -> None:
    """Write every snapshot anew, and remove those of charts that are no longer drawn."""
    for leftover in SNAPSHOTS.glob("*.svg"):
        leftover.unlink()
    for name, draw in charts().items():
        snapshot_path(name).write_text(snapshot(draw()), encoding="utf-8")
