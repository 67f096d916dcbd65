"""A table on its way from its snapshot to the observations in use: plan, cells, shape, drift, store.

A version is named after the snapshot, the dataset's yml and the kind of source, so that a table is only read again when
one of those changed. A table that can no longer be understood, or changed its shape in a way that may not be followed,
keeps its last good version in use. Before a version counts as unchanged every byte of it is checked; a damaged one is
made again from its snapshot. What does not belong here: how any of these steps is done, and in which order the tables
of a run come (``intake``).
"""

import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, Self

from pipelines.common.sentences import Sentence, ToldError
from pipelines.observations.cells import Part, read_parts, write_parts
from pipelines.observations.divisions import new_division
from pipelines.observations.drift import (
    DriftNotAcceptedError,
    Known,
    ShapeRecord,
    compare,
    drift_warnings,
    require_followable,
    waiting_warning,
)
from pipelines.observations.plan import Metadata, TablePlan, plan_table
from pipelines.observations.shape import Lacking, Shape
from pipelines.observations.shape_builder import ShapeBuilder
from pipelines.observations.small_tables import write_small_tables
from pipelines.observations.store import CELLS, ObservationStore
from pipelines.observations.v4_cells import CELLS_ALONE_PER_PART, ObservationReader
from pipelines.snapshots.store import Snapshot, SnapshotStore
from pipelines.sources.datasets import Dataset, TableReference, Years
from pipelines.statline.catalogue import read_column_count
from pipelines.statline.metadata import INFOS, read_infos

ObservationResult = Literal["read", "unchanged", "failed"]
# As a row of the UI has it.
_UITKOMST: Final[dict[ObservationResult, str]] = {"read": "gelezen", "unchanged": "ongewijzigd", "failed": "mislukt"}
_RESULT: Final[dict[str, ObservationResult]] = {uitkomst: result for result, uitkomst in _UITKOMST.items()}


@dataclass(frozen=True)
class ObservationOutcome:
    """What became of the observations of one table.

    ``problem`` says what to do when it failed, ``warnings`` what CBS changed about the version in use, ``lacking``
    which measures it does not have since they were not understood; ``years`` are all that the dataset takes from the
    table, ``observations`` how many there are of a table that was read now.
    """

    dataset: str
    table: str
    result: ObservationResult
    problem: Sentence | None = None
    observations: int | None = None
    warnings: tuple[Sentence, ...] = ()
    years: tuple[int, ...] = ()
    lacking: tuple[Sentence, ...] = ()

    def as_row(self) -> dict[str, Any]:
        """The outcome in JSON values under Dutch keys; ``from_row`` gives it back.

        ``melding``, ``waarschuwingen`` and ``niet_begrepen`` are for whoever runs the monitor, with ``_nl`` behind it
        the same for a release.
        """
        return {
            "dataset": self.dataset,
            "tabel": self.table,
            "uitkomst": _UITKOMST[self.result],
            "melding": self.problem.english if self.problem else None,
            "observaties": self.observations,
            "waarschuwingen": [warning.english for warning in self.warnings],
            "jaren": list(self.years),
            "melding_nl": self.problem.dutch if self.problem else None,
            "waarschuwingen_nl": [warning.dutch for warning in self.warnings],
            "niet_begrepen": [problem.english for problem in self.lacking],
            "niet_begrepen_nl": [problem.dutch for problem in self.lacking],
        }

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        """The outcome of which ``as_row`` gave this row."""
        return cls(
            dataset=row["dataset"],
            table=row["tabel"],
            result=_RESULT[row["uitkomst"]],
            problem=None if row["melding"] is None else Sentence(row["melding"], row["melding_nl"]),
            observations=row["observaties"],
            warnings=tuple(map(Sentence, row["waarschuwingen"], row["waarschuwingen_nl"])),
            years=tuple(row["jaren"]),
            lacking=tuple(map(Sentence, row["niet_begrepen"], row["niet_begrepen_nl"])),
        )


class NeverFetchedError(ToldError):
    """There is no snapshot to read."""

    dutch = "Deze tabel is nog nooit opgehaald."


