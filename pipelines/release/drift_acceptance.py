"""Accept the shape of a table that CBS changed: an act of a person, kept in the journal.

It holds for exactly that shape: should CBS change the table again, that is drift again. What does not belong here:
what counts as drift (``statline.drift``).
"""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pipelines.release.journal import Entry, Journal
from pipelines.statline.datasets import Dataset
from pipelines.statline.drift import Known
from pipelines.statline.observing import ObservationStore, standing_warnings
from pipelines.statline.snapshots import SnapshotStore


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
    digest, told = _refused(table, store, warehouse) if refused else _warned(dataset, table, store, warehouse)
    entry = Journal(warehouse).append("vorm_aanvaarden", "", reason, table=table, shape=digest)
    return Accepted(entry, told, refused)


def _refused(table: str, store: ObservationStore, warehouse: Path) -> tuple[str, tuple[str, ...]]:
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
            f"yml names, only an edit of {dataset.naam}.yml helps."
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
