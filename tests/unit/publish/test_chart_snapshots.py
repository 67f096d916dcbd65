"""Every form of chart as it was last looked at: a visual change is a diff of a snapshot.

After a change that is meant, ``PYTHONPATH=. .venv/bin/python tests/unit/publish/test_chart_snapshots.py`` writes them
anew; open them in a browser and read their diff.
"""

import xml.etree.ElementTree as ET

import pytest

from tests.support.drawn_charts import SNAPSHOTS, charts, snapshot, snapshot_path, write_snapshots

CHARTS = charts()


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_is_drawn_as_its_snapshot(name: str) -> None:
    assert snapshot(CHARTS[name]()) == snapshot_path(name).read_text(encoding="utf-8")


def test_every_snapshot_is_of_a_chart() -> None:
    assert {path.stem for path in SNAPSHOTS.glob("*.svg")} == CHARTS.keys()


@pytest.mark.parametrize("name", CHARTS)
def test_a_snapshot_opens_in_a_browser(name: str) -> None:
    if CHARTS[name]():
        assert ET.fromstring(snapshot(CHARTS[name]())).tag == "{http://www.w3.org/2000/svg}svg"


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_is_whole_and_asks_nothing_that_a_page_may_not_give(name: str) -> None:
    """No style or script of its own, nothing from elsewhere; and something to read for who cannot see it."""
    chart = CHARTS[name]()
    if not chart:
        return
    root = ET.fromstring(chart)
    names = {attribute for element in root.iter() for attribute in element.attrib}
    assert not {name for name in names if name == "style" or name.startswith("on") or name.endswith("href")}
    assert {element.tag for element in root.iter()} <= {
        "svg",
        "g",
        "path",
        "text",
        "tspan",
        "title",
        "desc",
        "defs",
        "pattern",
        "clipPath",
    }
    assert root.attrib["role"] == "img"
    assert root.attrib.get("aria-label") or root.attrib["aria-labelledby"]


if __name__ == "__main__":
    write_snapshots()
