"""How all municipalities and regions stand beside each other: the figures of a release by indicator and year.

What does not belong here: the figures of one municipality over all indicators (``municipality``), and what is said of
them.
"""

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, NamedTuple

import polars as pl

from pipelines.publish.pages.material import Beside, Material, YearFigure

# The letter of a class on the map: the five fifths, from low to high; a figure that is doubted; and none.
NO_CLASS: Final = "0"
DOUBTED: Final = "x"
_MUNICIPAL_SQL: Final = """
    select a.indicator_id, a.jaar, a.regio_code,
        a.waarde, a.reden_ontbreekt, a.status, coalesce(a.twijfel, false), coalesce(a.reeksbreuk, false), a.tabel_id,
        p.gewogen_vergelijkbare_gemeenten, p.gewogen_land, p.gepubliceerd_land,
        p.rang, p.rang_van, coalesce(p.kleine_aantallen, false), p.vlag,
        p.mediaan_vergelijkbare_gemeenten, k.klasse, c.waarde as teller, b.noemer, b.toeval,
        b.ondergrens_95, b.bovengrens_95, b.ondergrens_99, b.bovengrens_99,
        b.indicator_id is not null as is_ratio
    from mart_indicator_actueel as a
    inner join dim_indicator as d using (indicator_id)
    left join mart_indicator_actueel as c
        on d.teller = c.indicator_id and a.regio_code = c.regio_code and a.jaar = c.jaar
    left join mart_gemeente_profiel as p
        on a.indicator_id = p.indicator_id and a.regio_code = p.gm_code and a.jaar = p.jaar
    left join mart_kaart as k on a.indicator_id = k.indicator_id and a.regio_code = k.gm_code and a.jaar = k.jaar
    left join mart_benchmark as b on a.indicator_id = b.indicator_id and a.regio_code = b.gm_code and a.jaar = b.jaar
    where a.regio_soort = 'gemeente'
    order by a.indicator_id, a.jaar, a.regio_code
"""
_REGIONAL_SQL: Final = """
    select indicator_id, jaar, regio_code, waarde, reden_ontbreekt, status, coalesce(twijfel, false),
        coalesce(reeksbreuk, false), tabel_id
    from mart_indicator_actueel where regio_soort not in ('gemeente', 'land')
    order by indicator_id, jaar, regio_code
"""
_COMPARED_SQL: Final = """
    with verdeling as (
        select indicator_id, jaar, any_value(kwartiel_1) as kwartiel_1, any_value(kwartiel_3) as kwartiel_3
        from mart_benchmark group by indicator_id, jaar
    )
    select r.indicator_id, r.jaar, r.gemeenten, r.aantal_vergeleken, r.gewogen_land, r.mediaan_land,
        r.gepubliceerd_land, v.kwartiel_1, v.kwartiel_3, r.grens_methode, r.grens_reden,
        r.laag_kan_blijken, r.hoog_kan_blijken
    from mart_benchmark_reeks as r left join verdeling as v using (indicator_id, jaar)
"""
_BOUNDS_SQL: Final = """
    select indicator_id, jaar, klasse, min(klasse_laagste), max(klasse_hoogste), count(*)
    from mart_kaart where klasse is not null group by indicator_id, jaar, klasse order by all
"""


_SUMS_SQL: Final = """
    select indicator_id, jaar, som_bekende_leden, leden_met_cijfer, leden
    from mart_dekking_actueel where regio_code = 'NL' and som_bekende_leden is not null
"""


class KnownSum(NamedTuple):
    """The sum over the municipalities of a year, in the division of that year, that have an amount."""

    value: float
    known: int
    members: int


class Limits(NamedTuple):
    """What chance and usual differences make of the figure of one municipality, in the unit of the figure.

    ``size`` is the denominator; ``chance`` a standard deviation (rounding is in it); the limits lie around the
    weighted figure of the country, None where the figure has none.
    """

    size: float | None
    chance: float | None
    low_95: float | None
    high_95: float | None
    low_99: float | None
    high_99: float | None

    @property
    def ends(self) -> tuple[float, float, float, float] | None:
        """The inner pair (95 %) and the outer pair (99 %), each from low to high; None without limits."""
        low, high, outer_low, outer_high = self.low_95, self.high_95, self.low_99, self.high_99
        if low is None or high is None or outer_low is None or outer_high is None:
            return None
        return low, high, outer_low, outer_high


