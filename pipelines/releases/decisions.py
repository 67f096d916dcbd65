"""What people decided about releases, findings and tables, and what follows from it: all of it read from the journal.

A hold is on content, not on a folder: on the hash of everything a release was made of (``invoer`` in its manifest). So
it survives the removal of the release, and ends by itself in effect as soon as any input changes. An acceptance is on
exactly what was found by a check, or on exactly one shape of a table: another or a larger finding is refused again.
Whatever an audit says of itself counts for nothing. What does not belong here: what counts as drift
(``observations.drift``), and going back (``rollback``).
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from pipelines.build.checks import CheckResult
from pipelines.build.project import Project
from pipelines.common.files import replace_file
from pipelines.common.sentences import Sentence
from pipelines.common.suggestions import did_you_mean
from pipelines.common.troubles import unreadable
from pipelines.observations.drift import Known
from pipelines.observations.observer import standing_warnings
from pipelines.releases.journal import Entry, Journal
from pipelines.releases.store import Release, ReleaseError
from pipelines.releases.warehouse import Warehouse
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
        return release.manifest.inputs
    except (OSError, ValueError):
        return release.release_id.rpartition("-")[2]


def holds(journal: Journal) -> list[Hold]:
    """What is held now, oldest first.

    Raises:
        JournalError: if the journal cannot be read.
    """
    found: list[Hold] = []
    for entry in journal.entries():
        if entry.inputs and entry.act in _ACTS:
            # Held again, its reason is the newest one.
            found = [hold for hold in found if not hold.on(entry.inputs)]
            if entry.act != "vrijgeven":
                found.append(_hold(entry))
    return found


def hold_on(journal: Journal, inputs: str) -> Hold | None:
    """The hold on content made of ``inputs``, if any."""
    return next((hold for hold in holds(journal) if hold.on(inputs)), None)


def hold(warehouse: Warehouse, release_id: str, reason: str) -> Hold:
    """Hold a release that is not the current one.

    Raises:
        ReleaseError: if there is no such release, or analysts read it now.
    """
    release, current = warehouse.releases.find(release_id), warehouse.releases.current()
    if current is not None and identity(release) == identity(current):
        raise ReleaseError(
            f"Release {release_id} is what analysts read now, so holding it changes nothing: "
            "`monitor rollback --reason ...` goes back to the one before and holds this one."
        )
    return _hold(warehouse.journal.append("vasthouden", release_id, reason, inputs=identity(release)))


def unhold(warehouse: Warehouse, release_id: str, reason: str) -> Hold:
    """Lift the hold on a release, also of one that is no longer on disk.

    Raises:
        ReleaseError: if it is not held.
    """
    held = holds(warehouse.journal)
    on_disk = {release.release_id: identity(release) for release in warehouse.releases.all()}
    inputs = on_disk.get(release_id)
    lifted = next((h for h in held if h.release_id == release_id or (inputs and h.on(inputs))), None)
    if lifted is None:
        names = ", ".join(h.release_id for h in held) or "none"
        raise ReleaseError(f"Release {release_id} is not held. Held now: {names}.")
    warehouse.journal.append("vrijgeven", lifted.release_id, reason, inputs=lifted.inputs)
    return lifted


def _hold(entry: Entry) -> Hold:
    return Hold(entry.release, entry.inputs, entry.moment, entry.by, entry.reason)


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


def acceptances(journal: Journal) -> list[Acceptance]:
    """Every acceptance, oldest first.

    Raises:
        JournalError: if the journal cannot be read.
    """
    return [_acceptance(entry) for entry in journal.entries() if entry.act == "aanvaarden"]


def with_acceptances(checks: Iterable[CheckResult], journal: Journal) -> list[CheckResult]:
    """The checks, each with who accepted what it found; None if nobody did.

    Raises:
        JournalError: if the journal cannot be read.
    """
    accepted = {(each.check, each.finding): each.sentence for each in acceptances(journal)}
    return [replace(check, accepted=accepted.get((check.check, check.finding or ""))) for check in checks]


def note_refusal(warehouse: Warehouse, run_id: str, refused: Iterable[CheckResult]) -> None:
    """Keep what the last audit refused, so that it can be accepted; nothing once an audit refuses nothing."""
    path, checks = warehouse.folder / REFUSED, [check.as_row() for check in refused]
    if not checks:
        path.unlink(missing_ok=True)
        return
    content = {"run_id": run_id, "tijd": datetime.now(UTC).isoformat(timespec="seconds"), "controles": checks}
    replace_file(path, json.dumps(content, ensure_ascii=False, indent=1).encode())


def accept(warehouse: Warehouse, check: str, reason: str) -> Acceptance:
    """Accept what the last refused audit found by ``check``: the next build in which it finds just that is released.

    Raises:
        ReleaseError: nothing was refused, or not by this check; it may not be accepted, or it is already.
        JournalError: the journal cannot be read or written.
    """
    if not reason.strip():
        raise ReleaseError("Nothing was accepted: say why in --reason; it is kept and shown with the release.")
    warehouse.releases.require_entry()
    refused = _refused(warehouse, check)
    if not refused.finding:
        raise ReleaseError(
            f"{check} may not be accepted: what it guards is never right. It found: {refused.found}. "
            "Correct the source, the models or the expectation. Checks that may be accepted say `aanvaardbaar: true` "
            "in expectations/."
        )
    finding = refused.finding
    known = [each for each in acceptances(warehouse.journal) if (each.check, each.finding) == (check, finding)]
    if known:
        raise ReleaseError(f"What {check} found is already {known[-1].sentence}. Run `monitor refresh`.")
    current = warehouse.releases.current()
    entry = warehouse.journal.append(
        "aanvaarden", current.release_id if current else "", reason, check=check, finding=finding
    )
    return _acceptance(entry)


def _refused(warehouse: Warehouse, check: str) -> CheckResult:
    """The check as the last refused audit has it."""
    path = warehouse.folder / REFUSED
    try:
        content = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {"controles": []}
        by_name = {each["controle"]: CheckResult.from_row(each) for each in content["controles"]}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ReleaseError(
            f"Nothing was accepted: {unreadable(path, error)}; `monitor refresh` audits again and writes it anew."
        ) from error
    if check in by_name:
        return by_name[check]
    if not by_name:
        raise ReleaseError("Nothing was accepted: the last audit refused nothing.")
    raise ReleaseError(
        f"Nothing was accepted: {check} did not refuse the audit of {content['tijd']}."
        f"{did_you_mean(check, by_name, limit=1)} What refused it: {', '.join(by_name)}."
    )


def _acceptance(entry: Entry) -> Acceptance:
    return Acceptance(entry.check, entry.finding, entry.moment, entry.by, entry.reason)


class AcceptanceError(Exception):
    """There is nothing to accept; the message says why, and what to do instead."""


@dataclass(frozen=True)
class AcceptedShape:
    """The shape that was accepted: the act in the journal, and what had been told about the table."""

    entry: Entry
    told: tuple[str, ...]
    was_refused: bool


def accepted_shapes(journal: Journal) -> set[str]:
    """Digests of all shapes that were ever accepted.

    Raises:
        JournalError: if the journal cannot be read.
    """
    return {entry.shape for entry in journal.entries() if entry.shape}


def open_warnings(warehouse: Warehouse, datasets: Iterable[Dataset]) -> dict[str, list[Sentence]]:
    """What CBS changed about the versions in use and nobody has accepted, by table.

    Raises:
        JournalError: if there is anything, and the journal cannot be read.
    """
    known = Known(accepted=lambda digest: digest in accepted_shapes(warehouse.journal))
    tables = ((dataset, table.tabel) for dataset in datasets for table in dataset.tabellen)
    found = {table: [*standing_warnings(dataset, table, warehouse.observations, known)] for dataset, table in tables}
    return {table: sentences for table, sentences in found.items() if sentences}


def accept_drift(warehouse: Warehouse, project: Project, table: str, reason: str) -> AcceptedShape:
    """Accept the shape of ``table`` that was refused, or about which there are warnings; the next refresh follows it.

    Raises:
        AcceptanceError: if there is no such table, or nothing about it to accept.
        JournalError: if the journal cannot be read or written.
        ReleaseError: this user may not enter the warehouse.
    """
    warehouse.releases.require_entry()
    dataset = _dataset_of(table, project.datasets.values())
    refused = warehouse.observations.refusal(table) is not None
    digest, told = _refused_shape(table, warehouse) if refused else _warned_shape(dataset, table, warehouse)
    entry = warehouse.journal.append("vorm_aanvaarden", "", reason, table=table, shape=digest)
    return AcceptedShape(entry, told, refused)


def _refused_shape(table: str, warehouse: Warehouse) -> tuple[str, tuple[str, ...]]:
    """The shape that was refused, and why."""
    refusal, snapshot = warehouse.observations.refusal(table), warehouse.snapshots.current(table)
    if refusal is None or snapshot is None or snapshot.hash != refusal.snapshot:
        raise AcceptanceError(
            f"Table {table} was fetched again since its shape was refused: run `monitor refresh` first, to see whether "
            "its shape is still the same."
        )
    return refusal.digest, (refusal.message,)


def _warned_shape(dataset: Dataset, table: str, warehouse: Warehouse) -> tuple[str, tuple[str, ...]]:
    """The shape of the version in use, and the warnings about it."""
    record, told = warehouse.observations.record(table), open_warnings(warehouse, [dataset]).get(table)
    if record is None or told is None:
        raise AcceptanceError(
            f"Nothing about table {table} is to be accepted. Should it fail on a column, dimension or code that its "
            f"yml names, only an edit of {dataset.name}.yml helps."
        )
    return record.shape.digest, tuple(sentence.english for sentence in told)


def _dataset_of(table: str, datasets: Iterable[Dataset]) -> Dataset:
    owners = {reference.tabel: dataset for dataset in datasets for reference in dataset.tabellen}
    if table in owners:
        return owners[table]
    raise AcceptanceError(f"No dataset has a table {table}; capitals count.{did_you_mean(table, owners)}")
