"""``monitor refresh``: run the job `refresh` in this process, show each table, and end with a summary that is true."""

import logging
import shlex
import time
import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, Annotated, Any
from uuid import uuid4

import typer
from rich.console import Console
from rich.progress import Progress

from pipelines.audit import SuiteError
from pipelines.build.counts import CheckCounts, RevisionCounts
from pipelines.build.dbt import DbtError
from pipelines.build.workspace import FailedTable, Rehearsed, Workspace
from pipelines.commands.console import make_console, make_progress
from pipelines.common.located_yaml import YamlError
from pipelines.common.lock import Holder, WriterLockError
from pipelines.common.progress import LOGGER
from pipelines.common.readers import RightsError
from pipelines.common.sentences import Sentence
from pipelines.common.settings import ConfigurationError, Settings
from pipelines.observations.intake import Order
from pipelines.orchestration import home as dagster_home
from pipelines.orchestration.run_failures import failed_run, step_errors
from pipelines.recording import RecordingServerError
from pipelines.refresh import QuietNight, Refresh, open_if_free
from pipelines.releases.decisions import with_acceptances
from pipelines.releases.journal import JournalError
from pipelines.releases.store import NOTES, Release, ReleaseError, Releases
from pipelines.releases.warehouse import Warehouse
from pipelines.snapshots.records import SnapshotError
from pipelines.sources.datasets import Dataset, all_years
from pipelines.sources.scope import Scope, ScopeError
from pipelines.statline.errors import StatlineError
from pipelines.watch.webhook import Message, post

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import dagster as dg


RELEASED, NO_RELEASE, RELEASED_WITH_FAILURES = 0, 1, 2
# A mistake in the question, the settings or our own files, or a closed folder: found before the run began.
_FOUND_BEFORE = (
    ConfigurationError,
    ScopeError,
    YamlError,
    SuiteError,
    DbtError,
    JournalError,
    ReleaseError,
    RightsError,
    SnapshotError,
    WriterLockError,
)
_log = logging.getLogger(__name__)
_HTTP_LOGGER = logging.getLogger("pipelines.statline.transport")

app = typer.Typer()
console = make_console()


@app.command(name="refresh")
def refresh_command(
    force: Annotated[
        bool, typer.Option("--force", help="Fetch every table again, also where CBS changed nothing.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Fetch, build, audit and compare, but publish nothing.")
    ] = False,
    no_wait: Annotated[
        bool, typer.Option("--no-wait", help="Fail at once when another run writes in the warehouse.")
    ] = False,
    dataset: Annotated[
        list[str] | None, typer.Option("--dataset", help="Fetch only this dataset; may be given more than once.")
    ] = None,
    years: Annotated[
        str | None, typer.Option("--years", help="Fetch only these years: 2021, 2017-2021, 2021-.")
    ] = None,
) -> None:
    """Fetch what changed at CBS, build, audit and publish; what is not fetched is reused as it is.

    Exit code: 0 released or nothing to do (unchanged, or held), 2 the same but a table failed, 1 no release. With
    --dry-run: what a refresh would end with.
    """
    try:
        with told_if_not_started():
            settings = Settings()
            scope = Scope.of(Warehouse.of(settings).project.datasets, dataset or (), years)
            code = run_refresh(settings, console, scope, force=force, wait=not no_wait, dry=dry_run)
    except _FOUND_BEFORE as error:
        console.print(f"NO RELEASE: {error}")
        code = NO_RELEASE
    raise typer.Exit(code)


@contextmanager
def told_if_not_started() -> "Iterator[None]":
    """Tell the webhook of a refresh that broke before or outside its run; whoever asked wrongly sees that himself."""
    try:
        yield
    except ScopeError:
        raise
    except Exception as error:
        title = "A refresh could not run; the last release stands"
        post(Settings(), Message("run_mislukt", "kritiek", title, f"{type(error).__name__}: {error}"))
        raise


