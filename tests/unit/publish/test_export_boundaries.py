"""The boundaries are those of the release's division, in two valid files that say the same."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import shapely
import yaml

from pipelines.build.dbt import DbtProject
from pipelines.common.settings import DBT_PROJECT
from pipelines.publish.files import boundaries
from pipelines.publish.files.boundaries import SOURCE, SOURCE_YEAR, write_boundaries
from pipelines.releases.reader import open_folder
from tests.support.made_up_releases import release_to_export

NEW = "insert into dim_gemeente values ('GM9999', 'Nieuwstad', '2025-01-01', null)"
GREW = "insert into herindeling values ('GM0001', 'GM0034', '2025-01-01')"


def written(folder: Path) -> None:
    with open_folder(folder) as release:
        write_boundaries(release, folder)


def files(folder: Path, *statements: str) -> tuple[dict[str, Any], Path]:
    """The GeoJSON, and the path of the GeoParquet."""
    written(release_to_export(folder, *statements))
    return json.loads((folder / "kaart/gemeenten.geojson").read_bytes()), folder / "kaart/gemeenten.parquet"


def rings(shape: Any) -> Iterator[tuple[bool, list[list[float]]]]:
    """Each ring, and whether it is an outer one."""
    polygons = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
    for polygon in polygons:
        yield from ((index == 0, ring) for index, ring in enumerate(polygon))


def test_both_files_hold_the_division_of_the_release_with_its_names(tmp_path: Path) -> None:
    geojson, parquet = files(tmp_path)
    assert [feature["properties"] for feature in geojson["features"]] == [
        {"gm_code": "GM0014", "naam": "Groningen"},
        {"gm_code": "GM0034", "naam": "Almere"},
    ]
    rows = pl.read_parquet(parquet)
    assert rows.select("gm_code", "naam").rows() == [("GM0014", "Groningen"), ("GM0034", "Almere")]
    shapes = shapely.from_wkb(rows["geometry"].to_list())
    assert [shapely.from_geojson(json.dumps(f["geometry"])) for f in geojson["features"]] == list(shapes)
    assert shapely.is_valid(shapes).all()


def test_the_geojson_is_that_of_rfc_7946(tmp_path: Path) -> None:
    geojson, _ = files(tmp_path)
    assert geojson["type"] == "FeatureCollection"
    assert "crs" not in geojson
    assert [feature["id"] for feature in geojson["features"]] == ["GM0014", "GM0034"]
    west, south, east, north = geojson["bbox"]
    for feature in geojson["features"]:
        assert feature["type"] == "Feature"
        for outer, ring in rings(feature["geometry"]):
            assert ring[0] == ring[-1]
            assert shapely.LinearRing(ring).is_ccw == outer
            assert all(west <= x <= east and south <= y <= north for x, y in ring)


def test_the_parquet_says_of_itself_what_geoparquet_asks(tmp_path: Path) -> None:
    geojson, parquet = files(tmp_path)
    metadata = pl.read_parquet_metadata(parquet)
    geo = json.loads(metadata["geo"])
    column = geo["columns"]["geometry"]
    assert (geo["version"], geo["primary_column"], list(geo["columns"])) == ("1.1.0", "geometry", ["geometry"])
    assert (column["encoding"], column["edges"], column["orientation"]) == ("WKB", "planar", "counterclockwise")
    assert column["crs"]["id"] == {"authority": "OGC", "code": "CRS84"}
    assert column["bbox"] == geojson["bbox"]
    shapes = shapely.from_wkb(pl.read_parquet(parquet)["geometry"].to_list())
    assert column["geometry_types"] == sorted({shape.geom_type for shape in shapes})
    assert list(shapely.total_bounds(shapes)) == column["bbox"]


@pytest.mark.parametrize(
    ("statement", "lacking"),
    [(NEW, [{"gm_code": "GM9999", "naam": "Nieuwstad"}]), (GREW, [{"gm_code": "GM0034", "naam": "Almere"}])],
)
def test_a_municipality_without_a_boundary_of_its_division_is_left_out_and_named(
    tmp_path: Path, statement: str, lacking: list[dict[str, str]]
) -> None:
    geojson, parquet = files(tmp_path, statement)
    gone = lacking[0]["gm_code"]
    assert geojson["zonder_grens"] == lacking
    assert json.loads(pl.read_parquet_metadata(parquet)["monitor"])["zonder_grens"] == lacking
    assert gone not in {feature["id"] for feature in geojson["features"]}
    assert gone not in pl.read_parquet(parquet)["gm_code"].to_list()


def test_a_release_with_no_boundary_at_all_has_files_that_say_so(tmp_path: Path) -> None:
    geojson, parquet = files(tmp_path, "update dim_gemeente set gm_code = replace(gm_code, 'GM0', 'GM9')")
    assert geojson["features"] == []
    assert [each["gm_code"] for each in geojson["zonder_grens"]] == ["GM9014", "GM9034"]
    assert pl.read_parquet(parquet).is_empty()


def test_a_release_that_knows_no_municipalities_has_no_map(tmp_path: Path) -> None:
    written(release_to_export(tmp_path, "drop table dim_gemeente"))
    assert not (tmp_path / "kaart").exists()


def target_division() -> int:
    project = yaml.safe_load((DBT_PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))
    return int(project["vars"]["doel_indeling_jaar"])


def reference(name: str) -> pl.DataFrame:
    return pl.read_csv(DBT_PROJECT / "seeds/referentie" / name, infer_schema=False, glob=False)


def test_the_boundaries_are_those_of_the_newest_division() -> None:
    """Fails when a division comes of which these are not the boundaries: then new ones are needed."""
    lists = reference("gemeenten_per_jaar.csv")
    newest = lists.filter(pl.col("jaar") == str(target_division()))
    features = json.loads(SOURCE.read_bytes())["features"]
    codes = [feature["properties"]["statcode"] for feature in features]
    assert sorted(codes) == sorted(newest["gm_code"])
    changes = reference("herindelingen.csv").filter(
        (pl.col("datum") > f"{SOURCE_YEAR}-01-01") & (pl.col("datum") <= f"{target_division()}-01-01")
    )
    assert changes.is_empty()


def test_every_boundary_of_the_source_is_mended() -> None:
    shapes = list(boundaries._shapes(SOURCE).values())
    assert shapely.is_valid(shapes).all()
    assert not shapely.is_empty(shapes).any()
    assert {shape.geom_type for shape in shapes} <= {"Polygon", "MultiPolygon"}
    found = shapely.from_geojson([json.dumps(f["geometry"]) for f in json.loads(SOURCE.read_bytes())["features"]])
    # Mending takes away slivers of rings that crossed themselves, no land.
    assert shapely.area(shapes).sum() == pytest.approx(shapely.area(shapely.buffer(found, 0)).sum(), rel=1e-3)


def test_other_boundaries_are_another_input_of_a_release(tmp_path: Path) -> None:
    (tmp_path / "dbt_project.yml").write_text("name: x", encoding="utf-8")
    path = tmp_path / "seeds" / "referentie" / "gemeenten.geojson"
    path.parent.mkdir(parents=True)
    path.write_text("{}", encoding="utf-8")
    before = DbtProject(tmp_path).fingerprint
    path.write_text('{"features": []}', encoding="utf-8")
    assert DbtProject(tmp_path).fingerprint != before
