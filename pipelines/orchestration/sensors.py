"""The sensors: they watch runs and ages, log what is wrong, and post it to the webhook if there is one.

What none of them can see is their own daemon being down: `monitor health` is for that, from a timer outside Dagster.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import dagster as dg

from pipelines.common.durations import LONGEST_RUN, NIGHT, in_words
from pipelines.common.settings import Settings
from pipelines.orchestration.fetch import DATASETS
from pipelines.orchestration.freshness import ages_now, evaluation, of_dataset
from pipelines.orchestration.keys import END
from pipelines.orchestration.run_failures import failed_run
from pipelines.snapshots.freshness import TableAge, Verdict, late, worst
from pipelines.watch.webhook import Message, Severity, tell

RUNNING = dg.DefaultSensorStatus.RUNNING
QUARTER = 15 * 60
JOB = "refresh"
ENDED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE]
BUSY = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]
# More names would bury the title; all of them are in the text.
_SHOWN = 5
_TURNED: dict[Verdict, str] = {
    "te_oud": "too old, or without usable figures",
    "verouderd": "no longer fresh",
    "vers": "fresh again",
}
_SEVERITY: dict[Verdict, Severity] = {"vers": "hersteld", "verouderd": "waarschuwing", "te_oud": "kritiek"}


@dg.run_failure_sensor(
    name="run_mislukt",
    default_status=RUNNING,
    minimum_interval_seconds=30,
    description="Meldt een mislukte run met de stap en wat die zei. Runs van de opdrachtregel meldt die zelf.",
)
def run_failed(context: dg.RunFailureSensorContext) -> None:
    """Tell of a run of this location that failed, whichever job."""
    run, settings = context.dagster_run, Settings()
    events = [*context.get_step_failure_events(), context.failure_event]
    tell(settings, failed_run(settings, run.job_name, run.run_id, run.tags, events), context.log)


@dg.sensor(
    name="versheid",
    default_status=RUNNING,
    minimum_interval_seconds=QUARTER,
    description="Beoordeelt hoe lang geleden elke tabel bij CBS is gecontroleerd; meldt elke verandering van oordeel.",
)
def freshness(context: dg.SensorEvaluationContext) -> dg.SensorResult:
    """Evaluate the check `vers` where a verdict changed, and once a day; tell only of changes.

    The cursor holds the tables that were told to be late, and per dataset what the check last said. What could not be
    delivered is told again the next time.
    """
    settings = Settings()
    ages = ages_now(settings)
    cursor = json.loads(context.cursor) if context.cursor else {"gemeld": {}, "controle": {}}
    told: dict[str, Verdict] = cursor["gemeld"]
    changed = [age for age in ages if age.verdict != told.get(age.table, "vers")]
    if not changed or tell(settings, _change(changed), context.log):
        told = {age.table: age.verdict for age in late(ages)}
    # The day too: a description that names an age must not be left standing for a week.
    day = f"{datetime.now(UTC):%Y-%m-%d}"
    checks = {name: [day, *(age.verdict for age in of_dataset(name, ages))] for name in DATASETS}
    due = [name for name in DATASETS if cursor["controle"].get(name) != checks[name]]
    return dg.SensorResult(
        skip_reason=f"{len(changed)} of {len(ages)} tables got another verdict; checks evaluated: {len(due)}.",
        asset_events=[evaluation(name, of_dataset(name, ages)) for name in due],
        cursor=json.dumps({"gemeld": told, "controle": checks}),
    )


def _change(changed: Sequence[TableAge]) -> Message:
    """The message about tables that got another verdict; its severity is that of the worst."""
    by_verdict = {verdict: [age.table for age in changed if age.verdict == verdict] for verdict in _TURNED}
    titles = [
        f"{len(found)} table(s) {_TURNED[verdict]}: {_some(found)}" for verdict, found in by_verdict.items() if found
    ]
    text = "\n".join(age.sentence for age in changed)
    tables = [age.table for age in changed]
    return Message("versheid", _SEVERITY[worst(changed)], "; ".join(titles), text, tables=tables)


def _some(tables: Sequence[str]) -> str:
    return ", ".join(tables[:_SHOWN]) + (", ..." if len(tables) > _SHOWN else "")


@dg.sensor(
    name="geen_run",
    default_status=RUNNING,
    minimum_interval_seconds=QUARTER,
    description=f"Meldt dat in {NIGHT // timedelta(hours=1)} uur geen verversing eindigde of dat er een hangt.",
)
def no_run(context: dg.SensorEvaluationContext) -> dg.SensorResult:
    """Tell when no refresh ended for more than a night, when one hangs, and when that is over.

    The cursor holds since when this watches and which problems were told.
    """
    now = datetime.now(UTC)
    cursor = json.loads(context.cursor) if context.cursor else {"sinds": now.isoformat(), "gemeld": []}
    under_way = context.instance.get_run_records(dg.RunsFilter(job_name=JOB, statuses=BUSY))
    found = _hanging(under_way, now)
    # A first night at the live service takes hours, so that it ends later than the night before it.
    if len(found) == len(under_way):
        found |= _missing(context.instance, datetime.fromisoformat(cursor["sinds"]), now)
    told: list[str] = cursor["gemeld"]
    changed = sorted(found) != told
    if not changed or tell(Settings(), _silence(found), context.log):
        told = sorted(found)
    return dg.SensorResult(
        skip_reason=" ".join(found.values()) or "Refreshes come and end as they should.",
        cursor=json.dumps({"sinds": cursor["sinds"], "gemeld": told}),
    )


def _missing(instance: dg.DagsterInstance, since: datetime, now: datetime) -> dict[str, str]:
    """That no refresh ended in time, as ``{problem: sentence}``; before the first one, counted from ``since``."""
    ended = [
        datetime.fromtimestamp(record.end_time, UTC)
        for record in instance.get_run_records(dg.RunsFilter(job_name=JOB, statuses=ENDED), limit=10)
        if record.end_time
    ]
    last = max([*ended, *_quiet_nights(instance)], default=since)
    if now - last < NIGHT:
        return {}
    return {
        "geen_run": f"No run of job {JOB} ended in the last {in_words(now - last)}; the limit is "
        f"{in_words(NIGHT)}. Look whether the schedule `nachtelijke_verversing` is on and what its last ticks "
        f"say, and launch the job."
    }


def _quiet_nights(instance: dg.DagsterInstance) -> list[datetime]:
    """When a night without news last ended, if one ever did: such a night is no run."""
    event = instance.get_latest_materialization_event(END)
    return [] if event is None else [datetime.fromtimestamp(event.timestamp, UTC)]


def _hanging(records: Sequence[dg.RunRecord], now: datetime) -> dict[str, str]:
    """Runs of these that have not ended for too long, as ``{problem: sentence}``."""
    return {
        f"vast {record.dagster_run.run_id}": f"Run {record.dagster_run.run_id} is {record.dagster_run.status.value} "
        f"for {in_words(now - record.create_timestamp.astimezone(UTC))}; the limit is {in_words(LONGEST_RUN)}. If its "
        f"process is gone, terminate the run in the UI (force); the next refresh clears what it left."
        for record in records
        if now - record.create_timestamp.astimezone(UTC) >= LONGEST_RUN
    }


def _silence(found: Mapping[str, str]) -> Message:
    if not found:
        return Message("geen_run", "hersteld", "Refreshes end again", "A run ended, and none hangs any more.")
    runs = [problem.removeprefix("vast ") for problem in found if problem.startswith("vast ")]
    title = "No refresh ended for more than a night" if "geen_run" in found else "A refresh hangs"
    return Message("geen_run", "kritiek", title, "\n".join(found.values()), run=runs[0] if runs else None)
