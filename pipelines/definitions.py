"""The Dagster code location: everything in ``pipelines.orchestration``, with the resource that its steps share."""

import warnings

from pipelines.common import environment

# Before the libraries that build and check; Dagster itself is here already, and goes on with what it was told.
environment.clear_for_libraries(within_dagster=True)

import dagster as dg  # noqa: E402

# Single-run backfills and loading a package are marked beta and preview; the lock pins the version they were tried in.
warnings.filterwarnings("ignore", category=dg.BetaWarning)
warnings.filterwarnings("ignore", category=dg.PreviewWarning)

from pipelines import orchestration as assets  # noqa: E402 - the warnings come while these load
from pipelines.common.readers import write_for_ourselves  # noqa: E402
from pipelines.common.settings import ConfigurationError, Settings  # noqa: E402
from pipelines.orchestration.resource import MonitorResource  # noqa: E402

try:
    # A wrong setting would else show in a run at night, as a trace.
    Settings()
except ConfigurationError as error:
    raise SystemExit(str(error)) from None
# A process of Dagster's, which a command of ours did not start.
write_for_ourselves()

defs = dg.Definitions.merge(
    dg.load_definitions_from_package_module(assets),
    # In one process, also what is launched from the UI on chosen assets: the steps share one refresh.
    dg.Definitions(resources={"monitor": MonitorResource()}, executor=dg.in_process_executor),
)
