"""Go back to an earlier release: one swap of the link, written down, and the release that was left is held.

Without the hold the next refresh would find that its inputs differ from those of the older release, and publish the
release that was left once more.
"""

from dataclasses import dataclass

from pipelines.releases.decisions import Hold, hold_on, identity
from pipelines.releases.rights import mend, wrong_rights
from pipelines.releases.store import Release, ReleaseError, Releases
from pipelines.releases.verification import verify_release
from pipelines.releases.warehouse import Warehouse


@dataclass(frozen=True)
class RolledBack:
    """What a rollback did; ``left`` is None when no release was current, ``hold`` when nothing is held by it.

    ``passed_over`` says of each newer candidate why it was not taken, ``warnings`` what is wrong with the rights of the
    release and this user may not mend.
    """

    to: Release
    left: Release | None
    hold: Hold | None
    reason: str
    passed_over: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def roll_back(warehouse: Warehouse, release_id: str | None, reason: str) -> RolledBack:
    """Make ``release_id``, or the newest good one before the current, the release that analysts read.

    The act is written down before the swap: cut short in between, the current release is merely held while it still is
    current, and rolling back again finishes it.

    Raises:
        ReleaseError: if there is no such release, it is held or damaged, or there is nothing to go back to.
        JournalError: if the journal cannot be read.
    """
    with warehouse.releases.exclusive():
        return _roll_back(warehouse, release_id, reason)


def _roll_back(warehouse: Warehouse, release_id: str | None, reason: str) -> RolledBack:
    releases = warehouse.releases
    left = _left(releases)
    if release_id is None:
        to, passed_over = _previous(warehouse, left)
    else:
        to, passed_over = _chosen(warehouse, left, release_id), []
    # Going forward again (after an unhold) leaves a release that there is nothing against.
    holds_left = left is not None and left.release_id > to.release_id
    entry = warehouse.journal.append(
        "terugdraaien",
        left.release_id if left else "",
        reason,
        inputs=identity(left) if left and holds_left else "",
        to=to.release_id,
    )
    releases.point_at(to)
    return RolledBack(
        to,
        left,
        hold_on(warehouse.journal, entry.inputs) if entry.inputs else None,
        reason,
        tuple(passed_over),
        tuple(wrong_rights(releases, [to])),
    )


def _left(releases: Releases) -> Release | None:
    """The current release; None also when the link is damaged and leads to no release."""
    current = releases.current()
    return current if current is not None and current.folder.parent == releases.root else None


def _chosen(warehouse: Warehouse, left: Release | None, release_id: str) -> Release:
    to = warehouse.releases.find(release_id)
    if left is not None and to.release_id == left.release_id:
        raise ReleaseError(f"Release {release_id} is already the current one.")
    if left is not None and identity(to) == identity(left):
        raise ReleaseError(
            f"Release {release_id} was made of the same inputs as the current one, {left.release_id}, "
            "so it holds the same figures. Choose another (`monitor releases`)."
        )
    objections = _objections(warehouse, to)
    if objections:
        raise ReleaseError("\n".join([f"Not gone back to {release_id}; the current release stays.", *objections]))
    return to


def _previous(warehouse: Warehouse, left: Release | None) -> tuple[Release, list[str]]:
    """The newest good release before ``left``, and why newer ones were passed over."""
    passed_over: list[str] = []
    for candidate in warehouse.releases.all():
        if left is not None and (candidate.release_id >= left.release_id or identity(candidate) == identity(left)):
            continue
        objections = _objections(warehouse, candidate)
        if not objections:
            return candidate, passed_over
        passed_over += objections
    raise ReleaseError(
        "\n".join(
            [
                f"There is no good release {f'before {left.release_id}' if left else 'at all'} to go back to.",
                *passed_over,
            ]
        )
    )


def _objections(warehouse: Warehouse, release: Release) -> list[str]:
    held = hold_on(warehouse.journal, identity(release))
    if held is not None:
        return [f"Not {release.release_id}: {held.sentence}."]
    # Before it is looked at: nobody else can change it any more when it is found whole.
    mend(warehouse.releases, release)
    return verify_release(warehouse.releases, release)
