"""Every form of chart on recorded figures, by name: what is compared with the snapshots, and shown on one page.

The figures of all municipalities (``jeugdzorg_2021.csv``, jeugdzorg_per_1000_inwoners of 2021) and those typed below
come from a release of the recording: `fct_indicator` in division `actueel`, `mart_benchmark`, `mart_kaart`, and
`gemeente_regio` of 2024, in which 18 municipalities have no labour market region.
"""

import csv
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

from pipelines.common.settings import PROJECT
from pipelines.publish.charts import (
    About,
    FunnelLimits,
    FunnelPoint,
    FunnelText,
    MapScale,
    MapShapes,
    Point,
    RankingRow,
    RankingText,
    Shade,
    TrendLine,
    funnel,
    map_shapes,
    municipal_map,
    ranking,
    region_map,
    region_shapes,
    sparkline,
    strip,
    strip_background,
    trend,
)
from pipelines.publish.files import boundaries

FOLDER = PROJECT / "tests" / "unit" / "publish" / "charts"
SNAPSHOTS = FOLDER / "snapshots"
# The same figure of the country together (`gewogen_land`).
COUNTRY = 26.3593

# lasten_jeugd_per_inwoner of Amsterdam: 2022 is missing (Weesp).
AMSTERDAM = [218.89, 261.18, 279.48, 290.20, 313.20, None, 357.34, 410.46]
# wmo_clienten_per_1000_inwoners of Vlieland; a break lies before 2021.
VLIELAND = [64.52, 57.42, 65.91, 60.61, 54.44]
# begrotingsafwijking_wmo_zonder_opvang_pct of Groningen.
GRONINGEN = [14.93, 6.47, -6.16, 3.67, 2.91, 1.17, 7.64, -6.31]
# netto_begrotingsafwijking_wijkteams_pct of 2023 in Limburg, and whether it is doubted.
LIMBURG = [
    ("Beekdaelen", 3520.0, True),
    ("Gulpen-Wittem", 821.9, True),
    ("Venray", 124.3, True),
    ("Sittard-Geleen", 85.8, False),
    ("Venlo", 81.7, False),
    ("Kerkrade", 74.5, False),
    ("Stein (L.)", 33.5, False),
    ("Brunssum", 29.7, False),
    ("Simpelveld", 25.3, False),
    ("Beesel", 20.7, False),
    ("Maastricht", 20.4, False),
    ("Landgraaf", 10.0, False),
    ("Roerdalen", 9.4, False),
    ("Heerlen", 5.8, False),
    ("Leudal", 5.3, False),
    ("Nederweert", 0.8, False),
    ("Meerssen", -0.3, False),
    ("Weert", -1.7, False),
    ("Peel en Maas", -2.0, False),
    ("Roermond", -4.7, False),
    ("Beek (L.)", -5.8, False),
    ("Maasgouw", -10.0, False),
    ("Horst aan de Maas", -14.1, False),
    ("Gennep", -18.5, False),
    ("Echt-Susteren", -33.9, False),
    ("Mook en Middelaar", -49.5, False),
    ("Valkenburg aan de Geul", -56.7, True),
    ("Eijsden-Margraten", -58.1, True),
    ("Vaals", -61.5, True),
    ("Voerendaal", -65.4, True),
]


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


@cache
def country() -> MapShapes:
    """All municipalities on the map."""
    known = boundaries._shapes(boundaries.SOURCE)
    rows = [row for row in municipalities() if row["gm_code"] in known]
    codes = [row["gm_code"] for row in rows]
    names = [row["naam"] for row in rows]
    return map_shapes(boundaries.Boundaries(codes, names, [known[code] for code in codes], [], 2026))


def shades() -> dict[str, Shade]:
    """The shade of each municipality on the map of youth care."""
    return {row["gm_code"]: int(row["klasse"]) if row["klasse"] else "doubt" for row in municipalities()}  # type: ignore[misc]


def labour_market_regions() -> dict[str, str]:
    """The region of each municipality that has one."""
    return {row["gm_code"]: row["arbeidsmarktregio"] for row in municipalities() if row["arbeidsmarktregio"]}