def run_refresh(
    settings: Settings, console: Console, scope: Scope, *, force: bool, wait: bool = True, dry: bool = False
) -> int:
    """Refresh ``scope`` and return the exit code (0, 1 or 2 as the command promises).

    A night without news is confirmed here; anything else is a run of the job `refresh`. ``dry`` publishes nothing; the
    code is then what a refresh would end with.
    """
    started, run_id = time.monotonic(), str(uuid4())
    _require_own(Warehouse.of(settings))
    dagster_home.prepare(settings)
    with open_if_free(settings, run_id, lambda dead: _tell_killed(settings, dead)) as refresh:
        if refresh is not None and scope.is_everything and not force and not dry:
            night = refresh.quiet_night()
            if night is not None:
                refresh.workspace.remove()
                _print_quiet(console, settings, night, time.monotonic() - started)
                return RELEASED
        with _watched(console, scope, Warehouse.of(settings).project.datasets.values()) as watcher:
            if refresh is not None:
                _begin(refresh, scope, force=force)
            result = _execute(scope, run_id, refresh, force=force, wait=wait, dry=dry)
    if not result.success and not dry:
        run = result.dagster_run
        # Not the sensor's to tell: a run of the command line belongs to no code location.
        post(settings, failed_run(settings, run.job_name, run.run_id, run.tags, result.all_events))
    workspace = Workspace(settings.monitor_warehouse, result.run_id)
    if watcher.stages():
        _print_counts(console, workspace, watcher, time.monotonic() - started)
    return _print_outcome(console, settings, workspace, result, dry=dry)


def _require_own(warehouse: Warehouse) -> None:
    """Check that this user may write in the warehouse, which is made if it is not there.

    First of all, since Dagster says less of a folder in which it may not write. Raises `ReleaseError`, `RightsError` or
    `WriterLockError`.
    """
    warehouse.releases.require_entry()
    with suppress(OSError):
        warehouse.readers.make(warehouse.folder)
    warehouse.lock("refresh").require_writable()


def _begin(refresh: Refresh, scope: Scope, *, force: bool) -> None:
    """Start what the run will need beside the import of Dagster, which takes longer than fetching most tables."""
    refresh.expect_build_if_edited()
    # Without a service there is nothing to begin with, and the steps of the run say so, table by table.
    with suppress(StatlineError, RecordingServerError):
        refresh.intake.begin(_orders(scope, refresh.datasets, force=force))


def _orders(scope: Scope, datasets: Mapping[str, Dataset], *, force: bool) -> list[Order]:
    """What the steps of the run will ask of the intake, so that it is under way when they come."""
    years = frozenset(year for year in all_years(datasets) if scope.first <= year <= scope.last)
    return [Order(dataset, years, force=force) for name, dataset in datasets.items() if name in scope.datasets]


def _print_quiet(console: Console, settings: Settings, night: QuietNight, seconds: float) -> None:
    """Tell of a night without news, here and in Dagster."""
    _tell_quiet(settings, night)
    console.print(f"Tables: 0 fetched, {night.tables} unchanged, 0 failed. {seconds:.0f} s")
    print_release(console, settings, night.release, held=night.held)


def _print_outcome(
    console: Console, settings: Settings, workspace: Workspace, result: "dg.ExecuteInProcessResult", *, dry: bool
) -> int:
    """Tell what a run came to, and return the exit code that this is."""
    warehouse, failures = Warehouse(settings.monitor_warehouse), workspace.failures
    told = _print_failures(console, failures, _catalogue_errors(result))
    _print_warnings(console, workspace.warnings)
    release, current = _release_of(warehouse, workspace), warehouse.releases.current()
    if dry and workspace.rehearsed is not None:
        print_rehearsal(console, workspace.rehearsed, current)
    elif release is None:
        print_refusal(console, _reasons(result, workspace, warehouse, told), current, dry=dry)
        return NO_RELEASE
    else:
        is_new, decision = workspace.published is not None, workspace.decision
        held = decision.held if decision and not is_new else None
        print_release(console, settings, release, is_new=is_new, held=held)
    if failures or result.success:
        return RELEASED_WITH_FAILURES if failures else RELEASED
    console.print("The release is good, but the run did not end well:")
    for reason in _reasons(result, workspace, warehouse, told):
        console.print(f"- {reason}")
    return RELEASED_WITH_FAILURES


