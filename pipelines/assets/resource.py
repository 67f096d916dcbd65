"""The one resource of the code location: the refresh that the steps of a run share."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self

import dagster as dg
from pydantic import PrivateAttr

from pipelines.refresh import Refresh
from pipelines.settings import Settings


class MonitorResource(dg.ConfigurableResource):  # type: ignore[type-arg]
    """Gives every step of a run the same :class:`Refresh`; a re-execution continues in the workspace of the first run."""

    _refresh: Refresh = PrivateAttr()

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator[Self]:
        """Open the refresh for the duration of a run (the jobs run in one process) and close it after."""
        root = context.run.root_run_id if context.run else None
        with Refresh(Settings(), root or context.run_id or "los") as refresh:
            self._refresh = refresh
            yield self

    @property
    def refresh(self) -> Refresh:
        """The refresh of this run."""
        return self._refresh
