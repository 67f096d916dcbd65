"""Holds: releases that may not come back, however often the same inputs would make them again.

A hold is on content, not on a folder: on the hash of everything a release was made of (``invoer`` in its manifest). So
it survives the removal of the release, and ends by itself in effect as soon as any input changes.
"""

import difflib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipelines.build.workspace import Workspace
from pipelines.common.files import replace_file
from pipelines.observations.drift import Known
from pipelines.observations.reading import ObservationStore, standing_warnings
from pipelines.releases.journal import Entry, Journal
from pipelines.releases.store import Release, ReleaseError, Releases
from pipelines.snapshots.store import SnapshotStore
from pipelines.sources.datasets import Dataset

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


# Beside the builds, not in them: they go after three runs, and a refusal may wait longer for someone who knows.
REFUSED = "afgekeurd.json"


@dataclass(frozen=True)
class Acceptance:
    """A finding of a check that was accepted: since when (UTC, ISO 8601), by whom and why."""

    check: str
    finding: str
    since: str
    by: str
    reason: str

    @property
    def sentence(self) -> str:
        """The acceptance as an analyst reads it (Dutch)."""
        return f"aanvaard door {self.by} op {self.since}: {self.reason}"


def acceptances(warehouse: Path) -> list[Acceptance]:
    """Every acceptance, oldest first.

    Raises:
        JournalError: if the journal cannot be read.
    """
    return [_acceptance(entry) for entry in Journal(warehouse).entries() if entry.handeling == "aanvaarden"]


def with_acceptances(checks: Iterable[Mapping[str, Any]], warehouse: Path) -> list[dict[str, Any]]:
    """The checks (rows of `kwaliteit`), each with in ``aanvaard`` who accepted what it found; None if nobody did.

    Raises:
        JournalError: if the journal cannot be read.
    """
    accepted = {(each.check, each.finding): each.sentence for each in acceptances(warehouse)}
    return [{**check, "aanvaard": accepted.get((check["controle"], check.get("bevinding") or ""))} for check in checks]


def note_refusal(workspace: Workspace, refused: Iterable[Mapping[str, Any]]) -> None:
    """Keep what the last audit refused, so that it can be accepted; nothing once an audit refuses nothing."""
    path, checks = workspace.warehouse / REFUSED, list(refused)
    if not checks:
        path.unlink(missing_ok=True)
        return
    content = {"run_id": workspace.run_id, "tijd": datetime.now(UTC).isoformat(timespec="seconds"), "controles": checks}
    replace_file(path, json.dumps(content, ensure_ascii=False, indent=1).encode())


def accept(warehouse: Path, check: str, reason: str) -> Acceptance:
    """Accept what the last refused audit found by ``check``: the next build in which it finds just that is released.

    Raises:
        ReleaseError: nothing was refused, or not by this check; it may not be accepted, or it is already.
        JournalError: the journal cannot be read or written.
    """
    if not reason.strip():
        raise ReleaseError("Nothing was accepted: say why in --reason; it is kept and shown with the release.")
    found = _refused(warehouse, check)
    if not found.get("bevinding"):
        raise ReleaseError(
            f"{check} may not be accepted: what it guards is never right. It found: {found['gevonden']}. "
            "Correct the source, the models or the expectation. Checks that may be accepted say `aanvaardbaar: true` "
            "in expectations/."
        )
    finding = str(found["bevinding"])
    known = [each for each in acceptances(warehouse) if (each.check, each.finding) == (check, finding)]
    if known:
        raise ReleaseError(f"What {check} found is already {known[-1].sentence}. Run `monitor refresh`.")
    current = Releases(warehouse).current()
    entry = Journal(warehouse).append(
        "aanvaarden", current.release_id if current else "", reason, check=check, finding=finding
    )
    return _acceptance(entry)


def how_to_accept(check: Mapping[str, Any]) -> str:
    """What to do when a refused finding is right after all; empty for a check that may not be accepted."""
    if not check.get("bevinding"):
        return ""
    return (
        f'. If CBS means this: `monitor accept {check["controle"]} --reason "..."` (or the job `aanvaarden` in '
        "Dagster), then refresh again"
    )


