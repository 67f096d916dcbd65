"""One figure of a warehouse, explained as the command does it."""

from pipelines.explain.composition import ORIGINAL
from pipelines.explain.explainer import open_explainer
from pipelines.explain.model import Explanation
from pipelines.releases.warehouse import Warehouse


def explain_figure(
    warehouse: Warehouse, indicator_id: str, region: str, year: int, division: str = ORIGINAL
) -> Explanation:
    """The explanation of a figure of the current release of ``warehouse``."""
    with open_explainer(warehouse) as explainer:
        return explainer.explain(indicator_id, region, year, division)
