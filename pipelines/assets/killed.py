"""A run whose process was killed stays `started` in Dagster for ever: whoever takes over the writer lock ends it."""

import logging

import dagster as dg

from pipelines.settings import Settings
from pipelines.watch.webhook import Message, tell
from pipelines.writer_lock import Holder


def report_killed(context: dg.InitResourceContext, run_id: str | None, dead: Holder, settings: Settings) -> None:
    """Mark the run of ``dead`` as failed, and tell; whatever goes wrong with that, the run ``run_id`` goes on."""
    log, instance = context.log or logging.getLogger(__name__), context.instance
    if instance is None or dead.run is None:
        return
    try:
        killed = instance.get_run_by_id(dead.run)
        if killed is None or killed.is_finished or killed.run_id == run_id:
            return
        sentence = (
            f"Its process was killed, or the machine stopped: {dead.words} ended without giving back the writer lock. "
            f"Nothing of it was published half. Run {run_id} took over, clears what it left and does its work."
        )
        log.warning(f"Run {killed.run_id} is marked as failed. {sentence}")
        instance.report_run_failed(killed, sentence)
        # One that the daemon launched is told by the sensor on failed runs; one of the command line is in no location.
        if killed.remote_job_origin is None:
            title = f"Run {killed.run_id} of job {killed.job_name} was killed"
            tell(settings, Message("run_afgebroken", "waarschuwing", title, sentence, run=killed.run_id), log)
    except Exception as error:  # noqa: BLE001 - Dagster's administration of an old run is never worth this one
        log.warning(f"Run {dead.run} was killed, and could not be marked as failed: {error}")
