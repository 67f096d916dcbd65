"""Funnel limits flag what their name says, on made figures: the compiled SQL of the build, read by DuckDB alone."""

import math
import random
from collections.abc import Callable
from typing import Any

import duckdb
import polars as pl
import pytest

from pipelines.build.workspace import Workspace
from tests.oracle.benchmark import variance_between

MODELS = ("int_benchmark_reeks", "int_benchmark_toeval", "int_benchmark_spreiding", "int_benchmark_afronding")
YEARS = 60
UNIT = 5
# What municipalities have as inhabitants: a few small, a few very large.
SIZES = [round(math.exp(7.6 + 5.9 * (i / 341) ** 1.3)) for i in range(342)]

Made = Callable[..., pl.DataFrame]


@pytest.fixture
def funnel(built: Workspace) -> Made:
    """Run the compiled models of the funnel over made figures, and give the limits and flags."""
    compiled = built.folder / "dbt/compiled/monitor/models/intermediate/benchmark"

    def run(figures: pl.DataFrame, method: str) -> pl.DataFrame:
        with duckdb.connect() as connection:
            connection.execute("attach ':memory:' as intern")
            connection.register("figures", figures)
            connection.execute("create table intern.main.int_benchmark_cijfer as from figures")
            connection.execute(
                "create table intern.main.int_benchmark_indicator as select 'x' as indicator_id, "
                f"'verhouding' as soort, 1000 as factor, '{method}' as methode, {UNIT} as afronding_teller, "
                "0 as afronding_noemer, 0.0 as afronding_waarde"
            )
            connection.execute(
                "create table intern.main.int_benchmark_groep as select indicator_id, jaar, 'land' as groep_soort, "
                "1000 * sum(telling) / sum(telling_noemer) as gewogen from figures group by all"
            )
            for model in (*MODELS, "int_benchmark_grens"):
                sql = (compiled / f"{model}.sql").read_text(encoding="utf-8")
                connection.execute(f"create table intern.main.{model} as {sql}")
            answer: Any = connection.sql(
                "select grens.*, figures.waarde, figures.telling_noemer as n, toeval.midden "
                "from intern.main.int_benchmark_grens as grens inner join figures using (gm_code, jaar) "
                "inner join intern.main.int_benchmark_toeval as toeval using (gm_code, jaar) order by jaar, gm_code"
            )
            return pl.DataFrame(answer.fetchall(), schema=answer.columns, orient="row")

    return run


def made(share: float, between: float, seed: int) -> pl.DataFrame:
    """Draw a true share for every municipality and year, a count by chance around it, and round that as CBS does."""
    dice = random.Random(seed)
    rows = []
    for year in range(2000, 2000 + YEARS):
        for place, people in enumerate(SIZES):
            own = max(0.0, dice.gauss(share, between))
            count = dice.gauss(people * own, math.sqrt(people * own * (1 - own)))
            rounded = UNIT * round(max(0.0, count) / UNIT)
            rows.append(("x", f"GM{place:04}", year, 1000 * rounded / people, float(rounded), float(people), 1, None))
    columns = (
        "indicator_id",
        "gm_code",
        "jaar",
        "waarde",
        "telling",
        "telling_noemer",
        "delen",
        "reden_geen_vergelijking",
    )
    return pl.DataFrame(rows, schema=columns, orient="row", schema_overrides={"reden_geen_vergelijking": pl.String})


def with_sides(found: pl.DataFrame) -> pl.DataFrame:
    """Say of each figure whether it lies outside the inner and the outer limits, and how large its municipality is."""
    return found.with_columns(
        inner=(pl.col("waarde") > pl.col("bovengrens_95")) | (pl.col("waarde") < pl.col("ondergrens_95")),
        outer=pl.col("vlag") != "binnen_grenzen",
        klasse=pl.sum_horizontal(pl.col("n") >= bound for bound in (10_000, 50_000, 150_000)),
    )


def is_near(found: int, of: int, share: float) -> bool:
    """Whether a count fits a share: within 3.3 standard deviations, one in a thousand by chance."""
    return abs(found - of * share) <= 3.3 * math.sqrt(of * share * (1 - share))