_NOTHING_BESIDE: Final = Beside(None, None, None, None, None, small=False, flag=None)
_NO_LIMITS: Final = Limits(None, None, None, None, None, None)


class Standing(NamedTuple):
    """A municipality in one year of an indicator, with what stands beside its figure.

    ``middle`` is the median of its peers, ``fifth`` its class on the map from 1 (low) to 5, ``numerator`` the
    count behind a rate.
    """

    code: str
    figure: YearFigure
    beside: Beside
    middle: float | None
    fifth: int | None
    numerator: float | None
    limits: Limits

    @property
    def map_class(self) -> str:
        """The letter of its class on the map."""
        if self.fifth is not None:
            return str(self.fifth)
        return DOUBTED if self.figure.value is not None and self.figure.doubt else NO_CLASS


class MunicipalSpread(NamedTuple):
    """What is known of all municipalities together, of a ratio in one year; ``members`` is all of them."""

    members: int
    compared: int
    weighted: float | None
    middle: float | None
    published: float | None
    quarter: float | None
    three_quarters: float | None
    limit_method: str | None
    limit_reason: str | None
    low_can_show: str | None
    high_can_show: str | None


class Bound(NamedTuple):
    """A class of the map: lowest and highest figure in it, and how many municipalities."""

    fifth: int
    low: float
    high: float
    members: int


class Standings:
    """Reads the figures of a release by indicator."""

    def __init__(self, material: Material) -> None:
        self._release = material.release

    def municipalities(self) -> Iterator[tuple[str, dict[int, list[Standing]]]]:
        """Of each indicator, by its id, every municipality in each year, by code."""
        for name, part in self._parts(_MUNICIPAL_SQL).items():
            years = groupby(part.iter_rows(), itemgetter(1))
            yield name, {year: [_standing(row) for row in each] for year, each in years}

    def regions(self, indicator: str) -> dict[int, dict[str, YearFigure]]:
        """The figures of all regions by year and code."""
        found: dict[int, dict[str, YearFigure]] = defaultdict(dict)
        part = self._regional.get(indicator)
        for _, year, code, *content in part.iter_rows() if part is not None else ():
            found[year][code] = YearFigure(*content)
        return found

    @cached_property
    def _regional(self) -> dict[str, pl.DataFrame]:
        return self._parts(_REGIONAL_SQL)

    def _parts(self, sql: str) -> dict[str, pl.DataFrame]:
        """The rows of a query by indicator, in their order; as columns until they are asked for, to spare memory."""
        parts = self._release.query(sql).partition_by("indicator_id", maintain_order=True)
        return {part["indicator_id"][0]: part for part in parts}

    @cached_property
    def compared(self) -> dict[str, dict[int, MunicipalSpread]]:
        """What is known of all municipalities together, by indicator and year."""
        found: dict[str, dict[int, MunicipalSpread]] = defaultdict(dict)
        for indicator, year, *content in self._release.tuples(_COMPARED_SQL):
            found[indicator][year] = MunicipalSpread(*content)
        return dict(found)

    @cached_property
    def sums(self) -> dict[tuple[str, int], KnownSum]:
        """What is known of the country where an amount lacks, by indicator and year; of amounts only."""
        return {(name, year): KnownSum(*content) for name, year, *content in self._release.tuples(_SUMS_SQL)}

    @cached_property
    def bounds(self) -> dict[tuple[str, int], list[Bound]]:
        """The classes of the map, from low to high, by indicator and year."""
        found: dict[tuple[str, int], list[Bound]] = defaultdict(list)
        for indicator, year, *content in self._release.tuples(_BOUNDS_SQL):
            found[indicator, year].append(Bound(*content))
        return dict(found)


def _standing(row: tuple[Any, ...]) -> Standing:
    figure = YearFigure(*row[3:9])
    # Of a count nothing stands beside it: two of three rows.
    if not row[25]:
        return Standing(row[2], figure, _NOTHING_BESIDE, None, row[17], row[18], _NO_LIMITS)
    return Standing(row[2], figure, Beside(*row[9:16]), row[16], row[17], row[18], Limits(*row[19:25]))
