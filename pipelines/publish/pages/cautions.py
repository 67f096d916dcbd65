"""What may not be concluded from the figures of a release: told of its own breaks, coverage, doubts and holes.

What does not belong here: what the figures say, and rules that hold for every release (the guide has those).
"""

from typing import Final, NamedTuple

from pipelines.common import dutch
from pipelines.publish.pages.changes import breaks, doubts
from pipelines.publish.pages.material import COUNTRY, Material
from pipelines.publish.pages.volume import Volume

_HOLE: Final = "niet_opgenomen"


class Break(NamedTuple):
    """A year from which on figures are not comparable with those before (or only with care), and of what."""

    year: int
    text: str
    blocking: bool
    names: list[str]


class Shortage(NamedTuple):
    """The years in which too few municipalities have a figure of an indicator to say anything of all."""

    name: str
    years: str
    told: str


class Doubted(NamedTuple):
    """How many figures of municipalities are improbable, and why."""

    figures: str
    text: str


class Cautions:
    """Tells what may not be concluded."""

    def __init__(self, material: Material, volume: Volume) -> None:
        self._material = material
        self._together = volume.together

    def breaks(self) -> list[Break]:
        """Every break of the release, by year."""
        indicators = self._material.indicators
        return [
            Break(
                row["jaar"],
                row["tekst"],
                row["blokkerend"],
                [indicators[name].name if name in indicators else name for name in row["indicators"]],
            )
            for row in breaks(self._material.release)
        ]

    def shortages(self) -> list[Shortage]:
        """What leads the use of a domain, in the years in which fewer than nine of ten municipalities have a figure."""
        found = []
        for indicator in self._material.indicators.values():
            years = {
                year: each
                for (name, year), each in sorted(self._together.items())
                if name == indicator.id and each.known and not each.is_enough
            }
            if indicator.leading and years:
                told = [f"{each.known} van {each.municipalities} in {year}" for year, each in years.items()]
                found.append(Shortage(indicator.name, dutch.years(years), "; ".join(told)))
        return found

    def doubted(self) -> list[Doubted]:
        """Why figures of municipalities are doubted, and how many, the most first."""
        found = doubts(self._material.release)
        counts = {
            kind: sum(kinds[kind].get("municipal", 0) for kinds in found.lines.values() if kind in kinds)
            for kind in found.kinds
        }
        ordered = sorted(counts, key=lambda kind: (-counts[kind], kind))
        return [Doubted(dutch.number(counts[kind]), found.kinds[kind]) for kind in ordered if counts[kind]]

    def holes(self) -> tuple[int, int]:
        """How many figures of the country the recording does not have, of how many."""
        (row,) = self._material.release.records(
            """select count(*) filter (where reden_ontbreekt = $hole) as holes, count(*) as figures
               from mart_indicator_actueel where regio_code = $country""",
            {"hole": _HOLE, "country": COUNTRY},
        )
        return row["holes"], row["figures"]
