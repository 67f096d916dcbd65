"""The Dagster code location: everything in ``pipelines.assets``, with the resource that its steps share."""

import dagster as dg

from pipelines import assets
from pipelines.assets.resource import MonitorResource

defs = dg.Definitions.merge(
    dg.load_definitions_from_package_module(assets),
    dg.Definitions(resources={"monitor": MonitorResource()}),
)