def _refused(warehouse: Path, check: str) -> dict[str, Any]:
    """The check as the last refused audit has it."""
    path = warehouse / REFUSED
    content = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {"controles": []}
    by_name: dict[str, dict[str, Any]] = {each["controle"]: each for each in content["controles"]}
    if check in by_name:
        return by_name[check]
    if not by_name:
        raise ReleaseError("Nothing was accepted: the last audit refused nothing.")
    near = difflib.get_close_matches(check, by_name, n=1)
    meant = f" Did you mean {near[0]}?" if near else ""
    raise ReleaseError(
        f"Nothing was accepted: {check} did not refuse the audit of {content['tijd']}.{meant} "
        f"What refused it: {', '.join(by_name)}."
    )


def _acceptance(entry: Entry) -> Acceptance:
    return Acceptance(entry.controle, entry.bevinding, entry.tijd, entry.wie, entry.reden)


class AcceptanceError(Exception):
    """There is nothing to accept; the message says why, and what to do instead."""


@dataclass(frozen=True)
class Accepted:
    """What was accepted: the act in the journal, and what had been told about the table."""

    entry: Entry
    told: tuple[str, ...]
    was_refused: bool


def accepted_shapes(warehouse: Path) -> set[str]:
    """Digests of all shapes that were ever accepted.

    Raises:
        JournalError: if the journal cannot be read.
    """
    return {entry.vorm for entry in Journal(warehouse).entries() if entry.vorm}


def open_warnings(warehouse: Path, datasets: Iterable[Dataset]) -> dict[str, list[str]]:
    """What CBS changed about the versions in use and nobody has accepted, by table.

    Raises:
        JournalError: if there is anything, and the journal cannot be read.
    """
    store = ObservationStore(warehouse)
    known = Known(accepted=lambda digest: digest in accepted_shapes(warehouse))
    tables = ((dataset, table.tabel) for dataset in datasets for table in dataset.tabellen)
    found = {table: list(standing_warnings(dataset, table, store, known)) for dataset, table in tables}
    return {table: sentences for table, sentences in found.items() if sentences}


def accept_drift(warehouse: Path, datasets: Iterable[Dataset], table: str, reason: str) -> Accepted:
    """Accept the shape of ``table`` that was refused, or about which there are warnings; the next refresh follows it.

    Raises:
        AcceptanceError: if there is no such table, or nothing about it to accept.
        JournalError: if the journal cannot be read or written.
    """
    dataset = _dataset_of(table, list(datasets))
    store = ObservationStore(warehouse)
    refused = store.refusal(table) is not None
    digest, told = _refused_shape(table, store, warehouse) if refused else _warned(dataset, table, store, warehouse)
    entry = Journal(warehouse).append("vorm_aanvaarden", "", reason, table=table, shape=digest)
    return Accepted(entry, told, refused)


def _refused_shape(table: str, store: ObservationStore, warehouse: Path) -> tuple[str, tuple[str, ...]]:
    """The shape that was refused, and why."""
    refusal, snapshot = store.refusal(table), SnapshotStore(warehouse).current(table)
    if refusal is None or snapshot is None or snapshot.hash != refusal.snapshot:
        raise AcceptanceError(
            f"Table {table} was fetched again since its shape was refused: run `monitor refresh` first, to see whether "
            "its shape is still the same."
        )
    return refusal.vorm, (refusal.melding,)


def _warned(dataset: Dataset, table: str, store: ObservationStore, warehouse: Path) -> tuple[str, tuple[str, ...]]:
    """The shape of the version in use, and the warnings about it."""
    record, told = store.record(table), open_warnings(warehouse, [dataset]).get(table)
    if record is None or told is None:
        raise AcceptanceError(
            f"Nothing about table {table} is to be accepted. Should it fail on a column, dimension or code that its "
            f"yml names, only an edit of {dataset.name}.yml helps."
        )
    return record.vorm.digest, tuple(told)


def _dataset_of(table: str, datasets: list[Dataset]) -> Dataset:
    owners = {reference.tabel: dataset for dataset in datasets for reference in dataset.tabellen}
    if table in owners:
        return owners[table]
    same = [owner for owner in owners if owner.lower() == table.lower()]
    near = same or difflib.get_close_matches(table, owners, n=3)
    meant = f" Did you mean {' or '.join(near)}?" if near else ""
    raise AcceptanceError(f"No dataset has a table {table}; capitals count.{meant}")