def standing_warnings(
    dataset: Dataset, table: str, store: ObservationStore, known: Known | None = None
) -> tuple[Sentence, ...]:
    """What CBS changed about the version of ``table`` in use, and nobody has accepted; one sentence each."""
    record = store.record(table)
    if record is None or not record.drifts or (known or Known()).accepted(record.shape.digest):
        return ()
    return tuple(drift_warnings(dataset, table, record.drifts))


def lacking_measures(table: str, store: ObservationStore) -> tuple[Lacking, ...]:
    """The measures that the version of ``table`` in use does not have, since they were not understood."""
    record = store.record(table)
    return () if record is None else record.lacking


def all_understood(dataset: Dataset, snapshots: Iterable[Snapshot], store: ObservationStore) -> bool:
    """Whether the observations in use are of these snapshots, whole and with every measure of the yml, and no shape
    waits to be accepted."""
    return all(
        store.is_current(snapshot.table, _version(dataset, snapshot))
        and store.refusal(snapshot.table) is None
        and not lacking_measures(snapshot.table, store)
        and store.damage(snapshot.table) is None
        for snapshot in snapshots
    )


def _version(dataset: Dataset, snapshot: Snapshot) -> str:
    """The name of the observations that are made of ``snapshot`` by the yml of ``dataset``."""
    return f"{snapshot.hash}-{dataset.fingerprint_of(snapshot.table)}-{snapshot.kind}"


def lacking_sentences(table: str, store: ObservationStore) -> tuple[Sentence, ...]:
    """One sentence for each measure that the version of ``table`` in use does not have."""
    return tuple(
        Sentence(f"{measure.message} Until then its figures are missing (niet_begrepen).", _lacks(measure))
        for measure in lacking_measures(table, store)
    )


