"""The commands about releases: ``status``, ``releases``, ``rollback``, ``hold``, ``unhold``, ``verify``, ``diff``."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.commands.console import make_console, print_rows
from pipelines.commands.decisions import tell_dagster
from pipelines.common.located_yaml import YamlError
from pipelines.common.settings import Settings
from pipelines.releases.comparison import Difference, changed_rows, compare_releases, render_difference, render_rows
from pipelines.releases.decisions import Hold, hold, holds, identity, unhold
from pipelines.releases.journal import Journal, JournalError
from pipelines.releases.rights import closed_to_this_user, wrong_rights
from pipelines.releases.rollback import RolledBack, roll_back
from pipelines.releases.store import Release, ReleaseError, Releases
from pipelines.releases.verification import verify_all, verify_current, verify_release
from pipelines.releases.warehouse import Warehouse
from pipelines.snapshots.freshness import summary, table_ages
from pipelines.snapshots.records import SnapshotError

if TYPE_CHECKING:
    import dagster as dg

app = typer.Typer()
console = make_console()

ReleaseId = Annotated[str, typer.Argument(metavar="RELEASE", help="Id of a release (`monitor releases`)")]
OptionalId = Annotated[str | None, typer.Argument(metavar="[RELEASE]", help="Id of a release (`monitor releases`)")]
Reason = Annotated[str, typer.Option("--reason", help="Why; kept in the journal")]


@contextmanager
def _sentences() -> Iterator[None]:
    """What cannot be done is told in a sentence, and the exit code is 1."""
    try:
        yield
    except (ReleaseError, JournalError, SnapshotError, YamlError) as error:
        console.print(str(error))
        raise typer.Exit(1) from error


@app.command()
def status() -> None:
    """Say which release analysts read now, what it was made of and warns about, and what is held."""
    warehouse = Warehouse.of(Settings())
    releases = warehouse.releases
    with _sentences():
        current = releases.current()
        if current is None:
            raise ReleaseError("There is no release yet: run `make refresh`.")
        closed = closed_to_this_user(releases, current)
        if closed is not None:
            raise ReleaseError(closed)
        for line in _facts(current):
            console.print(line)
        console.print(str(releases.link))
        for name, path in current.pages.items():
            console.print(f"{name}: {path}")
        for line in _put_aside(warehouse, current):
            console.print(line)
        for line in summary(table_ages(warehouse.project.datasets.values(), warehouse.snapshots)):
            console.print(line)


def _facts(release: Release) -> list[str]:
    try:
        manifest = release.manifest
        return [
            f"{release.release_id} ({manifest.source}), made {manifest.made}",
            manifest.explanation,
            f"{manifest.checks.total} checks, warnings: {', '.join(manifest.checks.warnings) or 'none'}",
            *(f"Accepted though it failed: {check}" for check in manifest.checks.accepted),
        ]
    except (OSError, ValueError) as error:
        raise ReleaseError(f"Release {release.release_id} is damaged: `monitor verify` says how.") from error


def _put_aside(warehouse: Warehouse, current: Release) -> Iterator[str]:
    """That and why the current release is not the newest, and what is held."""
    if any(release.release_id > current.release_id for release in warehouse.releases.all()):
        yield f"This is not the newest release{_rolled_back(warehouse.journal, current)}."
    for held in holds(warehouse.journal):
        yield f"Held: {held.sentence}."
        if held.on(identity(current)):
            yield "That is what analysts read now: a rollback was cut short. Run `monitor rollback --reason ...` again."


def _rolled_back(journal: Journal, current: Release) -> str:
    acts = [entry for entry in journal.entries() if entry.to == current.release_id]
    if not acts:
        return ", and the journal does not say why"
    act = acts[-1]
    return f": {act.by} went back to it from {act.release or 'a damaged link'} at {act.moment}: {act.reason}"


@app.command(name="releases")
def list_releases() -> None:
    """List the releases on disk, newest first; the current one has a star."""
    warehouse = Warehouse(Settings().monitor_warehouse)
    found = warehouse.releases
    with _sentences():
        current, held = found.current(), holds(warehouse.journal)
    rows = [("*" if found.is_current(release) else "", *_release_cells(release, held)) for release in found.all()]
    print_rows(console, ("", "release", "made (UTC)", "source", "checks", "warnings", "held"), rows)
    # Of a release that is closed to this user the list knows nothing.
    closed = None if current is None else closed_to_this_user(found, current)
    if closed is not None:
        console.print(closed)
    gone = [hold for hold in held if hold.release_id not in {release.release_id for release in found.all()}]
    for hold_ in gone:
        console.print(f"No longer on disk: {hold_.sentence}.")


def _release_cells(release: Release, held: list[Hold]) -> list[str]:
    reasons = [f"since {hold.since}: {hold.reason}" for hold in held if hold.on(identity(release))]
    try:
        manifest = release.manifest
        checks = manifest.checks
        cells = [manifest.made[:19], manifest.source, str(checks.total), str(len(checks.warnings))]
    except (OSError, ValueError):
        cells = ["damaged: see `monitor verify --all`", "", "", ""]
    return [release.release_id, *cells, *(reasons or [""])]


@app.command()
def rollback(reason: Reason, release: OptionalId = None) -> None:
    """Go back to RELEASE, or to the good one before the current, and hold the release that was left."""
    settings = Settings()
    with _sentences():
        done = roll_back(Warehouse.of(settings), release, reason)
    for line in done.passed_over:
        console.print(f"Passed over: {line}")
    for sentence in done.warnings:
        console.print(f"WARNING {sentence}")
    left = f" instead of {done.left.release_id}" if done.left else ""
    console.print(f"Analysts now read {done.to.release_id}{left}. A reader that is open sees it after reconnecting.")
    if done.hold is not None:
        console.print(f"The next refresh does not bring it back: {done.hold.sentence}.")
    tell_dagster(settings, console, lambda: _event(done))


def _event(done: RolledBack) -> "dg.AssetMaterialization | dg.AssetObservation":
    from pipelines.orchestration.decisions import materialization

    return materialization(done)


@app.command(name="hold")
def hold_release(release: ReleaseId, reason: Reason) -> None:
    """Hold a release that is not the current one: no refresh makes it again, no rollback goes to it."""
    with _sentences():
        held = hold(Warehouse(Settings().monitor_warehouse), release, reason)
    console.print(f"From now on {held.sentence}.")


@app.command(name="unhold")
def unhold_release(release: ReleaseId, reason: Reason) -> None:
    """Lift the hold on a release: the next refresh whose inputs make it publishes it."""
    with _sentences():
        lifted = unhold(Warehouse(Settings().monitor_warehouse), release, reason)
    console.print(f"Release {lifted.release_id} is no longer held (it was since {lifted.since}: {lifted.reason}).")


@app.command()
def verify(
    release: OptionalId = None, every: Annotated[bool, typer.Option("--all", help="Verify every release")] = False
) -> None:
    """Check that a release (default: the current one) is still what was audited and published; exit code 0 or 1."""
    found = Warehouse.of(Settings()).releases
    with _sentences():
        problems, names, warnings = _verified(found, release, every=every)
    for problem in problems:
        console.print(problem)
    for warning in warnings:
        console.print(f"WARNING {warning}")
    if problems:
        raise typer.Exit(1)
    console.print(f"In order: {', '.join(names)}.")


def _verified(releases: Releases, release_id: str | None, *, every: bool) -> tuple[list[str], list[str], list[str]]:
    """The problems found, the ids of the releases looked at, and what is wrong with rights."""
    current = releases.current()
    if every:
        problems, chosen = verify_all(releases), releases.all()
    elif release_id is not None:
        chosen = [releases.find(release_id)]
        problems = verify_release(releases, chosen[0])
    else:
        problems, chosen = verify_current(releases), [current] if current else []
    # What the link leads to may be no release at all.
    there = [each for each in chosen if each.folder.parent.resolve() == releases.root.resolve()]
    readable = [each for each in there if closed_to_this_user(releases, each) is None]
    return problems, [each.release_id for each in chosen], wrong_rights(releases, readable)


@app.command()
def diff(
    old: Annotated[str | None, typer.Argument(help="Id of a release; default: the one before the current")] = None,
    new: Annotated[str | None, typer.Argument(help="Id of a release; default: the current one")] = None,
    table: Annotated[str | None, typer.Option("--table", help="List the rows of this table that differ")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many rows to list")] = 50,
) -> None:
    """Compare two releases: rows per table, and per indicator and year the figures that changed."""
    with _sentences():
        pair = _pair(Releases(Settings().monitor_warehouse), old, new)
        if table is None:
            found: Difference = compare_releases(*pair)
            console.print(render_difference(found))
        else:
            console.print(render_rows(changed_rows(*pair, table, limit), limit))


def _pair(releases: Releases, old: str | None, new: str | None) -> tuple[Release, Release]:
    after = releases.find(new) if new else releases.current()
    before = releases.find(old) if old else releases.previous()
    if after is None or before is None:
        raise ReleaseError("There are no two releases to compare: see `monitor releases`.")
    return before, after
