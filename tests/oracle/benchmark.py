"""The benchmark a second time, from published tables, in plain Python and polars."""

import datetime as dt
import math
import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import duckdb
import polars as pl

# What the method says, stated here a second time.
Z_95, Z_99 = (statistics.NormalDist().inv_cdf(share) for share in (0.975, 0.995))
FEWEST = 3
COVERED = 0.9
SMALL = 0.1
QUANTILES = {"kwartiel_1": 0.25, "mediaan": 0.5, "kwartiel_3": 0.75} | {f"deciel_{d}": d / 10 for d in range(1, 10)}

Group = tuple[str, str]  # kind and code


@dataclass(frozen=True)
class GroupFigure:
    """The figures of a group, each kind apart, and the members behind them."""

    weighted: float | None
    median: float | None
    reporting: int
    with_denominator: int
    members: int


@dataclass(frozen=True)
class Funnel:
    """The limits of one municipality, and the variances that made them."""

    between: float
    chance: float
    limits: tuple[float, float, float, float]  # below 95, above 95, below 99, above 99
    flag: str


def variance_between(distances: Sequence[float], variances: Sequence[float]) -> float:
    """Find how much figures differ beyond their own variances (Paule and Mandel), by halving an interval.

    It is the variance with which the squared distances to a known centre, each over its whole variance, add up to
    their number; 0 when they add up to less without it.
    """

    def excess(between: float) -> float:
        ratios = (d * d / (v + between) for d, v in zip(distances, variances, strict=True))
        return math.fsum(ratios) - len(distances)

    if excess(0.0) <= 0:
        return 0.0
    low, high = 0.0, math.fsum(d * d for d in distances)
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if excess(middle) > 0 else (low, middle)
    return (low + high) / 2


def frame(release: duckdb.DuckDBPyConnection, query: str) -> pl.DataFrame:
    """Read the answer to a query into polars."""
    answer = release.sql(query)
    return pl.DataFrame(answer.fetchall(), schema=answer.columns, orient="row", infer_schema_length=None)


def parts_of(release: duckdb.DuckDBPyConnection, year: int) -> Counter[str]:
    """Count the municipalities of a year that each municipality of today was put together from."""
    today = {code for (code,) in release.sql("select gm_code from dim_gemeente where geldig_tot is null").fetchall()}
    changes = release.sql(
        "select oude_code, nieuwe_code, datum from herindeling where soort <> 'grenscorrectie' order by datum"
    ).fetchall()
    then = release.sql(
        "select distinct regio_code from fct_indicator "
        f"where indicator_id = 'inwoners' and indeling = 'origineel' and regio_soort = 'gemeente' and jaar = {year}"
    ).fetchall()
    parts: Counter[str] = Counter()
    for (code,) in then:
        heirs, waiting = set(), [(code, dt.date(year, 1, 1))]
        while waiting:
            current, since = waiting.pop()
            later = [(new, date) for old, new, date in changes if old == current and date > since]
            waiting += later
            heirs |= {current} if not later else set()
        parts.update(heirs & today)
    return parts


