"""The job `refresh`, and the night on which it runs over all years in one run."""

from collections.abc import Collection, Iterable

import dagster as dg

from pipelines.common.settings import Settings
from pipelines.orchestration.fetch import OBSERVATIONS, SNAPSHOTS, YEARS
from pipelines.orchestration.freshness import fresh
from pipelines.orchestration.quiet import report_quiet
from pipelines.orchestration.resource import report_killed
from pipelines.refresh import confirm_if_quiet

# Dagster gives a schedule a minute to say what it wants.
ASKED_WITHIN = 30.0
# The two tags make one run cover a range of partitions; without them a partitioned job runs once per year.
_RANGE_START, _RANGE_END = "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"

refresh = dg.define_asset_job(
    "refresh",
    # Without the checks on age: they judge what the nights have done, and each would cost time every night.
    selection=dg.AssetSelection.all() - dg.AssetSelection.checks(fresh),
    # One process: the steps share a client, a recording server and an audit worker, and DuckDB allows one writer.
    executor_def=dg.in_process_executor,
    description="Ververs de monitor: haal op wat bij CBS gewijzigd is, bouw, keur en geef uit.",
)


def range_tags(first: str, last: str) -> dict[str, str]:
    """Tags of a run over the yearly partitions ``first`` to ``last``."""
    return {_RANGE_START: first, _RANGE_END: last}


def fetching_only(keys: Iterable[dg.AssetKey], datasets: Collection[str]) -> list[dg.AssetKey]:
    """Of ``keys`` all but the fetching of other datasets: what those hold already is reused."""
    fetched = {asset.key: asset.key.path[-1] for asset in (*SNAPSHOTS, *OBSERVATIONS)}
    return [key for key in keys if fetched.get(key, "") in {"", *datasets}]


def all_years_tags() -> dict[str, str]:
    """Tags of a run over every yearly partition."""
    keys = YEARS.get_partition_keys()
    return range_tags(keys[0], keys[-1])


@dg.schedule(
    name="nachtelijke_verversing",
    cron_schedule="0 3 * * *",
    execution_timezone="Europe/Amsterdam",
    job=refresh,
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Elke nacht om 3 uur alle jaren in één run.",
)
def nightly(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """One run over all years, unless there is no news; the key keeps a tick that comes twice from running twice."""
    settings = Settings()
    night = confirm_if_quiet(
        settings,
        within=ASKED_WITHIN,
        killed=lambda dead: report_killed(context.instance, None, dead, settings, context.log),
        confirmed=lambda night: report_quiet(context.instance, night, settings),
    )
    if night is not None:
        return dg.SkipReason(f"{night.tables} tables were checked at CBS: no news. {night.words}")
    return dg.RunRequest(run_key=context.scheduled_execution_time.strftime("%Y-%m-%d"), tags=all_years_tags())