class Observer:
    """Reads snapshots into observations, one table at a time; may be shared by threads that read different tables."""

    def __init__(self, snapshots: SnapshotStore, store: ObservationStore, known: Known | None = None) -> None:
        self._snapshots = snapshots
        self._store = store
        self._known = known or Known()

    def observe(self, dataset: Dataset, table: TableReference) -> ObservationOutcome:
        """Bring the observations of one table up to date; never raises, since the outcome says what went wrong."""
        years = tuple(sorted(table.jaren.as_set()))
        try:
            result, count = self._bring_up_to_date(dataset, table)
            warnings = standing_warnings(dataset, table.tabel, self._store, self._known)
            warnings += tuple(self._division_warnings(dataset, table.tabel))
            lacking = lacking_sentences(table.tabel, self._store)
        except Exception as error:  # noqa: BLE001 - one table never takes the others down; the outcome says what it was
            problem = _problem(table.tabel, error, self._fallback(table.tabel))
            return ObservationOutcome(dataset.name, table.tabel, "failed", problem, years=years)
        return ObservationOutcome(dataset.name, table.tabel, result, None, count, warnings, years, lacking)

    def _bring_up_to_date(self, dataset: Dataset, table: TableReference) -> tuple[ObservationResult, int | None]:
        snapshot = self._snapshots.current(table.tabel)
        if snapshot is None:
            raise NeverFetchedError(f"Table {table.tabel} was never fetched.")
        version = _version(dataset, snapshot)
        if self._store.is_current(table.tabel, version) and self._store.damage(table.tabel) is None:
            return "unchanged", None
        # What was wrong with an earlier snapshot or yml is over; what is wrong now is told anew.
        self._store.forget_refusal(table.tabel)
        draft = self._store.root / table.tabel / f".draft-{os.getpid()}"
        shutil.rmtree(draft, ignore_errors=True)
        try:
            count, record = self._written(dataset, table, snapshot, draft)
            self._store.use(draft, table.tabel, version, record)
        except DriftNotAcceptedError as error:
            self._store.refuse(table.tabel, error.refusal(snapshot.hash))
            raise
        except Exception:
            # Reading checks a snapshot on the way, to the last byte: what fails before may be for a damaged file.
            self._snapshots.verify(snapshot)
            raise
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        return "read", count

    def _written(
        self, dataset: Dataset, table: TableReference, snapshot: Snapshot, draft: Path
    ) -> tuple[int, ShapeRecord]:
        """Write a whole version in ``draft``; returns the number of observations, and its shape.

        Raises:
            SchemaDriftError: the table can no longer be understood, or a person must accept its shape first.
            InvalidFieldError: its metadata cannot be read.
            SnapshotError: the snapshot is damaged.
        """
        before = self._shape_before(table.tabel, snapshot)
        metadata = self._snapshots.described(snapshot)
        infos = read_infos(table.tabel, metadata.get(INFOS, ()))
        held, recorded = self._store.measures(table.tabel), snapshot.kind == "opname"
        plan = plan_table(dataset, table, metadata, before, held, fetched=snapshot.columns, recorded=recorded)
        builder = ShapeBuilder(plan, self._known.newest_list)
        parts, rows = self._parts(plan, metadata, snapshot)
        count = write_parts(plan, parts, draft / CELLS, builder)
        shape = builder.build(metadata, read_column_count(table.tabel, snapshot.record.catalogue_row))
        drifts = compare(plan, before, shape, self._known.municipalities())
        if drifts and not self._known.accepted(shape.digest):
            is_first = self._store.current(table.tabel) is None
            require_followable(dataset, table.tabel, drifts, shape.digest, is_first=is_first)
        write_small_tables(plan, infos, metadata, snapshot, draft, rows())
        ahead = builder.ahead(metadata)
        return count, ShapeRecord(shape=shape, before=before, drifts=tuple(drifts), lacking=plan.lacking, ahead=ahead)

    def _division_warnings(self, dataset: Dataset, table: str) -> Iterator[Sentence]:
        """Which figures wait for a list of municipalities, and what the seeds lack where this table is that list."""
        record, snapshot = self._store.record(table), self._snapshots.current(table)
        if record is None or snapshot is None:
            return
        division = new_division(dataset, snapshot, self._snapshots, record.ahead, self._known.lists())
        waiting = division.sentence if division else waiting_warning(table, record.ahead, self._known)
        if waiting:
            yield waiting

    def _parts(
        self, plan: TablePlan, metadata: Metadata, snapshot: Snapshot
    ) -> tuple[Iterator[Part], Callable[[], int]]:
        """The cells of ``snapshot``, in whose form its rows are, and in how many rows they stand once all are read."""
        if snapshot.api == "v4":
            reader = ObservationReader(plan, metadata, is_filtered=snapshot.record.filter is not None)
            return reader.parts(self._snapshots.rows(snapshot, CELLS_ALONE_PER_PART)), lambda: reader.row_count
        return read_parts(plan, self._snapshots.rows(snapshot, plan.rows_per_part)), lambda: snapshot.row_count

    def _shape_before(self, table: str, snapshot: Snapshot) -> Shape | None:
        """The shape to compare ``snapshot`` with; None when it is the first of its kind of source.

        A recording holds part of a table, so what it lacks is no drift. A snapshot that is read again, since the yml
        changed or a file was damaged, is compared with what it was compared with before: else that would end its
        warnings.
        """
        record, version = self._store.record(table), self._store.current(table)
        if record is None or version is None or not version.name.endswith(f"-{snapshot.kind}"):
            return None
        return record.before if version.name.startswith(f"{snapshot.hash}-") else record.shape

    def _fallback(self, table: str) -> Sentence:
        """What is used instead of a version that could not be made."""
        if self._store.current(table) is None:
            return Sentence("nothing to fall back on", "er is geen eerdere versie, dus haar cijfers ontbreken")
        damage = self._store.damage(table)
        if damage is not None:
            return Sentence(f"its last version: {damage}", "haar vorige versie is beschadigd")
        return Sentence(
            "the last version that was understood stays in use", "de laatste versie die te lezen was blijft in gebruik"
        )


def _lacks(measure: Lacking) -> str:
    years = f" ({Years(first=measure.years[0], last=measure.years[-1])})" if measure.years else ""
    return f"Zonder {measure.measure}{years}: {measure.dutch[0].lower()}{measure.dutch[1:]}"


def _problem(table: str, error: Exception, instead: Sentence) -> Sentence:
    """What failed, and what is used instead."""
    said = Sentence.of(error)
    if isinstance(error, NeverFetchedError):
        return said
    english = said.english if isinstance(error, ToldError) else f"Table {table} could not be read: {said.english}."
    dutch = said.dutch if isinstance(error, ToldError) else "De tabel was niet te lezen."
    return Sentence(f"{english} ({instead.english})", f"{dutch.rstrip('.')}; {instead.dutch}.")
