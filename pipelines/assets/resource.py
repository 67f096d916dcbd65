"""The one resource of the code location: the refresh that the steps of a run share."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Self

import dagster as dg
from pydantic import PrivateAttr

from pipelines import progress
from pipelines.assets.killed import report_killed
from pipelines.refresh import Refresh
from pipelines.settings import Settings
from pipelines.watch.run_failures import workspace_id
from pipelines.writer_lock import WAIT_SECONDS

# Tag of a run that must not wait while another one writes in the warehouse: it fails at once.
NO_WAIT_TAG = {"monitor/wachten": "nee"}


class MonitorResource(dg.ConfigurableResource):
    """Gives every step of a run the same :class:`Refresh`.

    Runs that belong together work in one workspace: a re-execution in that of the first run, and the runs into which
    Dagster splits a backfill in that of the backfill.
    """

    _refresh: Refresh = PrivateAttr()

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator[Self]:
        """Open the refresh for the duration of a run (the jobs run in one process) and close it after."""

        def tell(sentence: str) -> None:
            progress.waiting(sentence)
            if context.log is not None:
                context.log.info(sentence)

        settings = Settings()
        run_id = context.run.run_id if context.run is not None else None
        refresh = Refresh(settings, _workspace_id(context), run_id=run_id, wait=_wait_seconds(context), tell=tell)
        with ExitStack() as opened:
            try:
                opened.enter_context(refresh)
            finally:
                # Also where this run cannot start: with the lock goes the note of who died.
                if refresh.dead_holder is not None:
                    report_killed(context, run_id, refresh.dead_holder, settings)
            self._refresh = refresh
            yield self

    @property
    def refresh(self) -> Refresh:
        """The refresh of this run."""
        return self._refresh


def _workspace_id(context: dg.InitResourceContext) -> str:
    if context.run is None:
        return context.run_id or "los"
    return workspace_id(context.run.run_id, context.run.tags)


def _wait_seconds(context: dg.InitResourceContext) -> float:
    tags = context.run.tags if context.run is not None else {}
    return 0.0 if NO_WAIT_TAG.items() <= tags.items() else WAIT_SECONDS