@pytest.mark.parametrize(
    ("share", "between"),
    [
        pytest.param(0.07, 0.016, id="municipalities differ, as in the Wmo"),
        pytest.param(0.026, 0.0047, id="municipalities differ, as in youth care"),
    ],
)
def test_limits_leave_out_5_and_1_percent_in_every_size(funnel: Made, share: float, between: float) -> None:
    found = with_sides(funnel(made(share, between, seed=11), "binomiaal"))
    assert found.height > 0.97 * YEARS * len(SIZES)
    # The spread that is found is the one that was put in.
    spread = found.select(pl.col("tau2").mean()).item()
    assert math.sqrt(spread) == pytest.approx(1000 * between, abs=0.35)
    for (label,), rows in found.group_by("klasse"):
        assert rows.height > 1000
        assert is_near(rows["inner"].sum(), rows.height, 0.05), (label, rows["inner"].mean())
        assert is_near(rows["outer"].sum(), rows.height, 0.01), (label, rows["outer"].mean())
        above = (rows["vlag"] == "boven_buitengrens").sum()
        assert is_near(above, rows.height, 0.005), (label, above)


def test_limits_of_chance_alone_are_hardly_wider_than_they_are_named(funnel: Made) -> None:
    """Where municipalities do not differ, half the years still give a small spread: limits are then a little wide."""
    found = with_sides(funnel(made(0.07, 0.0, seed=11), "binomiaal"))
    assert (found.group_by("jaar").agg(pl.col("tau2").first())["tau2"] == 0).sum() > YEARS / 4
    assert 0.04 < found["inner"].mean() < 0.052
    assert 0.007 < found["outer"].mean() < 0.012
    for (label,), rows in found.group_by("klasse"):
        assert rows["inner"].sum() < 0.05 * rows.height + 3.3 * math.sqrt(0.05 * rows.height), label


def test_the_spread_is_that_of_the_second_computation(funnel: Made) -> None:
    figures = made(0.07, 0.016, seed=3).filter(pl.col("jaar") < 2005)
    found = funnel(figures, "binomiaal")
    for (year,), rows in figures.group_by("jaar"):
        limits = found.filter(pl.col("jaar") == year)
        centre = 1000 * rows["telling"].sum() / rows["telling_noemer"].sum()
        share = centre / 1000
        variances = [1e6 * (share * (1 - share) / n + UNIT**2 / 12 / n**2) for n in rows["telling_noemer"]]
        again = variance_between([value - centre for value in rows["waarde"]], variances)
        assert again > 100
        assert limits["tau2"].to_list() == [pytest.approx(again, rel=1e-9)] * limits.height


def test_one_extreme_figure_widens_the_limits_and_is_still_flagged(funnel: Made) -> None:
    """No figure is drawn in: what one municipality differs counts in full."""
    figures = made(0.07, 0.016, seed=5).filter(pl.col("jaar") == 2000)
    extreme = figures.with_columns(
        telling=pl.when(pl.col("gm_code") == "GM0100").then(pl.col("telling_noemer") * 0.2).otherwise(pl.col("telling"))
    ).with_columns(waarde=1000 * pl.col("telling") / pl.col("telling_noemer"))
    before, after = (funnel(rows, "binomiaal") for rows in (figures, extreme))
    assert after["tau2"][0] > before["tau2"][0] + 130**2 / 342 / 2
    assert after.filter(pl.col("gm_code") == "GM0100")["vlag"].to_list() == ["boven_buitengrens"]


def test_a_series_that_one_in_ten_leaves_out_has_no_limits(funnel: Made) -> None:
    figures = made(0.07, 0.016, seed=7).filter(pl.col("jaar") == 2000)

    def leave_out(number: int) -> pl.DataFrame:
        reason = pl.when(pl.col("gm_code") < f"GM{number:04}").then(pl.lit("niet_geleverd"))
        return figures.with_columns(reden_geen_vergelijking=reason)

    assert funnel(leave_out(34), "binomiaal").height > 300  # 308 of 342 are 90.06 %
    assert funnel(leave_out(35), "binomiaal").height == 0  # 307 are 89.8 %
