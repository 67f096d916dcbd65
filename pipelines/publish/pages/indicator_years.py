"""The other years of an indicator, as a script that hands them to its page.

A page holds one year in full. The script calls ``monitor.indicator`` with the texts of the same cells in other years,
in the order of the codes of municipalities, so that the page can show another year without a server.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any, Final

from pipelines.publish.charts import MapShapes
from pipelines.publish.pages.cells import NO_CELL, TableCell
from pipelines.publish.pages.indicator_charts import drawings_of, map_words
from pipelines.publish.pages.indicator_figures import YearOf
from pipelines.publish.pages.material import ShownIndicator
from pipelines.publish.templates import render_text

# The parts of a page that differ by year, by the id of their element; the last of a ratio only.
PARTS: Final = ("kort", "kop", "beelden")
_SEPARATOR: Final = "|"


def year_script(indicator: ShownIndicator, years: Iterable[YearOf], shapes: MapShapes) -> str:
    """The figures of these years as a script that hands them to the page.

    Of each year, by its number: the texts of each column (``|`` between municipalities; behind ``^`` the letters of a
    figure, ``~`` and a number: no figure, and which reason), the order of the rows, the classes of the map and
    its texts, the figures of regions in the order of their codes, and the HTML of the parts of the page that differ.
    """
    reasons: dict[str, int] = {}
    years = list(years)
    regions = sorted({code for each in years for code in each.regional})
    found = {str(each.year): _year(each, reasons, regions, shapes) for each in years}
    content = {"id": indicator.id, "redenen": list(reasons), "regios": regions, "jaren": found}
    return f"monitor.indicator({json.dumps(content, ensure_ascii=False, separators=(',', ':'))});\n"


def _year(of: YearOf, reasons: dict[str, int], regions: Sequence[str], shapes: MapShapes) -> dict[str, Any]:
    columns = {
        "cijfer": [_told(row.own, reasons) for row in of.rows],
        "aantal": [row.behind for row in of.rows],
        "plaats": [row.place for row in of.rows],
        "gelijken": [row.peers for row in of.rows],
    }
    return {
        "van": of.ranked,
        # A column without any text is not told.
        **{name: _SEPARATOR.join(texts) for name, texts in columns.items() if any(texts)},
        "volgorde": " ".join(map(str, of.order)),
        **(_map(of, shapes) if of.indicator.is_ratio else {}),
        "regios": _SEPARATOR.join(_told(of.regional_cells.get(code, NO_CELL), reasons) for code in regions),
        "regioletters": of.regional_common,
        "html": {part: year_part(part, of) for part in (PARTS if of.indicator.is_ratio else PARTS[:-1])},
    }


def _map(of: YearOf, shapes: MapShapes) -> dict[str, str]:
    words = map_words(of, shapes)
    return {"kaart": of.map_classes, "titel": words.title, "beschrijving": words.description, "legenda": words.legend}


def _told(of: TableCell, reasons: dict[str, int]) -> str:
    if not of.text:
        return f"~{reasons.setdefault(of.reason, len(reasons))}"
    return f"{of.text}^{of.marks}" if of.marks else of.text


def year_part(part: str, of: YearOf) -> str:
    """The HTML of a part of the page for one year."""
    drawings = drawings_of(of) if part == "beelden" else None
    return render_text("indicator_jaar.html.jinja", part=part, year=of, of=of.indicator, drawings=drawings).strip()
