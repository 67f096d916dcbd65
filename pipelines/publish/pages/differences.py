"""How far municipalities differ from each other, in the newest year of each figure by which they are compared.

What does not belong here: where one municipality stands among the others, and whether a difference is wanted.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import Final, NamedTuple

from markupsafe import Markup

from pipelines.common import dutch
from pipelines.publish.pages.cells import number
from pipelines.publish.pages.material import Material, ShownIndicator
from pipelines.publish.pages.spread import Spread
from pipelines.releases.reader import Row

# Why it is not told how much of the differences is chance, as it stands in a cell.
NO_LIMITS: Final = {
    "geen_aantallen": "geen aantallen bekend",
    "te_weinig_dekking": "te weinig gemeenten",
    "kleine_aantallen": "kleine aantallen",
    "niet_vergeleken": "niet vergeleken",
    "landcijfer_ongeschikt": "landcijfer is 0 of 100 %",
}


class MunicipalDifference(NamedTuple):
    """A row: an indicator in one year, the figures that split the municipalities in four, and what is chance.

    ``usual`` is how far municipalities usually lie from the country if chance is left out, ``chance`` the share of
    chance and rounding in the differences; both are empty where ``reason`` says why.
    """

    indicator: ShownIndicator
    year: int
    known: int
    compared: str
    lower: str
    middle: str
    upper: str
    country: str
    strip: Markup
    usual: str
    chance: str
    above: str
    below: str
    reason: str


class Differences:
    """Tells of the differences between municipalities."""

    def __init__(self, material: Material, spread: Spread) -> None:
        self._material = material
        self._spread = spread

    def rows(self) -> Iterator[MunicipalDifference]:
        """Every indicator by which municipalities are compared, in the order of the pages."""
        for indicator in self._material.indicators.values():
            row = self._newest.get(indicator.id)
            if row is not None:
                yield self._difference(indicator, row)

    @cached_property
    def _newest(self) -> dict[str, Row]:
        """Of each indicator the newest year in which municipalities are compared."""
        rows = self._material.release.records(
            """with verdeling as (
                   select indicator_id, jaar, any_value(kwartiel_1) as onder, any_value(mediaan) as midden,
                       any_value(kwartiel_3) as boven
                   from mart_benchmark where kwartiel_1 is not null group by indicator_id, jaar)
               select * from mart_benchmark_reeks inner join verdeling using (indicator_id, jaar)
               where aantal_vergeleken > 0 order by indicator_id, jaar"""
        )
        return {row["indicator_id"]: row for row in rows}

    def _difference(self, indicator: ShownIndicator, row: Row) -> MunicipalDifference:
        usual, why = row["spreiding_tussen_gemeenten"], row["grens_reden"] or ""
        return MunicipalDifference(
            indicator,
            row["jaar"],
            row["aantal_vergeleken"],
            f"{row['aantal_vergeleken']} van {row['gemeenten']}",
            number(row["onder"], indicator),
            number(row["midden"], indicator),
            number(row["boven"], indicator),
            number(row["gewogen_land"], indicator),
            self._spread.strip(indicator, row["jaar"], None, row["gewogen_land"]),
            number(usual, indicator),
            dutch.number(row["aandeel_toeval_pct"], 1),
            dutch.number(row["boven_buitengrens"]),
            dutch.number(row["onder_buitengrens"]),
            NO_LIMITS.get(why, why) if usual is None else "",
        )