def _tell_quiet(settings: Settings, night: QuietNight) -> None:
    """Tell Dagster of a night without news; the night is good whatever becomes of that."""
    try:
        from pipelines.orchestration.quiet import report_quiet

        with dagster_home.instance() as instance:
            report_quiet(instance, night, settings)
    except Exception as error:  # noqa: BLE001 - Dagster's administration may be down, damaged or elsewhere
        _log.warning(f"Dagster could not be told, so its UI does not show this night: {error}")


def _tell_killed(settings: Settings, dead: Holder) -> None:
    """Mark the run of who died as failed in Dagster; the night goes on whatever becomes of that."""
    try:
        from pipelines.orchestration.resource import report_killed

        with dagster_home.instance() as instance:
            report_killed(instance, None, dead, settings, _log)
    except Exception as error:  # noqa: BLE001 - Dagster's administration may be down, damaged or elsewhere
        _log.warning(f"Run {dead.run} was killed, and could not be marked as failed: {error}")


def _execute(
    scope: Scope, run_id: str, refresh: Refresh | None, *, force: bool, wait: bool, dry: bool
) -> "dg.ExecuteInProcessResult":
    """Run the job as ``run_id``, with ``refresh`` if it is open."""
    with warnings.catch_warnings(), ExitStack() as opened:
        # Dagster marks single-run backfills as beta; the lock pins the version in which they were tried.
        warnings.simplefilter("ignore")

        from pipelines.definitions import defs
        from pipelines.orchestration.jobs import fetching_only, range_tags
        from pipelines.orchestration.resource import NO_WAIT_TAG, opened_before

        ops = {f"ruw__{name}": {"config": {"force": force}} for name in scope.datasets}
        ops["uitgave"] = {"config": {"droog": dry}}
        job = defs.resolve_job_def("refresh")
        if refresh is not None:
            opened.enter_context(opened_before(run_id, refresh))
        with dagster_home.instance() as instance, dagster_home.administration_open():
            return job.execute_in_process(
                instance=instance,
                run_id=run_id,
                asset_selection=fetching_only(job.asset_layer.selected_asset_keys, scope.datasets),
                tags=range_tags(str(scope.first), str(scope.last)) | ({} if wait else NO_WAIT_TAG),
                raise_on_error=False,
                run_config={"ops": ops, "loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
            )


def _release_of(warehouse: Warehouse, workspace: Workspace) -> Release | None:
    """The release that is right for what went into this run: just published, or standing; None when there is none."""
    published, decision = workspace.published, workspace.decision
    if published is not None:
        return warehouse.releases.find(published.release_id)
    return warehouse.releases.find(decision.stands) if decision is not None and decision.stands else None


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
            self._progress.console.print(_line(outcome))
            self._progress.advance(self._task)
        elif hasattr(record, "waiting"):
            self._progress.console.print(record.waiting)
        elif hasattr(record, "stage"):
            self._starts.append((record.stage, record.at))  # type: ignore[attr-defined]
            self._progress.update(self._task, description=record.stage)
        elif record.name == _HTTP_LOGGER.name:
            # What keeps failing is told at the end; meanwhile only that the wait has a reason.
            self._progress.update(
                self._task, description=f"{self._starts[-1][0] if self._starts else 'start'}, asking again"
            )

    def stages(self) -> list[tuple[str, float]]:
        """Seconds per stage, in order."""
        ends = [at for _, at in self._starts[1:]] + [time.monotonic()] * bool(self._starts)
        seconds: Counter[str] = Counter()
        for (name, start), end in zip(self._starts, ends, strict=True):
            seconds[name] += end - start  # type: ignore[assignment]
        return list(seconds.items())


@contextmanager
def _watched(console: Console, scope: Scope, datasets: "Iterable[Dataset]") -> "Iterator[_Watcher]":
    with make_progress(console) as progress:
        watcher = _Watcher(progress, total=sum(len(scope.tables(dataset)) for dataset in datasets))
        for logger in (LOGGER, _HTTP_LOGGER):
            logger.addHandler(watcher)
        _HTTP_LOGGER.propagate = False
        try:
            yield watcher
        finally:
            _HTTP_LOGGER.propagate = True
            for logger in (LOGGER, _HTTP_LOGGER):
                logger.removeHandler(watcher)


def _line(outcome: Mapping[str, Any]) -> str:
    rows = f"{outcome['rijen']:>8,} rows" if outcome["rijen"] is not None else " " * 13
    words = {"opgehaald": "fetched", "ongewijzigd": "unchanged", "mislukt": "FAILED"}
    what = f"{outcome['tabel']:<9} {outcome['dataset']:<30} {words[outcome['uitkomst']]:<9}"
    return f"  {what} {rows} {outcome['seconden']:6.1f} s"


def _print_counts(console: Console, workspace: Workspace, watcher: _Watcher, seconds: float) -> None:
    own = {each.file for each in workspace.own_problems or ()}
    failed = {failure.table for failure in workspace.failures} - own
    # A table that was fetched but not understood counts as failed only.
    counts = Counter(outcome.result for outcome in workspace.fetched if outcome.table not in failed)
    done = f"{counts['fetched']} fetched, {counts['unchanged']} unchanged, {len(failed)} failed"
    if own:
        done += f"; own files: {len(own)} not taken in"
    stages = ", ".join(f"{name} {took:.1f}" for name, took in watcher.stages())
    console.print(f"\nTables: {done}. {seconds:.0f} s: {stages}")


def _print_failures(console: Console, failures: Sequence[FailedTable], shared_causes: Sequence[str]) -> dict[str, str]:
    """One sentence per cause: a host without catalogue fails all its tables at once, any other cause one table.

    Returns:
        The tables that were told of, by the message of each.
    """
    rest, told = list(failures), list[FailedTable]()
    for cause in shared_causes:
        hit = [failure for failure in rest if cause in failure.problem.english]
        rest = [failure for failure in rest if failure not in hit]
        told += hit
        if hit:
            console.print(f"FAILED {len(hit)} tables. {cause}. {_instead(hit)}")
    for failure in rest[:SHOWN]:
        console.print(f"FAILED {failure.problem.english}")
    if len(rest) > SHOWN:
        console.print(f"... and {len(rest) - SHOWN} tables more; see the run in Dagster (make dev).")
    return {failure.problem.english: failure.table for failure in [*told, *rest[:SHOWN]]}


def _print_warnings(console: Console, warnings: Mapping[str, Sequence[Sentence]]) -> None:
    sentences = [sentence.english for table in warnings.values() for sentence in table]
    for sentence in sentences[:SHOWN]:
        console.print(f"WARNING {sentence}")
    if len(sentences) > SHOWN:
        console.print(f"... and {len(sentences) - SHOWN} warnings more; see the run in Dagster (make dev).")


def _instead(failures: Sequence[FailedTable]) -> str:
    """What the figures of these tables are made from meanwhile."""
    bare = [failure.table for failure in failures if failure.version is None]
    if not bare:
        return "Their last good versions stay in use."
    if len(bare) == len(failures):
        return "There is no earlier version of any of them."
    return f"Of {len(bare)} of them there is no earlier version, so their figures are missing: {some(bare)}."


def _catalogue_errors(result: "dg.ExecuteInProcessResult") -> list[str]:
    """What went wrong with each host of which the catalogue could not be read, once."""
    import dagster as dg

    from pipelines.orchestration.keys import CATALOGUE

    found = [m for m in result.get_asset_materialization_events() if m.asset_key == CATALOGUE]
    values = [value for event in found for value in event.materialization.metadata.values()]
    return list(dict.fromkeys(str(value.value) for value in values if isinstance(value, dg.TextMetadataValue)))


def _reasons(
    result: "dg.ExecuteInProcessResult", workspace: Workspace, warehouse: Warehouse, told: Mapping[str, str]
) -> list[str]:
    """Why there is no release: the critical checks that failed, or what the failing steps said; each sentence once."""
    signed = workspace.audit
    reasons = signed.reasons(with_acceptances(signed.checks, warehouse.journal)) if signed else []
    said = reasons or [
        line.removeprefix("- ") for _, text in step_errors(result.all_events) for line in text.splitlines()
    ]
    lines = list(dict.fromkeys(said))
    repeated = [told[line] for line in lines if line in told]
    above = [f"What is wrong with {some(repeated)} stands above."] if repeated else []
    return [line for line in lines if line not in told] + above


# More of the same sentence would bury it; all of them are in `kwaliteit` and in the Dagster run.
SHOWN = 5


def some(names: Sequence[str]) -> str:
    """The first few of ``names``."""
    return ", ".join(names[:SHOWN]) + (", ..." if len(names) > SHOWN else "")


def print_release(
    console: Console, settings: Settings, release: Release, *, is_new: bool = False, held: str | None = None
) -> None:
    """The release that stands now: whether it is new or held, its checks, what it revised, and where it is."""
    manifest = release.manifest
    _print_checks(console, manifest.checks)
    if held is not None:
        console.print(f"Not built: the inputs make what was put aside; {held}.")
    if is_new:
        _print_revisions(console, manifest.revisions)
        console.print(f"Release notes: {release.folder / NOTES}")
        for name, path in release.pages.items():
            console.print(f"{name}: {path}")
    stays = "The release stays" if held is not None else "Nothing changed, so the release stays"
    console.print(f"{'Released' if is_new else stays}: {release.release_id}. {manifest.explanation}")
    link = Releases(settings.monitor_warehouse).link
    console.print(
        f"Open it: {link} (read-only), for instance\n"
        f'  duckdb -readonly {shlex.quote(str(link))} "from mart_indicator_actueel limit 5"',
    )


def print_rehearsal(console: Console, rehearsed: Rehearsed, current: Release | None) -> None:
    """What a real refresh would publish now; nothing was."""
    console.print("\n" + (rehearsed.difference or "There is no release yet to compare with."))
    _print_checks(console, rehearsed.checks)
    _print_revisions(console, rehearsed.revisions)
    console.print(f"Release notes it would have: {rehearsed.notes}")
    stays = f"; the release stays: {current.release_id}" if current else ""
    console.print(f"DRY RUN: it would be released{stays}. `monitor refresh` without --dry-run publishes it.")


def print_refusal(console: Console, reasons: Sequence[str], current: Release | None, *, dry: bool) -> None:
    """Why there is no release, or would be none."""
    console.print("DRY RUN: there would be no release." if dry else "NO RELEASE.")
    for reason in reasons:
        console.print(f"- {reason}")
    if current is not None:
        console.print(f"The last good release stands: {current.release_id}")


def _print_checks(console: Console, checks: CheckCounts) -> None:
    passed = checks.total - len(checks.warnings) - len(checks.accepted)
    told = f"; accepted: {some(checks.accepted)}" if checks.accepted else ""
    warned = some(checks.warnings) or "none"
    console.print(f"Checks: {passed} of {checks.total} passed; warnings: {warned}{told}.")


def _print_revisions(console: Console, revisions: RevisionCounts) -> None:
    """One line of counts, and one of the tables they are in."""
    if revisions.previous is None:
        return
    total, tables = revisions.total, revisions.tables
    if not tables:
        console.print(f"Revisions since {revisions.previous}: none, every figure is the same.")
        return
    console.print(
        f"Revisions since {revisions.previous}: {total.values:,} values "
        f"({total.definitive:,} of them definitive), {total.statuses:,} statuses, {total.reasons:,} reasons; "
        f"{total.new:,} figures new, {total.gone:,} gone.",
    )
    counted = {
        table: count.values + count.statuses + count.reasons + count.new + count.gone for table, count in tables.items()
    }
    names = [f"{table} {counted[table]:,}" for table in sorted(counted, key=lambda table: -counted[table])]
    console.print(f"  by CBS table: {some(names)} (table `revisie_telling`)")
