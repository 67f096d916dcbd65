"""The benchmark a second time, from published tables, in plain Python and polars."""

import datetime as dt
import math
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import duckdb
import polars as pl

# What the method says, stated here a second time.
Z_95, Z_998 = 1.959963984540054, 3.090232306167813
WINSOR = 0.1
FEWEST = 3
SMALL = 0.1
QUANTILES = {"kwartiel_1": 0.25, "mediaan": 0.5, "kwartiel_3": 0.75} | {f"deciel_{d}": d / 10 for d in range(1, 10)}

Group = tuple[str, str]  # kind and code


@dataclass(frozen=True)
class GroupFigure:
    """The figure of a group and the members behind it."""

    value: float | None
    reporting: int
    members: int


@dataclass(frozen=True)
class Funnel:
    """The limits of one municipality, and what made them."""

    phi: float
    margin: float
    limits: tuple[float, float, float, float]  # below 95, above 95, below 99.8, above 99.8
    flag: str


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

    def __init__(self, release: duckdb.DuckDBPyConnection, indicator: str, year: int, unit: int, factor: float) -> None:
        """Read the figures, the groups and the peers; CBS rounds the numerator to `unit`."""
        self.unit, self.factor = unit, factor
        self.figures = frame(
            release,
            "select regio_code as gm_code, waarde, teller, noemer from fct_indicator "
            f"where indicator_id = '{indicator}' and jaar = {year} and indeling = 'actueel' "
            "and regio_soort = 'gemeente' and waarde is not null and not twijfel order by gm_code",
        )
        self.members = frame(
            release,
            "select groep_soort, groep_code, gm_code from gemeente_groep union all "
            "select 'vergelijkbare_gemeenten', gm_code, vergelijkbare_gm_code from mart_vergelijkbare_gemeenten "
            f"where variant = 'alle_kenmerken' and jaar = {year} union all "
            "select 'land', 'NL', gm_code from dim_gemeente where geldig_tot is null",
        )
        self.regions: dict[Group, float] = {
            (kind, code): value
            for kind, code, value in release.sql(
                "select regio_soort, regio_code, waarde from fct_indicator "
                f"where indicator_id = '{indicator}' and jaar = {year} and indeling = 'actueel' "
                "and regio_soort <> 'gemeente' and waarde is not null and (not twijfel or regio_soort = 'land')"
            ).fetchall()
        }
        self.parts = parts_of(release, year)

    @cached_property
    def values(self) -> dict[str, float]:
        """The compared figure of each municipality."""
        return dict(self.figures.select("gm_code", "waarde").iter_rows())

    @cached_property
    def groups(self) -> dict[Group, GroupFigure]:
        """The figure of each group: its own where it is known as a whole, else a ratio of sums over who reported."""
        sums = (
            self.members.join(self.figures, on="gm_code", how="left")
            .group_by("groep_soort", "groep_code")
            .agg(
                pl.col("teller").sum(),
                pl.col("noemer").filter(pl.col("teller").is_not_null()).sum(),
                pl.col("waarde").count().alias("reporting"),
                pl.len().alias("members"),
            )
        )
        return {(row["groep_soort"], row["groep_code"]): self._group(row) for row in sums.iter_rows(named=True)}

    def _group(self, row: dict[str, Any]) -> GroupFigure:
        whole = self.regions.get((row["groep_soort"], row["groep_code"]))
        value = None
        if row["groep_soort"] == "land" and whole is not None:
            value = whole
        elif row["reporting"] >= FEWEST:
            ratio = row["teller"] / row["noemer"] * self.factor
            value = ratio if row["reporting"] == row["members"] or whole is None else whole
        return GroupFigure(value, row["reporting"], row["members"])

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
    def phi(self) -> float:
        """The overdispersion: mean square of the residuals, a tenth drawn in on each side; 1 when that is chance."""
        theta = self._theta
        rows = self.figures.select("teller", "noemer").rows()
        residuals = pl.Series([(x / n - theta) / math.sqrt(theta * (1 - theta) / n) for x, n in rows])
        low, high = residuals.quantile(WINSOR, "linear"), residuals.quantile(1 - WINSOR, "linear")
        phi = math.fsum(min(max(z, low), high) ** 2 for z in residuals) / len(residuals)
        return phi if phi > 1 + 2 * math.sqrt(2 / len(residuals)) else 1.0

    @cached_property
    def funnels(self) -> dict[str, Funnel]:
        """The limits of every municipality."""
        rows = self.figures.select("gm_code", "teller", "noemer").rows()
        return {code: self._funnel(code, numerator, denominator) for code, numerator, denominator in rows}

    def small(self, code: str) -> bool:
        """Say whether rounding can move the numerator by more than a tenth."""
        ((numerator,),) = self.figures.filter(pl.col("gm_code") == code).select("teller").rows()
        return self.parts[code] * self.unit / 2 > SMALL * numerator

    @property
    def _theta(self) -> float:
        return (self.groups["land", "NL"].value or 0.0) / self.factor

    def _funnel(self, code: str, numerator: float, denominator: float) -> Funnel:
        slack = self.parts[code] * self.unit / 2
        margin = (numerator + slack - max(0.0, numerator - slack)) / denominator * self.factor / 2
        below_95, above_95 = self._limits(denominator, Z_95, margin)
        below_998, above_998 = self._limits(denominator, Z_998, margin)
        own = numerator / denominator * self.factor
        flag = "boven_buitengrens" if own > above_998 else "onder_buitengrens" if own < below_998 else "binnen_grenzen"
        return Funnel(self.phi, margin, (below_95, above_95, below_998, above_998), flag)

    def _limits(self, n: float, z: float, margin: float) -> tuple[float, float]:
        # Wilson's limits as the two roots of (p - theta)^2 = z^2 p (1 - p) / n.
        theta = self._theta
        a, b, c = 1 + z * z / n, -(2 * theta + z * z / n), theta * theta
        root = math.sqrt(b * b - 4 * a * c)
        roots = ((-b - root) / (2 * a), (-b + root) / (2 * a))
        low, high = ((theta + math.sqrt(self.phi) * (limit - theta)) * self.factor for limit in roots)
        return max(0.0, low - margin), min(self.factor, high + margin)
