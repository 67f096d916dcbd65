"""Why a Dagster run failed, in the sentences that its steps said: for the command line, the sensor and the webhook.

What does not belong here: where they are shown. Dagster is imported for its types alone.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from pipelines.build.workspace import Workspace
from pipelines.common import troubles
from pipelines.common.settings import Settings
from pipelines.watch.webhook import Message

if TYPE_CHECKING:
    import dagster as dg
    from dagster_shared.error import SerializableErrorInfo

# The asset that fails a run for its tables, when everything else is done.
TABLES_FAILED_STEP = "afsluiting"


def step_errors(events: Iterable["dg.DagsterEvent"]) -> list[tuple[str, str]]:
    """(step, what it said) of each step that failed; the step is empty when the run broke before any."""
    known = list(events)
    failed = [event for event in known if event.is_step_failure]
    said = [(event.step_key or "", _step_sentence(event)) for event in failed]
    if failed:
        return said
    # Before any step: the warehouse was not ours to write in, or the disk too full; or the process is gone.
    return [("", _run_sentence(event)) for event in known if event.is_job_failure]


def failed_run(
    settings: Settings, job: str, run_id: str, tags: Mapping[str, str], events: Iterable["dg.DagsterEvent"]
) -> Message:
    """The message about a run that failed: which job, run and step, and what was said."""
    said = step_errors(events)
    step = said[0][0] if said else ""
    failures = Workspace(settings.monitor_warehouse, workspace_id(run_id, tags)).failures
    # All else was done by then: nobody needs to be woken for a table that keeps its last good version.
    only_tables = step == TABLES_FAILED_STEP
    where = f" in step {step}" if step else ""
    return Message(
        "run_mislukt",
        "waarschuwing" if only_tables else "kritiek",
        f"Run {run_id} of job {job} " + ("ended, but tables failed" if only_tables else f"failed{where}"),
        "\n".join(text for _, text in said) or "The run does not say why; its page in Dagster shows the events.",
        run=run_id,
        step=step or None,
        tables=[failure.table for failure in failures],
    )


def workspace_id(run_id: str, tags: Mapping[str, str]) -> str:
    """The workspace of a run: that of the backfill it belongs to, else of the run that it executes again, else its own.

    Runs that belong together work in one workspace.
    """
    return tags.get("dagster/backfill") or tags.get("dagster/root_run_id") or run_id


def _step_sentence(event: "dg.DagsterEvent") -> str:
    data = event.step_failure_data
    if data.user_failure_data is not None and data.user_failure_data.description:
        return data.user_failure_data.description
    return _sentence(event.step_key or "", data.error) if data.error else event.message or "no reason was given"


def _run_sentence(event: "dg.DagsterEvent") -> str:
    error = event.job_failure_data.error if event.event_specific_data else None
    return _sentence("", error) if error else event.message or "no reason was given"


def _sentence(step: str, error: "SerializableErrorInfo") -> str:
    """The message of an error; our own are sentences, any other needs to be told with its class and step."""
    message = (error.cause or error).message.strip()
    if message.startswith("pipelines."):
        return message.partition(": ")[2]
    where = f"Step {step}" if step else "The run"
    told = troubles.told(message)
    if told is not None:
        return f"{where} could not go on: {told}."
    return f"{where} broke: {message}; the whole story is in the Dagster run."
