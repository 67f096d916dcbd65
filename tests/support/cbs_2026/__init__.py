"""A made CBS of 2026: all tables that the monitor will meet at the live service, small, and every figure made up.

``make_cbs_2026(folder)`` writes a recording folder that ``pipelines.recording`` serves, so that a monitor can be
pointed at it. Titles, units, dimensions and codes are typed from what is proven of the live tables, not from the yml
of the datasets: what the yml expects and CBS does not have shows here. What is unproven says U in a comment. The
municipalities are the real ones of every year; wijken, buurten and all figures are made, and every text of the
service says so.

Among the tables are decoys (``MadeCbs.decoys``) and oddities (``MadeCbs.oddities``). ``MadeCbs.figures`` tells what
was made, without reading what is served. The same on every machine; ``trap.py`` names every trap.
"""

from tests.support.cbs_2026.made import (
    NEXT_YEAR,
    Figure,
    Figures,
    MadeCbs,
    TablesMissingError,
    make_cbs_2026,
    shared_cbs_2026,
)

__all__ = ["NEXT_YEAR", "Figure", "Figures", "MadeCbs", "TablesMissingError", "make_cbs_2026", "shared_cbs_2026"]