def series(values: list[float | None] | list[float], first: int = 2017, **marks: set[int]) -> list[Point]:
    """The years from ``first`` on; ``marks`` names the years that have a mark of a `Point`."""
    return [
        Point(year, value, **{name: year in years for name, years in marks.items()})
        for year, value in enumerate(values, first)
    ]


def small_charts() -> dict[str, Callable[[], str]]:
    """Strips and sparklines."""

    def strips(values: list[float], own: float | None, country: float | None) -> Callable[[], str]:
        background = strip_background(values)
        # A snapshot has no style sheet of its own to draw the histogram by.
        drawn = f'<path class="h" d="{background.drawing}"/>'
        label = "Eigen cijfer en dat van het land"
        return lambda: str(strip(background, own, country, label=label, look="s")).replace(">", f">{drawn}", 1)

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


def trends() -> dict[str, Callable[[], str]]:
    """Lines over the years."""
    spending = [
        TrendLine("Groningen", "own", series([295.19, 274.27, 297.13, 322.78, 341.82, 376.14, 392.68, 420.36])),
        TrendLine("Nederland", "country", series([244.44, 270.26, 295.39, 299.38, 319.42, 323.61, 353.65, 400.36])),
        TrendLine(
            "vergelijkbare gemeenten", "peers", series([293.79, 326.93, 340.72, 294.18, 323.90, 371.15, 382.35, 432.8])
        ),
        TrendLine("Amsterdam", "other", series(AMSTERDAM)),
    ]
    youth = {"after_break": {2021, 2022}, "provisional": {2022}}
    care = [
        TrendLine("Groningen", "own", series([20.94, 21.01, None, 23.43, 23.56], 2018, **youth)),
        TrendLine("Nederland", "country", series([24.84, 25.45, None, 26.36, 26.26], 2018, **youth)),
        TrendLine("Veenendaal", "other", series([None, 36.74, None, 41.02, 37.61], 2018, doubtful={2021}, **youth)),
    ]
    overrun = [
        TrendLine("Groningen", "own", series(GRONINGEN)),
        TrendLine("Nederland", "country", series([0.69, 2.85, 9.76, 8.72, 2.44, -0.15, -0.51, 1.72])),
    ]

    def drawn(name: str, title: str, unit: str, decimals: int, lines: list[TrendLine]) -> Callable[[], str]:
        return lambda: trend(lines, about=About(name, title), unit=unit, decimals=decimals)

    counts = [TrendLine("Groningen", "own", series([4815.0, 4860.0, None, 5465.0, 5535.0], 2018, **youth))]
    return {
        "trend": drawn("t1", "Lasten jeugd per inwoner", "euro per inwoner", 0, spending),
        "trend_with_breaks_and_doubt": drawn("t2", "Jongeren met jeugdzorg", "per 1 000 inwoners", 1, care),
        "trend_with_negative_figures": drawn("t3", "Begrotingsafwijking Wmo", "% van de begroting", 1, overrun),
        "trend_of_counts": drawn("t4", "Jongeren met jeugdzorg", "jongeren", 0, counts),
        "trend_of_one_figure": drawn("t5", "Eén jaar", "%", 1, [TrendLine("Vlieland", "own", series([8.4], 2022))]),
        "trend_of_zeros": drawn("t6", "Nul", "%", 1, [TrendLine("Vlieland", "own", series([0.0, 0.0], 2021))]),
        "trend_without_figures": drawn(
            "t7", "Geen", "%", 1, [TrendLine("Vlieland", "own", series([None, None], 2021))]
        ),
    }


def ranking_rows(own: str = "GM0014") -> list[RankingRow]:
    """All municipalities from high to low; intervals are 1.96 times what chance and rounding do."""
    ordered = sorted(municipalities(), key=lambda row: -float(row["waarde"]))
    return [
        RankingRow(
            row["naam"],
            float(row["waarde"]),
            float(row["waarde"]) - 1.96 * float(row["toeval"]) if row["toeval"] else None,
            float(row["waarde"]) + 1.96 * float(row["toeval"]) if row["toeval"] else None,
            small=row["kleine_aantallen"] == "true",
            doubtful=row["reden"] == "twijfel",
            own=row["gm_code"] == own,
        )
        for row in ordered
    ]


