"""Publish an audited build: let it through the gate, complete the file, and swap it in with one atomic step.

What was refused, or could not be finished, leaves the last good release where it is. A rehearsal goes the same way up
to the swap and leaves nothing in ``releases/``.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipelines.build.project import Project
from pipelines.build.workspace import Published, Rehearsed, Workspace
from pipelines.common.child_process import ChildEndedError
from pipelines.common.readers import RightsError
from pipelines.common.troubles import Trouble, trouble_in
from pipelines.publish.draft import Draft, new_release_id
from pipelines.publish.gate import clear, require_same_previous
from pipelines.publish.publication import ExportError, Publication
from pipelines.releases.comparison import compare_releases, render_difference
from pipelines.releases.rights import give_to_readers, open_the_way
from pipelines.releases.safety import unsafe_to_open
from pipelines.releases.shared_files import share_equal_files
from pipelines.releases.store import DATABASE, NOTES, PublishError, Release
from pipelines.releases.upkeep import what_can_go
from pipelines.releases.warehouse import Warehouse

_REHEARSAL = "proef"
_NOWHERE = Publication()


@dataclass(frozen=True)
class Rehearsal:
    """What publishing would do: the notes of the release, and what differs from the current one (None: there is none).

    ``notes`` is the path of the notes, in the folder of the build.
    """

    notes: Path
    text: str
    difference: str | None


def publish_build(
    workspace: Workspace, warehouse: Warehouse, project: Project, keep: int, publication: Publication = _NOWHERE
) -> Release:
    """Publish the build of ``workspace`` and keep the newest ``keep`` releases.

    ``publication`` is where and by whom it is offered, for its metadata.

    Raises:
        PublishError: saying which check failed, which table is not what was audited, what is held, or what could not
            be exported. Nothing is changed then, nor when the disk is full.
        JournalError: if it cannot be read what is held or accepted. Nothing is changed then.
    """
    cleared = clear(workspace, warehouse)
    releases = warehouse.releases
    release_id = new_release_id(cleared.inputs)
    with _nothing_left_unless_done(releases.draft(release_id), warehouse) as folder:
        draft = Draft(folder, release_id, workspace, cleared, releases.current())
        draft.complete(project, publication)
        _require_safe(folder)
        if draft.previous is not None:
            share_equal_files(Release(folder), draft.previous, releases.readers)
        give_to_readers(folder, releases.readers)
        with releases.exclusive():
            # Once more: meanwhile someone may have gone back to an earlier release.
            require_same_previous(workspace, warehouse, cleared.signed)
            release = releases.add(folder)
            open_the_way(releases)
            releases.point_at(release)
            releases.prune(keep)
    workspace.published = Published(release_id=release_id)
    return release


def rehearse(
    workspace: Workspace, warehouse: Warehouse, project: Project, publication: Publication = _NOWHERE
) -> Rehearsal:
    """Make the release that ``publish_build`` would publish, tell what it holds, and throw it away but for its notes.

    Raises:
        PublishError: as ``publish_build`` would.
        JournalError: as ``publish_build`` would.
    """
    cleared = clear(workspace, warehouse)
    current = warehouse.releases.current()
    release_id = new_release_id(cleared.inputs)
    folder = workspace.folder / _REHEARSAL / release_id
    folder.mkdir(parents=True)
    with _nothing_left_unless_done(folder, warehouse):
        draft = Draft(folder, release_id, workspace, cleared, current)
        draft.complete(project, publication)
        _require_safe(folder)
        told = None if current is None else render_difference(compare_releases(current, Release(folder)))
        notes = (folder / NOTES).replace(workspace.folder / NOTES)
        manifest = Release(folder).manifest
        shutil.rmtree(folder.parent)
    workspace.rehearsed = Rehearsed(
        release_id=release_id, notes=notes, difference=told, checks=manifest.checks, revisions=manifest.revisions
    )
    return Rehearsal(notes, notes.read_text(encoding="utf-8"), told)


def _require_safe(draft: Path) -> None:
    """An analyst who opens the file must not run anything by that."""
    problems = unsafe_to_open(draft / DATABASE)
    if problems:
        raise PublishError("Refused: opening the release would do more than read tables.\n- " + "\n- ".join(problems))


@contextmanager
def _nothing_left_unless_done(draft: Path, warehouse: Warehouse) -> Iterator[Path]:
    """A draft of a release, of which nothing stays when it cannot be finished."""
    try:
        yield draft
    except Exception as error:
        shutil.rmtree(draft, ignore_errors=True)
        if isinstance(error, ExportError | RightsError | ChildEndedError):
            raise PublishError(f"The release could not be completed, and the last one stands: {error}.") from error
        trouble = trouble_in(error)
        if trouble is None:
            raise
        raise PublishError(_not_written(trouble, warehouse)) from error


def _not_written(trouble: Trouble, warehouse: Warehouse) -> str:
    """Why the release could not be written; what may go of the warehouse only where that may be what is full."""
    place = trouble.place
    here = place is None or place.folder == warehouse.folder
    if not trouble.is_full or (trouble.path is not None and place is None) or not here:
        return f"The release could not be written, and the last one stands: {trouble.sentence}."
    told = f"The disk of {warehouse.folder} is full" if place else f"{trouble.sentence}: a disk is full"
    return f"{told}, so the release could not be written and the last one stands; {what_can_go(warehouse)}"
