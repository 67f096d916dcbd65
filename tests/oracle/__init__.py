"""The published figures, computed a second time by another route.

Belongs here: plain Python (standard library only) that goes straight from the recorded CBS files to what
`fct_indicator` must say: about municipalities, regions and the country, in the division of the year and in today's.

Does not belong here: anything imported from `pipelines`, any data frame or SQL engine, and any of the pipeline's own
data (yml, seeds). Columns, table members and years are looked up here by the titles a person reads, so that a
mistake in the pipeline's lookups cannot repeat itself in its own check.
"""

from tests.oracle.compute import compute, compute_made
from tests.oracle.figures import LAND, Figure, Key, Status
from tests.oracle.recording import RECORDING

__all__ = ["LAND", "RECORDING", "Figure", "Key", "Status", "compute", "compute_made"]
