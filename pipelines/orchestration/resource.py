"""The one resource of the code location: the refresh that the steps of a run share."""

import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Self

import dagster as dg
from pydantic import PrivateAttr

from pipelines.common import progress
from pipelines.common.lock import WAIT_SECONDS, Holder
from pipelines.common.settings import Settings
from pipelines.orchestration.run_failures import workspace_id
from pipelines.refresh import Refresh
from pipelines.watch.webhook import Message, tell

# Tag of a run that must not wait while another one writes in the warehouse: it fails at once.
NO_WAIT_TAG = {"monitor/wachten": "nee"}


# Refreshes that whoever starts a run in this process has opened already, by the id of the run.
_OPENED: dict[str, Refresh] = {}


@contextmanager
def opened_before(run_id: str, refresh: Refresh) -> Iterator[None]:
    """Let the run ``run_id`` of this process work with ``refresh``, which is open and stays so until its end."""
    _OPENED[run_id] = refresh
    try:
        yield
    finally:
        del _OPENED[run_id]


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

        given = _OPENED.get(context.run.run_id) if context.run is not None else None
        if given is not None:
            self._refresh = given
            yield self
            return
        settings = Settings()
        run_id = context.run.run_id if context.run is not None else None
        refresh = Refresh(settings, _workspace_id(context), run_id=run_id, wait=_wait_seconds(context), tell=tell)
        with ExitStack() as opened:
            try:
                opened.enter_context(refresh)
            finally:
                # Also where this run cannot start: with the lock goes the note of who died.
                if refresh.dead_holder is not None:
                    log = context.log or logging.getLogger(__name__)
                    report_killed(context.instance, run_id, refresh.dead_holder, settings, log)
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


def report_killed(
    instance: dg.DagsterInstance | None, run_id: str | None, dead: Holder, settings: Settings, log: logging.Logger
) -> None:
    """Mark the run of ``dead`` as failed, and tell; whatever goes wrong with that, who took over goes on.

    ``run_id`` is the run that took over; None for a night without news, which is no run.
    """
    if instance is None or dead.run is None:
        return
    try:
        killed = instance.get_run_by_id(dead.run)
        if killed is None or killed.is_finished or killed.run_id == run_id:
            return
        successor = f"Run {run_id}" if run_id else "The next refresh"
        sentence = (
            f"Its process was killed, or the machine stopped: {dead.words} ended without giving back the writer lock. "
            f"Nothing of it was published half. {successor} took over, clears what it left and does its work."
        )
        log.warning(f"Run {killed.run_id} is marked as failed. {sentence}")
        instance.report_run_failed(killed, sentence)
        # One that the daemon launched is told by the sensor on failed runs; one of the command line is in no location.
        if killed.remote_job_origin is None:
            title = f"Run {killed.run_id} of job {killed.job_name} was killed"
            tell(settings, Message("run_afgebroken", "waarschuwing", title, sentence, run=killed.run_id), log)
    except Exception as error:  # noqa: BLE001 - Dagster's administration of an old run is never worth this one
        log.warning(f"Run {dead.run} was killed, and could not be marked as failed: {error}")
