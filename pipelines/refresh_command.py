"""``monitor refresh``: run the job `refresh` in this process, show each table, and end with a summary that is true."""

import logging
import time
import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from pipelines import dagster_home
from pipelines.progress import LOGGER
from pipelines.release.audit import refusals
from pipelines.release.releases import Release, Releases
from pipelines.release.workspace import Workspace
from pipelines.settings import Settings
from pipelines.statline.datasets import load_datasets

if TYPE_CHECKING:
    from collections.abc import Iterator

    import dagster as dg

RELEASED, NO_RELEASE, RELEASED_WITH_FAILURES = 0, 1, 2
# More of the same sentence would bury it; all of them are in `kwaliteit` and in the Dagster run.
_SHOWN_FAILURES = 5


def run_refresh(settings: Settings, console: Console, *, force: bool) -> int:
    """Run the job over all years and return the exit code (0, 1 or 2 as the command promises)."""
    started = time.monotonic()
    dagster_home.prepare(settings)
    with _watched(console) as watcher:
        result = _execute(force=force)
    workspace = Workspace(settings.monitor_warehouse, result.run_id)
    current = Releases(settings.monitor_warehouse).current()
    stands = _stands(workspace, current)
    failures = workspace.failures()
    _summary(console, workspace, current if stands else None, failures, watcher, time.monotonic() - started)
    if not stands:
        _print_reasons(console, result, workspace)
        if current is not None:
            console.print(f"The last good release stands: {current.release_id}")
        return NO_RELEASE
    return RELEASED_WITH_FAILURES if failures else RELEASED


def _execute(*, force: bool) -> "dg.ExecuteInProcessResult":
    with warnings.catch_warnings():
        # Dagster marks single-run backfills as beta; the lock pins the version in which they were tried.
        warnings.simplefilter("ignore")
        import dagster as dg  # noqa: PLC0415

        from pipelines.assets.jobs import all_years_tags  # noqa: PLC0415
        from pipelines.definitions import defs  # noqa: PLC0415

        ops = {f"ruw__{name}": {"config": {"force": force}} for name in load_datasets()}
        with dg.DagsterInstance.get() as instance:
            return defs.resolve_job_def("refresh").execute_in_process(
                instance=instance,
                tags=all_years_tags(),
                raise_on_error=False,
                run_config={"ops": ops, "loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
            )


def _stands(workspace: Workspace, current: Release | None) -> bool:
    """Whether the current release is what this run's inputs make: just published, or unchanged."""
    inputs = workspace.read("inputs")
    return current is not None and inputs is not None and current.manifest["invoer"] == inputs["all"]


class _Watcher(logging.Handler):
    """Shows each table and stage as it comes, and remembers how long each stage took."""

    def __init__(self, progress: Progress, total: int) -> None:
        super().__init__()
        self._progress = progress
        self._task = progress.add_task("start", total=total)
        self._starts: list[tuple[str, float]] = []

    def emit(self, record: logging.LogRecord) -> None:
        outcome: Mapping[str, Any] | None = getattr(record, "outcome", None)
        if outcome is not None:
            self._progress.console.print(_line(outcome), markup=False)
            self._progress.advance(self._task)
        elif hasattr(record, "stage"):
            self._starts.append((record.stage, record.at))  # type: ignore[attr-defined]
            self._progress.update(self._task, description=record.stage)

    def stages(self) -> list[tuple[str, float]]:
        """Seconds per stage, in order."""
        ends = [at for _, at in self._starts[1:]] + [time.monotonic()]
        seconds: Counter[str] = Counter()
        for (name, start), end in zip(self._starts, ends, strict=True):
            seconds[name] += end - start  # type: ignore[assignment]
        return list(seconds.items())


@contextmanager
def _watched(console: Console) -> "Iterator[_Watcher]":
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        watcher = _Watcher(progress, total=sum(len(dataset.tabellen) for dataset in load_datasets().values()))
        LOGGER.addHandler(watcher)
        try:
            yield watcher
        finally:
            LOGGER.removeHandler(watcher)


def _line(outcome: Mapping[str, Any]) -> str:
    rows = f"{outcome['rijen']:>8,} rows" if outcome["rijen"] is not None else " " * 13
    words = {"opgehaald": "fetched", "ongewijzigd": "unchanged", "mislukt": "FAILED"}
    return f"  {outcome['tabel']:<9} {outcome['dataset']:<30} {words[outcome['uitkomst']]:<9} {rows} {outcome['seconden']:6.1f} s"


def _summary(
    console: Console, workspace: Workspace, release: Release | None, failures: Sequence[Mapping[str, Any]],
    watcher: _Watcher, seconds: float,
) -> None:  # fmt: skip
    counts = Counter(outcome["uitkomst"] for outcome in workspace.outcomes("ingest"))
    console.print(
        f"\nTables: {counts['opgehaald']} fetched, {counts['ongewijzigd']} unchanged, {len(failures)} failed. {seconds:.0f} s: "
        + ", ".join(f"{name} {took:.1f}" for name, took in watcher.stages())
    )
    for failure in failures[:_SHOWN_FAILURES]:
        console.print(f"FAILED {failure['melding']}", markup=False)
    if len(failures) > _SHOWN_FAILURES:
        console.print(f"... and {len(failures) - _SHOWN_FAILURES} tables more; see the run in Dagster (make dev).")
    if release is not None:
        _print_release(console, workspace, release)


def _print_release(console: Console, workspace: Workspace, release: Release) -> None:
    manifest = release.manifest
    checks = manifest["controles"]
    passed = checks["aantal"] - len(checks["waarschuwingen"])
    console.print(f"Checks: {passed} of {checks['aantal']} passed; warnings: {', '.join(checks['waarschuwingen']) or 'none'}.")
    made = "Released" if workspace.read("published") else "Nothing changed, so the release stays"
    console.print(f"{made}: {release.release_id}. {manifest['toelichting']}", markup=False)
    link = Releases(workspace.warehouse).link
    console.print(f'Open it: {link} (read-only), for instance\n  duckdb -readonly {link} "from mart_indicator_actueel limit 5"', markup=False)


def _print_reasons(console: Console, result: "dg.ExecuteInProcessResult", workspace: Workspace) -> None:
    """Why there is no release: the critical checks that failed, or what the failing step said."""
    console.print("NO RELEASE.")
    signed = workspace.read("audit")
    reasons = refusals(signed) if signed else []
    for reason in reasons or _step_errors(result):
        console.print(f"- {reason}", markup=False)


def _step_errors(result: "dg.ExecuteInProcessResult") -> list[str]:
    errors = [event.step_failure_data.error for event in result.all_events if event.is_step_failure]
    roots = [(error.cause or error) for error in errors if error is not None]
    return [root.message.strip() for root in roots]