def funnel_points(own: str = "GM0014") -> list[FunnelPoint]:
    """All municipalities with their inhabitants."""
    sides = {"boven_buitengrens": "high", "onder_buitengrens": "low", "binnen_grenzen": "within", "": "none"}
    return [
        FunnelPoint(
            row["naam"],
            float(row["noemer"]),
            float(row["waarde"]),
            sides[row["vlag"]],  # type: ignore[arg-type]
            doubtful=row["reden"] == "twijfel",
            own=row["gm_code"] == own,
        )
        for row in municipalities()
    ]


def funnel_limits() -> list[FunnelLimits]:
    """The limits of those that have them."""
    names = ("noemer", "ondergrens_95", "bovengrens_95", "ondergrens_99", "bovengrens_99")
    return [FunnelLimits(*(float(row[name]) for name in names)) for row in municipalities() if row["vlag"]]


def comparisons() -> dict[str, Callable[[], str]]:
    """Rankings and funnels."""
    unit, words = "jongeren per 1 000 inwoners", "wat toeval en afronding kunnen schelen (95 %)"
    some = [RankingRow(name, value, doubtful=doubtful) for name, value, doubtful in LIMBURG]
    own = [RankingRow("Vlieland", 8.37, small=True, own=True)]

    def ranked(name: str, rows: list[RankingRow], text: RankingText, country: float | None) -> Callable[[], str]:
        return lambda: ranking(rows, about=About(name, "Ranglijst"), text=text, country=country)

    def within(name: str, points: list[FunnelPoint], limits: list[FunnelLimits]) -> Callable[[], str]:
        text = FunnelText(unit, 1, "inwoners")
        return lambda: funnel(points, limits, COUNTRY, about=About(name, "Trechter"), text=text)

    return {
        "ranking": ranked("r1", ranking_rows(), RankingText(unit, 1, words), COUNTRY),
        "ranking_with_outliers": ranked("r2", some, RankingText("%", 1), 2.1),
        "ranking_of_one": ranked("r3", own, RankingText(unit, 1), None),
        "ranking_of_none": ranked("r4", [], RankingText(unit, 1), COUNTRY),
        "funnel": within("f1", funnel_points(), funnel_limits()),
        "funnel_without_limits": within("f2", funnel_points()[:40], []),
        "funnel_of_none": within("f3", [], []),
    }


def maps() -> dict[str, Callable[[], str]]:
    """Maps of municipalities and of regions."""
    classes = {
        number: sorted(float(row["waarde"]) for row in municipalities() if row["klasse"] == str(number))
        for number in range(1, 6)
    }
    scale = MapScale("per 1 000 inwoners", 1, {number: (found[0], found[-1]) for number, found in classes.items()})

    def shaded() -> str:
        about = About("m1", "Jongeren met jeugdzorg per 1 000 inwoners, 2021")
        return municipal_map(country(), shades(), about=about, scale=scale, own="GM0014")

    def joined() -> str:
        regions = region_shapes(country(), labour_market_regions())
        labels = {region: region.removeprefix("AM") for region in regions.regions}
        about = About("m2", "Arbeidsmarktregio's, 2024")
        return region_map(country(), regions, labels, about=about, unknown="regio niet bekend")

    return {"municipal_map": shaded, "region_map": joined}


def charts() -> dict[str, Callable[[], str]]:
    """Every chart, by the name of its snapshot."""
    return {**small_charts(), **trends(), **comparisons(), **maps()}


def snapshot(chart: str) -> str:
    """A chart as a file that a browser shows with its colours, an element a line."""
    # In a table these have their size from the style sheet.
    for small, size in (("st", "150 22"), ("sl", "120 30")):
        chart = str(chart).replace(f'<svg class="{small}', f'<svg viewBox="0 0 {size}" class="{small}', 1)
    style = '<?xml-stylesheet href="../../../../../pipelines/publish/templates/charts.css"?>\n'
    lines = re.sub(r">(?=<)", ">\n", str(chart).replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1))
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