class Year:
    """One indicator in one year: all its municipalities, and everything the benchmark says of them."""

    def __init__(
        self,
        release: duckdb.DuckDBPyConnection,
        indicator: str,
        year: int,
        unit: int,
        factor: float,
        count: str | None = None,
    ) -> None:
        """Read the figures, the groups and the peers; CBS rounds the numerator to `unit`.

        `count` is the indicator that a published percentage is of; its denominator is that count over the percentage.
        """
        self.unit, self.factor, self.is_published = unit, factor, count is not None
        numerator, denominator = (
            ("f.teller", "f.noemer") if count is None else ("c.waarde", "c.waarde / f.waarde * 100")
        )
        self.figures = frame(
            release,
            f"select f.regio_code as gm_code, f.waarde, {numerator} as teller, {denominator} as noemer "
            "from fct_indicator as f left join fct_indicator as c on c.regio_code = f.regio_code and c.jaar = f.jaar "
            f"and c.indeling = 'actueel' and c.indicator_id = '{count}' "
            f"where f.indicator_id = '{indicator}' and f.jaar = {year} and f.indeling = 'actueel' "
            "and f.regio_soort = 'gemeente' and f.waarde is not null and not f.twijfel order by f.regio_code",
        )
        variants = frame(release, f"select distinct variant from mart_benchmark where indicator_id = '{indicator}'")
        self.members = frame(
            release,
            "select groep_soort, groep_code, gm_code from gemeente_groep union all "
            "select 'vergelijkbare_gemeenten', gm_code, vergelijkbare_gm_code from mart_vergelijkbare_gemeenten "
            f"where variant = '{variants.item()}' and jaar = {year} union all "
            "select 'land', 'NL', gm_code from dim_gemeente where geldig_tot is null",
        )
        # Of the country only what is a sum of municipalities: what CBS counts itself is of another kind.
        self.regions: dict[Group, float] = {
            (kind, code): value
            for kind, code, value in release.sql(
                "select regio_soort, regio_code, waarde from fct_indicator "
                f"where indicator_id = '{indicator}' and jaar = {year} and indeling = 'actueel' "
                "and regio_soort not in ('gemeente', 'land') and waarde is not null and not twijfel"
            ).fetchall()
        }
        self.parts = parts_of(release, year)
        self.municipalities = sum(1 for kind, _, _ in self.members.rows() if kind == "land")

    @cached_property
    def values(self) -> dict[str, float]:
        """The compared figure of each municipality."""
        return dict(self.figures.select("gm_code", "waarde").iter_rows())

    @cached_property
    def groups(self) -> dict[Group, GroupFigure]:
        """The figures of each group: weighted over who reported, or as a whole where it is known; and the median."""
        sums = (
            self.members.join(self.figures, on="gm_code", how="left")
            .group_by("groep_soort", "groep_code")
            .agg(
                pl.col("teller").sum(),
                pl.col("noemer").filter(pl.col("teller").is_not_null()).sum(),
                pl.col("waarde").median(),
                pl.col("waarde").count().alias("reporting"),
                pl.col("noemer").count().alias("with_denominator"),
                pl.len().alias("members"),
            )
        )
        return {(row["groep_soort"], row["groep_code"]): self._group(row) for row in sums.iter_rows(named=True)}

    def _group(self, row: dict[str, Any]) -> GroupFigure:
        whole = None if self.is_published else self.regions.get((row["groep_soort"], row["groep_code"]))
        weighted = None
        if row["with_denominator"] >= FEWEST:
            ratio = row["teller"] / row["noemer"] * self.factor
            weighted = ratio if row["with_denominator"] == row["members"] or whole is None else whole
        median = row["waarde"] if row["reporting"] >= FEWEST else None
        return GroupFigure(weighted, median, row["reporting"], row["with_denominator"], row["members"])

    @cached_property
    def spread(self) -> dict[str, float | None]:
        """Median, quartiles and deciles."""
        return {name: self.figures["waarde"].quantile(q, "linear") for name, q in QUANTILES.items()}

    @cached_property
    def ranks(self) -> dict[str, int]:
        """The rank of each municipality; the highest is 1, equal ones share."""
        ranks = self.figures["waarde"].rank("min", descending=True)
        return dict(zip(self.figures["gm_code"], ranks, strict=True))

    def percentile(self, code: str) -> float:
        """Give the share of the others that lie lower, equal ones for half."""
        own = self.values[code]
        others = [value for other, value in self.values.items() if other != code]
        return 100 * sum(1.0 if value < own else 0.5 if value == own else 0.0 for value in others) / len(others)

    @cached_property
    def funnels(self) -> dict[str, Funnel]:
        """The limits of every municipality; of none where too few are compared, and of those with small numbers not."""
        rows = [row for row in self.figures.select("gm_code", "waarde", "noemer").rows() if row[2]]
        if len(rows) < COVERED * self.municipalities:
            return {}
        chance = {code: self._chance(code, n) for code, _, n in rows}
        between = variance_between([value - self._centre for _, value, _ in rows], list(chance.values()))
        return {code: self._funnel(value, between, chance[code]) for code, value, _ in rows if not self.small(code)}

    def small(self, code: str) -> bool:
        """Say whether rounding can move the numerator by more than a tenth."""
        ((numerator,),) = self.figures.filter(pl.col("gm_code") == code).select("teller").rows()
        return self.parts[code] * self.unit / 2 > SMALL * numerator

    def margin(self, code: str) -> float:
        """Say how far rounding can have moved the figure."""
        if self.is_published:
            return 0.05
        ((numerator, n),) = self.figures.filter(pl.col("gm_code") == code).select("teller", "noemer").rows()
        slack = self.parts[code] * self.unit / 2
        return (numerator + slack - max(0.0, numerator - slack)) / n * self.factor / 2

    @property
    def _centre(self) -> float:
        return self.groups["land", "NL"].weighted or 0.0

    def _chance(self, code: str, n: float) -> float:
        # A share of n, and a rounding that is as likely to go anywhere within its unit.
        share = self._centre / self.factor
        rounding = 0.1**2 if self.is_published else self.parts[code] * (self.unit / n * self.factor) ** 2
        return share * (1 - share) / n * self.factor**2 + rounding / 12

    def _funnel(self, value: float, between: float, chance: float) -> Funnel:
        highest = self.factor
        limits = tuple(
            min(highest, max(0.0, self._centre + side * z * math.hypot(math.sqrt(between), math.sqrt(chance))))
            for z in (Z_95, Z_99)
            for side in (-1, 1)
        )
        flag = (
            "boven_buitengrens" if value > limits[3] else "onder_buitengrens" if value < limits[2] else "binnen_grenzen"
        )
        return Funnel(between, chance, (limits[0], limits[1], limits[2], limits[3]), flag)
