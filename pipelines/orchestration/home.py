"""Dagster's own administration of runs, events and schedules: where it is kept, for how long, and without telemetry.

``python -m pipelines.orchestration.home [COMMAND ...]`` makes it ready, and then becomes that command.
"""

import glob
import logging
import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from pipelines.common.durations import LONGEST_RUN
from pipelines.common.readers import RightsError
from pipelines.common.settings import ConfigurationError, Settings, unknown_settings

if TYPE_CHECKING:
    import dagster as dg

# So many stay whatever their age, and so many go in one night at most: an installation that has years of them is clean
# after a few weeks, and no night waits for it.
_KEPT_RUNS, _PRUNED_AT_ONCE = 10, 50

_OURS = "# Written by pipelines.orchestration.home for the settings of now. Without this line it is left as it is.\n"
# What this file said before it had a first line of its own.
_EARLIER = "telemetry:\n  enabled: false\nnux:\n  enabled: false\n"
# `nux` is the window that asks for an e-mail address at the first visit.
_GENERAL = f"""telemetry:
  enabled: false
nux:
  enabled: false
freshness:
  enabled: true
# A launched run whose process does not come up, or never ends, is failed here, an hour after `geen_run` told of it.
run_monitoring:
  enabled: true
  start_timeout_seconds: 300
  cancel_timeout_seconds: 180
  max_runtime_seconds: {(LONGEST_RUN + timedelta(hours=1)).total_seconds():.0f}
# Ticks are worth looking at while whoever was on duty still remembers the night.
retention:
  schedule:
    purge_after_days: 90
  sensor:
    purge_after_days: {{skipped: 2, success: 30, failure: 90, started: 30}}
"""
# Dagster's own storage, told once how to reach its files; below the home of Dagster, wherever a warehouse is moved to.
_SQLITE = """event_log_storage:
  module: pipelines.orchestration.event_log
  class: EventLog
  config:
    base_dir:
      env: DAGSTER_HOME
"""
# The address holds a password: Dagster reads it from the environment itself.
_POSTGRES = """storage:
  postgres:
    postgres_url:
      env: MONITOR_DAGSTER_POSTGRES
"""


def prepare(settings: Settings) -> Path:
    """Make the folder and its ``dagster.yaml``, and point ``DAGSTER_HOME`` of this process at it.

    A ``dagster.yaml`` that somebody wrote by hand stays as it is.

    Raises:
        ConfigurationError: nothing can be written there.
    """
    settings.require_writable_home()
    with suppress(OSError, RightsError):
        # First, so that readers may enter it whatever the umask; who cannot make it says so when it is needed.
        settings.readers.make(settings.monitor_warehouse)
    home = settings.dagster_home
    # Dagster takes it from there, and only as an absolute path.
    os.environ["DAGSTER_HOME"] = str(home)
    home.mkdir(parents=True, exist_ok=True)
    path, wanted = home / "dagster.yaml", _content(settings)
    found = path.read_text(encoding="utf-8", errors="replace") if path.exists() else None
    if found is None or found == _EARLIER or (found.startswith(_OURS) and found != wanted):
        # In one step: the daemon may be reading it.
        temporary = path.with_name(f".{path.name}.{os.getpid()}")
        temporary.write_text(wanted, encoding="utf-8")
        temporary.replace(path)
    return home


def instance() -> "dg.DagsterInstance":
    """Dagster's administration in the home of this process, which is prepared; use as a context manager.

    Dagster itself takes the path of its configuration for a pattern: in a home under ``data [2026]`` it would find
    none, and send telemetry.
    """
    import dagster as dg
    from dagster._core.instance.ref import InstanceRef

    home = Path(os.environ["DAGSTER_HOME"])
    content = yaml.safe_load((home / "dagster.yaml").read_text(encoding="utf-8")) or {}
    # The file itself is given; in its place an empty one is read.
    return dg.DagsterInstance.from_ref(InstanceRef.from_dir(str(home), config_filename=os.devnull, overrides=content))


@contextmanager
def administration_open() -> Iterator[None]:
    """Keep SQLite's administration open meanwhile, as a tenth of an unchanged night goes to opening and closing it.

    Dagster opens a connection per event, and the last one that closes a database folds its log back into it.
    """
    history = Path(os.environ["DAGSTER_HOME"]) / "history"
    with ExitStack() as open_meanwhile:
        for name in ("runs.db", "runs/index.db"):
            # What is wrong with the file is told by Dagster, which needs it.
            with suppress(sqlite3.Error, OSError):
                if (history / name).exists():
                    connection = open_meanwhile.enter_context(closing(sqlite3.connect(history / name)))
                    # SQLite opens the file when it is first asked something.
                    connection.execute("select count(*) from sqlite_master").fetchone()
        yield


def prune_runs(instance: "dg.DagsterInstance", days: int, log: logging.Logger) -> None:
    """Remove what Dagster kept of runs that ended more than ``days`` days ago, but for the newest few.

    A run is some 3 MB. The newest stay however old: after a long row of quiet nights they are all that the UI can show
    of an asset. What goes wrong with that is no reason to fail a run.
    """
    import dagster as dg

    ended = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]
    before = datetime.now(UTC) - timedelta(days=days)
    try:
        newest = {record.dagster_run.run_id for record in instance.get_run_records(limit=_KEPT_RUNS)}
        old = instance.get_run_records(
            dg.RunsFilter(statuses=ended, updated_before=before), limit=_PRUNED_AT_ONCE, ascending=True
        )
        for record in old:
            if record.dagster_run.run_id not in newest:
                instance.delete_run(record.dagster_run.run_id)
    except Exception as error:  # noqa: BLE001 - Dagster's administration of old runs is never worth this one
        log.warning(f"Old runs could not be removed from Dagster's administration: {error}")


def _content(settings: Settings) -> str:
    storage = _POSTGRES if settings.monitor_dagster_postgres.get_secret_value() else _SQLITE
    return f"{_OURS}{_GENERAL}{storage}"


def _main(command: list[str]) -> None:
    """Prepare the home, and become ``command`` there, if one is given: Dagster's own programs, with these settings."""
    for sentence in unknown_settings(os.environ):
        sys.stderr.write(f"WARNING: {sentence}\n")
    try:
        settings = Settings()
        settings.require_writable_warehouse()
        home = prepare(settings)
    except ConfigurationError as error:
        sys.exit(str(error))
    if glob.has_magic(str(home)):
        # They would not find its configuration there, and start without it: with telemetry, and another database.
        sys.exit(
            f"DAGSTER_HOME should be a folder without brackets and stars in its path; found '{home}': Dagster's own "
            "programs take it for a pattern. Set it for `monitor refresh` too."
        )
    if command:
        os.execvp(command[0], command)  # noqa: S606 - what was typed


if __name__ == "__main__":
    _main(sys.argv[1:])
