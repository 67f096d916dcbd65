"""Which municipalities make up each region, and of when and by whom that is known.

The members are those that the figures of the newest division are made of: of each region the newest year in which all
of them are known. What does not belong here: figures, and how a membership is told.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Final

from pipelines.publish.pages.material import Material
from pipelines.releases.reader import Row

# Says of a figure that CBS published it of the region itself.
OF_CBS: Final = "cijfer van CBS over de regio"


@dataclass(frozen=True)
class RegionMembers:
    """The members of a region: municipalities by code, in order of name, each with where its membership comes from.

    ``day`` is of when the membership is, as the figures say; None where none says so, and then ``year`` is the newest
    in which a member is known. ``sources`` name where the list comes from.
    """

    day: datetime | None
    year: int
    members: dict[str, str]
    sources: tuple[str, ...]

    @property
    def origins(self) -> dict[str, list[str]]:
        """The members by `herkomst`: cbs, afgeleid or opgegeven."""
        found: dict[str, list[str]] = defaultdict(list)
        for code, origin in self.members.items():
            found[origin].append(code)
        return dict(found)


class Memberships:
    """The composition of every region of a release."""

    def __init__(self, material: Material) -> None:
        self._material = material

    @cached_property
    def names(self) -> dict[str, str]:
        """The name of every municipality and region that there is or was, by code."""
        return dict(self._material.release.tuples("select regio_code, naam from dim_regio"))

    @cached_property
    def compositions(self) -> dict[str, RegionMembers]:
        """The composition by region; a region of which no member is known is not in it."""
        rows = self._material.release.records(
            """with datum as (
                   select regio_code, max(lidmaatschap_datum)::timestamp as datum from mart_indicator_actueel
                   where regio_soort not in ('gemeente', 'land') group by regio_code),
               nieuwste as (select regio_code, max(jaar) as nieuwste_jaar from gemeente_regio group by regio_code)
               select regio_code, datum, jaar, gm_code, herkomst, bron
               from gemeente_regio
               inner join nieuwste using (regio_code)
               left join datum using (regio_code)
               where jaar = coalesce(year(datum), nieuwste_jaar) and regio_soort <> 'land'
               order by regio_code, gm_code"""
        )
        found: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            found[row["regio_code"]].append(row)
        return {code: self._composition(of_region) for code, of_region in found.items()}

    @cached_property
    def by_cbs(self) -> dict[str, set[tuple[str, int]]]:
        """Of each region the indicators and years of which the figure is CBS's own, and no sum of municipalities."""
        found: dict[str, set[tuple[str, int]]] = defaultdict(set)
        rows = self._material.release.tuples(
            f"""select regio_code, indicator_id, jaar from mart_indicator_actueel
                where regiocijfer = '{OF_CBS}' and waarde is not null"""  # noqa: S608 - words of our own
        )
        for code, indicator, year in rows:
            found[code].add((indicator, year))
        return dict(found)

    def _composition(self, rows: list[Row]) -> RegionMembers:
        origins = {row["gm_code"]: row["herkomst"] for row in rows}
        members = sorted(origins, key=lambda code: (self._order.get(code, len(self._order)), code))
        return RegionMembers(
            rows[0]["datum"],
            rows[0]["jaar"],
            {code: origins[code] for code in members},
            tuple(sorted({row["bron"] for row in rows})),
        )

    @cached_property
    def _order(self) -> dict[str, int]:
        """The place of each municipality of now among them by name."""
        return {area.code: place for place, area in enumerate(self._material.municipalities)}
