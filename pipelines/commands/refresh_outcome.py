"""What a refresh came to, told at the end of `monitor refresh`: the release, its rehearsal, or why there is none."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console

from pipelines.release.publish import PUBLISHED, REHEARSED
from pipelines.release.releases import NOTES, REPORT, Release, Releases
from pipelines.release.standing import Standing
from pipelines.release.workspace import Workspace

# More of the same sentence would bury it; all of them are in `kwaliteit` and in the Dagster run.
SHOWN = 5


def some(names: Sequence[str]) -> str:
    """The first few of ``names``."""
    return ", ".join(names[:SHOWN]) + (", ..." if len(names) > SHOWN else "")


def print_release(console: Console, workspace: Workspace, standing: Standing) -> None:
    """The release that stands after the run: whether it is new, its checks, what it revised, and where it is."""
    release, manifest = standing.release, standing.release.manifest
    _print_checks(console, manifest["controles"])
    if standing.hold is not None:
        console.print(f"Not built: the inputs make what was put aside; {standing.hold.sentence}.", markup=False)
    if workspace.read(PUBLISHED):
        _print_revisions(console, manifest["revisies"])
        console.print(f"Release notes: {release.folder / NOTES}", markup=False)
        console.print(f"Quality report: {release.folder / REPORT}", markup=False)
    console.print(f"{_made(workspace, standing)}: {release.release_id}. {manifest['toelichting']}", markup=False)
    link = Releases(workspace.warehouse).link
    console.print(
        f'Open it: {link} (read-only), for instance\n  duckdb -readonly {link} "from mart_indicator_actueel limit 5"',
        markup=False,
    )


def print_rehearsal(console: Console, workspace: Workspace, current: Release | None) -> None:
    """What a real refresh would publish now; nothing was."""
    rehearsed = workspace.read(REHEARSED)
    console.print("\n" + (rehearsed["difference"] or "There is no release yet to compare with."), markup=False)
    _print_checks(console, rehearsed["controles"])
    _print_revisions(console, rehearsed["revisies"])
    console.print(f"Release notes it would have: {rehearsed['notes']}", markup=False)
    stays = f"; the release stays: {current.release_id}" if current else ""
    console.print(f"DRY RUN: it would be released{stays}. `monitor refresh` without --dry-run publishes it.")


def print_refusal(console: Console, reasons: Sequence[str], current: Release | None, *, dry: bool) -> None:
    """Why there is no release, or would be none."""
    console.print("DRY RUN: there would be no release." if dry else "NO RELEASE.")
    for reason in reasons:
        console.print(f"- {reason}", markup=False)
    if current is not None:
        console.print(f"The last good release stands: {current.release_id}")


def _print_checks(console: Console, checks: Mapping[str, Any]) -> None:
    # Releases made before findings could be accepted do not name any.
    accepted = checks.get("aanvaard", [])
    passed = checks["aantal"] - len(checks["waarschuwingen"]) - len(accepted)
    warned = some(checks["waarschuwingen"]) or "none"
    told = f"; accepted: {some(accepted)}" if accepted else ""
    console.print(f"Checks: {passed} of {checks['aantal']} passed; warnings: {warned}{told}.", markup=False)


def _print_revisions(console: Console, revisions: Mapping[str, Any]) -> None:
    """One line of counts, and one of the tables they are in."""
    if revisions["vorige"] is None:
        return
    total, tables = revisions["totaal"], revisions["tabellen"]
    if not tables:
        console.print(f"Revisions since {revisions['vorige']}: none, every figure is the same.")
        return
    console.print(
        f"Revisions since {revisions['vorige']}: {total['waarden']:,} values "
        f"({total['definitief']:,} of them definitive), {total['statussen']:,} statuses, {total['redenen']:,} reasons; "
        f"{total['nieuw']:,} figures new, {total['vervallen']:,} gone.",
        markup=False,
    )
    counted = {table: sum(count.values()) - count["definitief"] - count["gemeenten"] for table, count in tables.items()}
    names = [f"{table} {counted[table]:,}" for table in sorted(counted, key=lambda table: -counted[table])]
    console.print(f"  by CBS table: {some(names)} (table `revisie_telling`)", markup=False)


def _made(workspace: Workspace, standing: Standing) -> str:
    if standing.hold is not None:
        return "The release stays"
    return "Released" if workspace.read(PUBLISHED) else "Nothing changed, so the release stays"
