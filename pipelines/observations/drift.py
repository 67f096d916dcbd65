"""Drift: what CBS changed about the shape of a table, and whether it may be followed.

A new version is compared with the one that was last understood; the first one only with what is known outside the
table. The level of each kind is in ``drift_rules``, and a dataset's yml may set another. What contradicts the yml
itself is found before (``table_plan``), and no level or acceptance helps against that.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict

from pipelines.observations import codes
from pipelines.observations.changes import (
    ColumnChange,
    Found,
    code_changes,
    column_changes,
    region_changes,
    unknown_municipalities,
    unknown_statuses,
    unlisted_codes,
)
from pipelines.observations.columns import SchemaDriftError
from pipelines.observations.plan import TablePlan
from pipelines.observations.shape import Shape
from pipelines.sources.datasets import Dataset, PrefixSelection
from pipelines.sources.drift_rules import DriftKind

_SHOWN = 3
GEMEENTEN_FILE = "dbt_project/seeds/referentie/gemeenten_per_jaar.csv"


class Drift(BaseModel):
    """One thing that changed: its kind, and what changed, as part of a sentence."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    soort: DriftKind
    wat: str


class ShapeRecord(BaseModel):
    """The shape of a version, the shape it was compared with, and what was found."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    vorm: Shape
    vorige: Shape | None
    afwijkingen: tuple[Drift, ...]


class Refusal(BaseModel):
    """A shape that a person must accept first: its digest, the snapshot it was found in, and what to tell."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    vorm: str
    snapshot: str
    melding: str


class DriftNotAcceptedError(SchemaDriftError):
    """The shape of a table changed in a way that a person must accept first."""

    def __init__(self, message: str, digest: str) -> None:
        super().__init__(message)
        self._digest = digest

    def refusal(self, snapshot: str) -> Refusal:
        """What to keep until a person has decided; ``snapshot`` is the version in which it was found."""
        return Refusal(vorm=self._digest, snapshot=snapshot, melding=str(self))


def _nothing(_: str) -> bool:
    return False


@dataclass(frozen=True)
class Known:
    """What is known outside the tables; each is asked only when it matters.

    ``gemeenten`` gives the names of all municipalities by code; ``accepted`` says of the digest of a shape whether a
    person accepted it.
    """

    gemeenten: Callable[[], Mapping[str, str]] = field(default=dict)
    accepted: Callable[[str], bool] = _nothing


def compare(plan: TablePlan, before: Shape | None, now: Shape, gemeenten: Mapping[str, str]) -> list[Drift]:
    """Everything about ``now`` that is not as ``before``, or as known outside the table.

    Args:
        plan: what the yml takes from the table.
        before: shape of the version last understood; None when this is the first.
        now: shape of the new version.
        gemeenten: names of the known municipalities by code; empty when there is no list to compare with.

    """
    found: list[Found] = [*_columns(plan, before, now), *unlisted_codes(before, now), *region_changes(before, now)]
    if before is not None:
        found += code_changes(before.codelijsten, now.codelijsten, _used(plan))
    if gemeenten:
        found += unknown_municipalities(before, now, gemeenten)
    found += unknown_statuses(before, now, list(codes.STATUSES))
    return [Drift(soort=kind, wat=words) for kind, words in found]


def warnings(dataset: Dataset, tabel: str, drifts: Sequence[Drift]) -> list[str]:
    """One sentence per drift that is followed, but not silently."""
    return [
        f"Table {tabel}: {drift.wat} (rule {drift.soort}). It is in use as it is; if that is right, "
        f"`monitor accept-drift {tabel} --reason ...` ends this warning."
        for drift in drifts
        if dataset.level(drift.soort) != "stil"
    ]


def require_followable(dataset: Dataset, tabel: str, drifts: Sequence[Drift], digest: str) -> None:
    """Check that no drift is of a kind that a person must accept first.

    Raises:
        DriftNotAcceptedError: naming every one that is, and what to do.
    """
    refused = [drift for drift in drifts if dataset.level(drift.soort) == "mislukt"]
    if not refused:
        return
    kinds = sorted({drift.soort for drift in refused})
    changed = "; ".join(f"{drift.wat} (rule {drift.soort})" for drift in refused)
    first = f"add what is missing to {GEMEENTEN_FILE}; " if DriftKind.UNKNOWN_MUNICIPALITY in kinds else ""
    levels = ", ".join(f"{kind}: waarschuwing" for kind in kinds)
    raise DriftNotAcceptedError(
        f"Table {tabel} changed its shape: {changed}. Look at the table on StatLine, and correct {dataset.name}.yml if "
        f"it must be read otherwise; {first}if it is right as it is, run `monitor accept-drift {tabel} --reason ...`, "
        f"or write `afwijkingen: {{{levels}}}` in {dataset.name}.yml.",
        digest,
    )


def _columns(plan: TablePlan, before: Shape | None, now: Shape) -> Iterator[Found]:
    changes: dict[DriftKind, list[ColumnChange]] = {}
    for change in column_changes(before.kolommen, now.kolommen) if before else ():
        read = change.now is not None and change.now.sleutel in plan.mapped
        if read and change.kind in _KNOWN_TO_THE_YML:
            continue
        # Numbers that became text are the end of a figure; of a column that no measure reads they are not.
        kind = DriftKind.OTHER_DATATYPE if change.kind is DriftKind.TEXT_OR_NUMBER and not read else change.kind
        changes.setdefault(kind, []).append(change)
    for kind, found in changes.items():
        rest = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        yield kind, f"{_COLUMNS[kind]}: {', '.join(change.words for change in found[:_SHOWN])}{rest}"
    yield from _count(before, now)


# Of a column that a measure finds by its new title and unit: somebody wrote those into the yml.
_KNOWN_TO_THE_YML = (DriftKind.NEW_COLUMN, DriftKind.RENAMED_COLUMN, DriftKind.OTHER_UNIT)
_COLUMNS = {
    DriftKind.NEW_COLUMN: "new columns",
    DriftKind.VANISHED_COLUMN: "columns vanished that no measure reads",
    DriftKind.RENAMED_COLUMN: "columns seem to have been renamed that no measure reads",
    DriftKind.OTHER_UNIT: "columns changed their unit that no measure reads",
    DriftKind.DOUBLED_COLUMN: "columns stand there twice",
    DriftKind.OTHER_DATATYPE: "columns changed their type",
    DriftKind.TEXT_OR_NUMBER: "columns of a measure went between text and numbers",
}


def _count(before: Shape | None, now: Shape) -> Iterator[Found]:
    """The catalogue may count otherwise than the table; when it did so before, that is no news."""
    has = len(now.kolommen) + len(now.codelijsten)
    differed = before is not None and before.kolomtelling != len(before.kolommen) + len(before.codelijsten)
    if now.kolomtelling is not None and now.kolomtelling != has and not differed:
        yield (
            DriftKind.COLUMN_COUNT,
            f"the catalogue counts {now.kolomtelling} columns and dimensions, the table has {has}",
        )


def _used(plan: TablePlan) -> set[str]:
    """The codes that measures take: ``<dimension> <code>``, or ``<dimension>`` where they take any."""
    used: set[str] = set()
    for column in (column for columns in plan.mapped.values() for column in columns):
        if column.definition.uitsplitsing:
            used.add(column.definition.uitsplitsing)
        for key, wanted in column.selection.items():
            if isinstance(wanted, PrefixSelection):
                used.add(key)
            else:
                used.update(f"{key} {code}" for code in ([wanted] if isinstance(wanted, str) else wanted))
    return used
