"""The boundaries of the newest municipal division, to put figures on a map by ``gm_code``.

``kaart/gemeenten.geojson`` is RFC 7946 (WGS 84, outer rings counterclockwise), ``kaart/gemeenten.parquet`` GeoParquet
1.1 (WKB). Both hold the same municipalities, with ``gm_code`` and the name that the release gives them. They are
strongly simplified: to look at, not to measure.

A municipality without a boundary of its own division is left out and named in both files: a map with a hole in it is
better than no release, and better than the boundary of before a merger.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson
import polars as pl
import shapely
from shapely.geometry.base import BaseGeometry

from pipelines.common.files import plain_text
from pipelines.common.settings import DBT_PROJECT
from pipelines.publish.source_tables import LICENCE_URL
from pipelines.releases.reader import ReleaseReader

FOLDER: Final = "kaart"
GEOJSON: Final = f"{FOLDER}/gemeenten.geojson"
GEOPARQUET: Final = f"{FOLDER}/gemeenten.parquet"
SOURCE: Final = DBT_PROJECT / "seeds" / "referentie" / "gemeenten.geojson"
# The division of the boundaries: what merged or split after it has another boundary, also under the same code.
SOURCE_YEAR: Final = 2024
ATTRIBUTION: Final = "Bron: CBS gebiedsindelingen, via PDOK"
_CRS84: Final[dict[str, Any]] = {
    "$schema": "https://proj.org/schemas/v0.7/projjson.schema.json",
    "type": "GeographicCRS",
    "name": "WGS 84 (CRS84)",
    "datum": {
        "type": "GeodeticReferenceFrame",
        "name": "World Geodetic System 1984",
        "ellipsoid": {"name": "WGS 84", "semi_major_axis": 6378137, "inverse_flattening": 298.257223563},
    },
    "coordinate_system": {
        "subtype": "ellipsoidal",
        "axis": [
            {"name": "Geodetic longitude", "abbreviation": "Lon", "direction": "east", "unit": "degree"},
            {"name": "Geodetic latitude", "abbreviation": "Lat", "direction": "north", "unit": "degree"},
        ],
    },
    "id": {"authority": "OGC", "code": "CRS84"},
}


@dataclass(frozen=True)
class Boundaries:
    """The municipalities of a division: those with a boundary, and ``lacking`` (code and name) those without."""

    codes: list[str]
    names: list[str]
    shapes: list[BaseGeometry]
    lacking: list[tuple[str, str]]
    division_year: int

    @property
    def box(self) -> list[float]:
        """West, south, east and north of all boundaries, in degrees; nothing without boundaries."""
        return [float(edge) for edge in shapely.total_bounds(self.shapes)] if self.shapes else []

    @property
    def about(self) -> dict[str, Any]:
        """What both files say of themselves."""
        return {
            "indeling": self.division_year,
            "bron": ATTRIBUTION,
            "licentie": LICENCE_URL,
            "bewerking": "sterk vereenvoudigd, ringen gericht en geldig gemaakt; niet om in te meten",
            "zonder_grens": [{"gm_code": code, "naam": name} for code, name in self.lacking],
        }


def write_boundaries(release: ReleaseReader, folder: Path) -> None:
    """Write both files of a release into ``folder``; nothing for a release that knows no municipalities."""
    if not release.has("dim_gemeente"):
        return
    boundaries = boundaries_of(release, SOURCE)
    (folder / FOLDER).mkdir()
    (folder / GEOJSON).write_bytes(_geojson(boundaries))
    _write_geoparquet(boundaries, folder / GEOPARQUET)


def boundaries_of(release: ReleaseReader, source: Path) -> Boundaries:
    """The boundaries of the division of ``release``, from a GeoJSON file with ``statcode`` of each municipality."""
    year = release.header.division_year
    members = release.query(
        f"""select gm_code, naam from dim_gemeente
            where coalesce(geldig_van <= make_date({year}, 1, 1), true)
                and coalesce(geldig_tot > make_date({year}, 1, 1), true)
            order by gm_code"""  # noqa: S608 - a number
    ).rows()
    known, changed = _shapes(source), _changed_since_source(release, year)
    whole = [(code, name) for code, name in members if code in known and code not in changed]
    return Boundaries(
        codes=[code for code, _ in whole],
        names=[name for _, name in whole],
        shapes=[known[code] for code, _ in whole],
        lacking=[member for member in members if member not in whole],
        division_year=year,
    )


def _changed_since_source(release: ReleaseReader, year: int) -> set[str]:
    """Codes of which the territory changed between the division of the boundaries and that of the release."""
    if not release.has("herindeling"):
        return set()
    changed = release.query(
        f"""select distinct nieuwe_code from herindeling
            where datum > make_date({SOURCE_YEAR}, 1, 1) and datum <= make_date({year}, 1, 1)"""  # noqa: S608 - numbers
    )
    return set(changed["nieuwe_code"])


def _shapes(source: Path) -> dict[str, BaseGeometry]:
    """Valid shapes by code, their outer rings counterclockwise."""
    features = orjson.loads(plain_text(source.read_bytes()))["features"]
    shapes = shapely.from_geojson([orjson.dumps(feature["geometry"]) for feature in features])
    # Simplifying made some rings cross themselves.
    valid = shapely.orient_polygons(shapely.make_valid(shapes, method="structure", keep_collapsed=False))
    return {feature["properties"]["statcode"]: shape for feature, shape in zip(features, valid, strict=True)}


def _geojson(boundaries: Boundaries) -> bytes:
    """One municipality a line, so that a person can find one."""
    head = {"type": "FeatureCollection", "bbox": boundaries.box, **boundaries.about}
    features = [
        orjson.dumps(
            {
                "type": "Feature",
                "id": code,
                "properties": {"gm_code": code, "naam": name},
                "geometry": orjson.loads(shapely.to_geojson(shape)),
            }
        )
        for code, name, shape in zip(boundaries.codes, boundaries.names, boundaries.shapes, strict=True)
    ]
    return orjson.dumps(head)[:-1] + b',"features":[\n' + b",\n".join(features) + b"\n]}\n"


def _write_geoparquet(boundaries: Boundaries, path: Path) -> None:
    rows = pl.DataFrame(
        {"gm_code": boundaries.codes, "naam": boundaries.names, "geometry": shapely.to_wkb(boundaries.shapes).tolist()},
        schema={"gm_code": pl.String, "naam": pl.String, "geometry": pl.Binary},
    )
    column = {
        "encoding": "WKB",
        "geometry_types": sorted({shape.geom_type for shape in boundaries.shapes}),
        "crs": _CRS84,
        "edges": "planar",
        "orientation": "counterclockwise",
        **({"bbox": boundaries.box} if boundaries.shapes else {}),
    }
    geo = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}
    rows.write_parquet(
        path,
        compression="zstd",
        metadata={"geo": json.dumps(geo), "monitor": json.dumps(boundaries.about, ensure_ascii=False)},
    )
