"""Holds: releases that may not come back, however often the same inputs would make them again.

A hold is on content, not on a folder: on the hash of everything a release was made of (``invoer`` in its manifest). So
it survives the removal of the release, and ends by itself in effect as soon as any input changes.
"""

from dataclasses import dataclass
from pathlib import Path

from pipelines.release.journal import Entry, Journal
from pipelines.release.releases import Release, ReleaseError, Releases

_ACTS = ("terugdraaien", "vasthouden", "vrijgeven")


@dataclass(frozen=True)
class Hold:
    """A release that is held: since when (UTC, ISO 8601), by whom and why."""

    release_id: str
    inputs: str
    since: str
    by: str
    reason: str

    def on(self, inputs: str) -> bool:
        """Whether content made of ``inputs`` is what is held."""
        return inputs.startswith(self.inputs) or self.inputs.startswith(inputs)

    @property
    def sentence(self) -> str:
        """The hold in words, with how to lift it."""
        return (
            f"release {self.release_id} is held since {self.since} by {self.by}: {self.reason} "
            f"(`monitor unhold {self.release_id} --reason ...` lifts it)"
        )


def identity(release: Release) -> str:
    """What identifies the content of a release: the hash of its inputs, or as much of it as stands in its id."""
    try:
        return str(release.manifest["invoer"])
    except (OSError, ValueError, KeyError, TypeError):
        return release.release_id.rpartition("-")[2]


def holds(warehouse: Path) -> list[Hold]:
    """What is held now, oldest first.

    Raises:
        JournalError: if the journal cannot be read.
    """
    found: list[Hold] = []
    for entry in Journal(warehouse).entries():
        if entry.invoer and entry.handeling in _ACTS:
            # Held again, its reason is the newest one.
            found = [hold for hold in found if not hold.on(entry.invoer)]
            if entry.handeling != "vrijgeven":
                found.append(_hold(entry))
    return found


def hold_on(warehouse: Path, inputs: str) -> Hold | None:
    """The hold on content made of ``inputs``, if any."""
    return next((hold for hold in holds(warehouse) if hold.on(inputs)), None)


def hold(warehouse: Path, release_id: str, reason: str) -> Hold:
    """Hold a release that is not the current one.

    Raises:
        ReleaseError: if there is no such release, or analysts read it now.
    """
    releases = Releases(warehouse)
    release, current = releases.find(release_id), releases.current()
    if current is not None and identity(release) == identity(current):
        raise ReleaseError(
            f"Release {release_id} is what analysts read now, so holding it changes nothing: "
            "`monitor rollback --reason ...` goes back to the one before and holds this one."
        )
    return _hold(Journal(warehouse).append("vasthouden", release_id, reason, inputs=identity(release)))


def unhold(warehouse: Path, release_id: str, reason: str) -> Hold:
    """Lift the hold on a release, also of one that is no longer on disk.

    Raises:
        ReleaseError: if it is not held.
    """
    held = holds(warehouse)
    on_disk = {release.release_id: identity(release) for release in Releases(warehouse).all()}
    inputs = on_disk.get(release_id)
    lifted = next((h for h in held if h.release_id == release_id or (inputs and h.on(inputs))), None)
    if lifted is None:
        names = ", ".join(h.release_id for h in held) or "none"
        raise ReleaseError(f"Release {release_id} is not held. Held now: {names}.")
    Journal(warehouse).append("vrijgeven", lifted.release_id, reason, inputs=lifted.inputs)
    return lifted


def _hold(entry: Entry) -> Hold:
    return Hold(entry.uitgave, entry.invoer, entry.tijd, entry.wie, entry.reden)
