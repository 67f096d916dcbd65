"""The page about all regions: who works together with whom in each field of policy, and whether those are the same.

What does not belong here: the figures of a region (``region``), and the counting itself (`mart_regiocongruentie`).
"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import Final, NamedTuple

from markupsafe import Markup

from pipelines.common import dutch
from pipelines.publish.charts import About, MapShapes, region_map, region_shapes
from pipelines.publish.pages.material import Area, Material
from pipelines.publish.pages.membership import Memberships, RegionMembers
from pipelines.publish.templates import render_site
from pipelines.releases.reader import Row
from pipelines.releases.store import REGIONS

# The kinds of region that each field of policy works in. Of the Wmo no list of regions is published as open data.
FIELDS: Final = {
    "jeugdregio": "Jeugd",
    "arbeidsmarktregio": "Werk",
    "ggd_regio": "Publieke gezondheid",
    "veiligheidsregio": "Veiligheid",
}
_INHABITANTS: Final = "inwoners"
# Maps that are drawn at the same time.
_DRAWERS: Final = 2


class Grouped(NamedTuple):
    """A row of the table of a field: a region with its number on the map, the names of its members and its size."""

    number: int
    area: Area
    members: list[str]
    inhabitants: str


class Field(NamedTuple):
    """A field of policy: its regions, of when that is, and the municipalities of which no region is known.

    ``region_of`` is the region of each member, by code.
    """

    kind: str
    title: str
    when: str
    origins: list[str]
    regions: list[Grouped]
    unknown: list[str]
    region_of: dict[str, str]
    inhabitants_year: int | None = None
    chart: Markup = Markup()

    @property
    def kind_name(self) -> str:
        """What a region of this kind is called."""
        return dutch.REGION_KINDS[self.kind]

    @property
    def heading(self) -> str:
        """The field and its regions, as a heading."""
        name = self.kind_name if self.kind_name[:2].isupper() else self.kind_name.lower()
        return f"{self.title}: {name}'s"


def regions_page(material: Material, memberships: Memberships, shapes: MapShapes) -> str:
    """The page about all regions of a release; ``shapes`` are the boundaries of its municipalities."""
    kinds = [kind for kind in dutch.REGION_KINDS if kind in material.regions and kind not in FIELDS]
    return render_site(
        "regios.html.jinja",
        root="",
        here=REGIONS,
        header=material.header,
        fields=_fields(material, memberships, shapes),
        congruence=Congruence(material),
        others=[(dutch.REGION_KINDS[kind], material.regions[kind]) for kind in kinds],
    )


class Congruence:
    """Whether municipalities work with the same others for youth and for work, per year."""

    def __init__(self, material: Material) -> None:
        self._material = material

    @cached_property
    def years(self) -> list[Row]:
        """Every year, the newest first."""
        return self._material.release.records("from mart_regiocongruentie_jaar order by jaar desc")

    @cached_property
    def compared(self) -> Row | None:
        """The newest year in which municipalities have both kinds; None where there is none."""
        return next((row for row in self.years if row["gelijk_pct"] is not None), None)

    @property
    def is_ever_complete(self) -> bool:
        """Whether there is a year in which both kinds are known of every municipality."""
        return any(not row["onvolledig"] for row in self.years)

    @cached_property
    def municipalities(self) -> list[Row]:
        """Every municipality in the compared year, by name."""
        if self.compared is None:
            return []
        rows = self._material.release.records(
            "from mart_regiocongruentie where jaar = $year order by naam, gm_code", {"year": self.compared["jaar"]}
        )
        return [row | {"has_page": row["gm_code"] in self._material.names} for row in rows]

    def white(self, kind: str) -> list[tuple[int, list[str]]]:
        """The municipalities that lie in no region of this kind according to CBS, by year."""
        rows = self._material.release.records(
            f"""select jaar, list(naam order by naam) as namen from mart_regiocongruentie
                where {kind}_status = 'wit' group by jaar order by jaar"""  # noqa: S608 - a kind of our own
        )
        return [(row["jaar"], row["namen"]) for row in rows]


def _fields(material: Material, memberships: Memberships, shapes: MapShapes) -> list[Field]:
    """Every field; joining municipalities to regions takes most of the time, outside the lock of Python."""
    size = material.indicators.get(_INHABITANTS)
    year = size.newest if size else None
    inhabitants = _inhabitants(material, year)
    fields = [_field(kind, material, memberships, inhabitants)._replace(inhabitants_year=year) for kind in FIELDS]
    with ThreadPoolExecutor(_DRAWERS) as drawers:
        charts = drawers.map(lambda field: _map(field, shapes), fields)
        return [field._replace(chart=chart) for field, chart in zip(fields, charts, strict=True)]


def _field(kind: str, material: Material, memberships: Memberships, inhabitants: Mapping[str, float | None]) -> Field:
    areas = material.regions.get(kind, [])
    of_kind = {area.code: memberships.compositions.get(area.code) for area in areas}
    found = {code: each for code, each in of_kind.items() if each is not None}
    regions = [
        Grouped(number, area, _names(memberships, found.get(area.code)), dutch.number(inhabitants.get(area.code)))
        for number, area in enumerate(areas, 1)
    ]
    return Field(
        kind,
        FIELDS[kind],
        dutch.listed(sorted({_when(each) for each in found.values()})),
        sorted({origin for each in found.values() for origin in each.origins}),
        regions,
        _unknown(material, found),
        {member: code for code, each in found.items() for member in each.members},
    )


def _map(field: Field, shapes: MapShapes) -> Markup:
    """The map of a field, with the number of each region; nothing where no member of any is known."""
    if not field.region_of:
        return Markup()
    about = About(f"kaart-{field.kind}", f"{field.title}: welke gemeenten samen een {field.kind_name} zijn")
    labels = {each.area.code: str(each.number) for each in field.regions}
    regions = region_shapes(shapes, field.region_of)
    return region_map(shapes, regions, labels, about=about, unknown="regio niet bekend")


def _when(composition: RegionMembers) -> str:
    return dutch.day(composition.day) if composition.day else str(composition.year)


def _names(memberships: Memberships, composition: RegionMembers | None) -> list[str]:
    return [memberships.names.get(code, code) for code in composition.members] if composition else []


def _unknown(material: Material, compositions: Mapping[str, RegionMembers]) -> list[str]:
    """The municipalities of now that are a member of none of these regions."""
    members = {code for each in compositions.values() for code in each.members}
    return [area.name for area in material.municipalities if area.code not in members]


def _inhabitants(material: Material, year: int | None) -> dict[str, float | None]:
    rows = material.release.records(
        """select regio_code, waarde from mart_indicator_actueel
           where indicator_id = $size and jaar = $year and regio_soort not in ('gemeente', 'land')""",
        {"size": _INHABITANTS, "year": year},
    )
    return {row["regio_code"]: row["waarde"] for row in rows}
