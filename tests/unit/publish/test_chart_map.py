"""Maps of municipalities and of regions."""

import re
from itertools import combinations

import pytest
import shapely

from pipelines.publish.charts import About, MapScale, MapShapes, RegionShapes, map_shapes, municipal_map, region_map
from pipelines.publish.charts import region_shapes as joined
from pipelines.publish.files.boundaries import Boundaries
from tests.support.drawn_charts import country, labour_market_regions, maps, municipalities, shades

SCALE = MapScale("per 1 000 inwoners", 1, {1: (8.4, 20.9), 5: (30.0, 48.4)})


@pytest.fixture(scope="module")
def regions() -> RegionShapes:
    return joined(country(), labour_market_regions())


def drawn(shapes: MapShapes, **options: str) -> str:
    return municipal_map(shapes, shades(), about=About("n", "Titel"), scale=SCALE, **options)


def without(code: str) -> MapShapes:
    """A map of two municipalities, one of which has no boundary."""
    box = shapely.box(4, 51, 6, 53)
    return map_shapes(Boundaries(["GM0014"], ["Groningen"], [box], [(code, "Voorne aan Zee")], 2026))


def test_rounding_leaves_no_sliver_between_neighbours() -> None:
    shapes = list(country().shapes.values())
    whole = shapely.union_all(shapes)
    assert sum(shape.area for shape in shapes) == pytest.approx(whole.area, rel=1e-3)
    # Lakes and creeks lie between municipalities too; a sliver is narrower than a unit. The source has one itself, in
    # the province of Groningen.
    holes = [shapely.Polygon(ring) for part in whole.geoms for ring in part.interiors]
    slivers = [hole.area for hole in holes if 2 * hole.area / hole.length < 1]
    assert len(holes) > len(slivers) <= 1
    assert sum(slivers) < 5


def test_every_municipality_is_drawn_once_in_the_group_of_its_class() -> None:
    chart = drawn(country())
    found = {}
    for kind, group in re.findall(r'<g class="(\w+)" fill="[^"]*">(.*?)</g>', chart):
        found |= dict.fromkeys(re.findall(r'data-g="(GM\d{4})"', group), kind)
    told = {row["gm_code"]: f"k{row['klasse']}" if row["klasse"] else "doubt" for row in municipalities()}
    assert found == told
    assert chart.count("data-g=") == len(told) == 342


def test_a_municipality_without_a_shade_has_no_figure() -> None:
    chart = municipal_map(country(), {"GM0014": 5}, about=About("n", "Titel"), scale=SCALE)
    assert "geen cijfer (341)" in chart


def test_the_legend_gives_the_bounds_of_classes_that_are_there() -> None:
    assert re.findall(r"<text[^>]*>(\d: [^<]*)</text>", drawn(country())) == ["1: 8,4 tot 20,9", "5: 30,0 tot 48,4"]


def test_the_legend_says_how_many_are_not_compared_only_if_any_are() -> None:
    assert "niet vergeleken (11)" in drawn(country())
    sure = {code: shade for code, shade in shades().items() if shade != "doubt"}
    chart = municipal_map(country(), sure, about=About("n", "Titel"), scale=SCALE)
    assert "niet vergeleken" not in chart
    assert "geen cijfer (11)" in chart


def test_a_municipality_without_a_boundary_is_named() -> None:
    chart = municipal_map(without("GM1992"), {}, about=About("n", "Titel"), scale=SCALE)
    assert "Niet op de kaart: Voorne aan Zee." in chart
    assert re.findall(r'class="u"[^>]*>([^<]*)<', chart) == [
        "per 1 000 inwoners",
        "Niet op de kaart: Voorne",
        "aan Zee",
    ]
    assert "Niet op de kaart" not in drawn(country())


def test_the_own_municipality_has_an_outline() -> None:
    assert f'<path class="o" d="{country().outlines["GM0014"]}"/>' in drawn(country(), own="GM0014")
    assert 'class="o"' not in drawn(country())
    assert 'class="o"' not in drawn(country(), own="GM9999")


def test_a_map_of_no_municipalities_is_empty() -> None:
    shapes = map_shapes(Boundaries([], [], [], [], 2026))
    assert "data-g" not in municipal_map(shapes, {}, about=About("n", "Titel"), scale=SCALE)


def test_maps_are_small() -> None:
    assert {name for name, draw in maps().items() if len(draw()) > 45_000} == set()


def test_no_two_neighbours_have_the_same_tint(regions: RegionShapes) -> None:
    pairs = [
        (one, other)
        for one, other in combinations(regions.regions, 2)
        if shapely.length(shapely.intersection(regions.regions[one], regions.regions[other])) > 0
    ]
    assert len(pairs) > 60
    assert [pair for pair in pairs if regions.tints[pair[0]] == regions.tints[pair[1]]] == []
    assert set(regions.tints.values()) == {0, 1, 2, 3}


def test_regions_cover_their_municipalities_and_nothing_else(regions: RegionShapes) -> None:
    members = labour_market_regions()
    assert regions.members == {region: [*members.values()].count(region) for region in sorted(set(members.values()))}
    for region, shape in regions.regions.items():
        area = sum(country().shapes[code].area for code, found in members.items() if found == region)
        assert shape.area == pytest.approx(area, rel=0.02)


def test_municipalities_without_a_region_are_hatched_and_counted(regions: RegionShapes) -> None:
    labels = dict.fromkeys(regions.regions, "x")
    chart = region_map(country(), regions, labels, about=About("n", "Titel"), unknown="regio niet bekend")
    assert 'fill="url(#n-none)"' in chart
    lost = 342 - len(labour_market_regions())
    assert lost == 18
    assert f"regio niet bekend: {lost} gemeenten." in chart
    whole = joined(country(), {code: labour_market_regions().get(code, "AM01") for code in country().shapes})
    assert "url(" not in region_map(country(), whole, labels, about=About("n", "Titel"), unknown="regio niet bekend")


def test_every_region_has_its_label_on_the_map(regions: RegionShapes) -> None:
    labels = {region: str(number) for number, region in enumerate(regions.regions, 1)}
    chart = region_map(country(), regions, labels, about=About("n", "Titel"), unknown="")
    assert re.findall(r'<text class="y"[^>]*>(\d+)<', chart) == list(labels.values())
