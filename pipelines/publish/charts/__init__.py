"""The charts of a release: one pure function per form, from figures to SVG that stands in a page.

The same figures always give the same bytes: no clock, no chance, nothing that is read or kept. A chart holds classes
and coordinates only. Colours, line widths and hatching stand in ``templates/charts.css``, so that a chart follows
light, dark, print and forced colours without being drawn again. What tells two things apart is never colour alone.

What does not belong here: queries, pages, sentences about what a figure means, and the choice of what is compared. A
chart marks what its caller says of a figure (doubt, provisional, a break) and leaves out nothing by itself.
"""

from pipelines.publish.charts.frames import About
from pipelines.publish.charts.funnels import FunnelLimits, FunnelPoint, FunnelText, funnel
from pipelines.publish.charts.maps import MapScale, Shade, municipal_map
from pipelines.publish.charts.outlines import MapShapes, map_shapes
from pipelines.publish.charts.rankings import RankingRow, RankingText, ranking
from pipelines.publish.charts.region_maps import RegionShapes, region_map, region_shapes
from pipelines.publish.charts.sparklines import Point, sparkline
from pipelines.publish.charts.strips import StripBackground, strip, strip_background, strip_rule
from pipelines.publish.charts.trends import TrendLine, trend

__all__ = [
    "About",
    "FunnelLimits",
    "FunnelPoint",
    "FunnelText",
    "MapScale",
    "MapShapes",
    "Point",
    "RankingRow",
    "RankingText",
    "RegionShapes",
    "Shade",
    "StripBackground",
    "TrendLine",
    "funnel",
    "map_shapes",
    "municipal_map",
    "ranking",
    "region_map",
    "region_shapes",
    "sparkline",
    "strip",
    "strip_background",
    "strip_rule",
    "trend",
]
