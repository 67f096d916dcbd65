"""Drift: what CBS changed about the shape of a table, and whether it may be followed.

A new version is compared with the one that was last understood; the first one only with what is known outside the
table. The level of each kind is in ``drift_rules``, and a dataset's yml may set another. What contradicts the yml
itself is found before (``plan``), and no level or acceptance helps against that.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from pydantic import Field

from pipelines.common import dutch
from pipelines.common.sentences import Sentence
from pipelines.observations import codes
from pipelines.observations.changes import (
    ColumnChange,
    Found,
    code_changes,
    column_changes,
    region_changes,
    some_codes,
    unknown_municipalities,
    unknown_statuses,
    unlisted_codes,
)
from pipelines.observations.columns import SchemaDriftError
from pipelines.observations.plan import TablePlan
from pipelines.observations.shape import Lacking, Shape, StoredPart
from pipelines.sources.datasets import Dataset, PrefixSelection
from pipelines.sources.drift_rules import DriftKind
from pipelines.sources.seeds import MUNICIPALITIES_FILE

_SHOWN = 3


class Drift(StoredPart):
    """One thing that changed: its kind, and what changed, as part of an English sentence."""

    kind: DriftKind = Field(alias="soort")
    what: str = Field(alias="wat")


class ShapeRecord(StoredPart):
    """``vorm.json``: the shape of a version, the shape it was compared with, and what was found.

    ``lacking`` are the measures of the yml that the version does not have, since they were not understood; ``ahead``
    the names by code of municipalities that have figures only in years after the newest list of municipalities.
    """

    shape: Shape = Field(alias="vorm")
    before: Shape | None = Field(alias="vorige")
    drifts: tuple[Drift, ...] = Field(alias="afwijkingen")
    lacking: tuple[Lacking, ...] = Field((), alias="niet_begrepen")
    ahead: dict[str, str] = Field(default_factory=dict, alias="gemeenten_na_de_lijst")


class Refusal(StoredPart):
    """``afgewezen.json``: a shape that a person must accept first.

    ``digest`` is that of the shape, ``snapshot`` the version it was found in, ``message`` what to tell (English).
    """

    digest: str = Field(alias="vorm")
    snapshot: str
    message: str = Field(alias="melding")


class DriftNotAcceptedError(SchemaDriftError):
    """The shape of a table changed in a way that a person must accept first."""

    def __init__(self, message: str, dutch: str, digest: str) -> None:
        super().__init__(message, dutch)
        self._digest = digest

    def refusal(self, snapshot: str) -> Refusal:
        """What to keep until a person has decided; ``snapshot`` is the version in which it was found."""
        return Refusal(digest=self._digest, snapshot=snapshot, message=str(self))


def _nothing(_: str) -> bool:
    return False


@dataclass(frozen=True)
class Known:
    """What is known outside the tables; each is asked only when it matters.

    ``municipalities`` gives the names of all municipalities by code; ``accepted`` says of the digest of a shape whether
    a person accepted it; ``lists`` gives the official list of municipalities of each year, names by code.
    """

    municipalities: Callable[[], Mapping[str, str]] = field(default=dict)
    accepted: Callable[[str], bool] = _nothing
    lists: Callable[[], Mapping[int, Mapping[str, str]]] = field(default=dict)

    @property
    def newest_list(self) -> int | None:
        """The newest year of which the municipalities are known; None where there are no lists."""
        return max(self.lists(), default=None)


def compare(plan: TablePlan, before: Shape | None, now: Shape, municipalities: Mapping[str, str]) -> list[Drift]:
    """Everything about ``now`` that is not as ``before``, or as known outside the table.

    Args:
        plan: what the yml takes from the table.
        before: shape of the version last understood; None when this is the first.
        now: shape of the new version.
        municipalities: names of the known municipalities by code; empty when there is no list to compare with.

    """
    found: list[Found] = [*_columns(plan, before, now), *unlisted_codes(before, now), *region_changes(before, now)]
    if before is not None:
        found += code_changes(before.code_lists, now.code_lists, _used(plan))
    if municipalities:
        found += unknown_municipalities(before, now, municipalities)
    found += unknown_statuses(before, now, list(codes.STATUSES))
    return [Drift(kind=kind, what=words) for kind, words in found]


def drift_warnings(dataset: Dataset, table: str, drifts: Sequence[Drift]) -> list[Sentence]:
    """One sentence per drift that is followed, but not silently."""
    return [
        Sentence(
            f"Table {table}: {drift.what} (rule {drift.kind}). It is in use as it is; if that is right, "
            f"`monitor accept-drift {table} --reason ...` ends this warning.",
            f"{_IN_DUTCH[drift.kind].rstrip('.')}; deze versie is in gebruik.",
        )
        for drift in drifts
        if dataset.level(drift.kind) != "stil"
    ]


def waiting_warning(table: str, ahead: Mapping[str, str], known: Known) -> Sentence | None:
    """That figures of municipalities in no list wait for the list of their year, where there are any.

    Args:
        table: id.
        ahead: names by code of the municipalities that have figures only after the newest list.
        known: what is known outside the table.

    """
    names = known.municipalities()
    strange = {code: name for code, name in ahead.items() if code not in names}
    if not names or not strange:
        return None
    named = dutch.listed([f"{code} {name}" for code, name in sorted(strange.items())])
    return Sentence(
        f"Table {table}: there are figures of {some_codes(strange)}, in no list of municipalities, of years after the "
        f"newest list ({known.newest_list}). They wait until {MUNICIPALITIES_FILE} has their year; `monitor division` "
        "prints the rows once CBS has published the list.",
        f"Cijfers van {named} over jaren na de nieuwste gemeentelijst ({known.newest_list}) wachten op "
        "de lijst van hun jaar.",
    )


def require_followable(
    dataset: Dataset, table: str, drifts: Sequence[Drift], digest: str, *, is_first: bool = False
) -> None:
    """Check that no drift is of a kind that a person must accept first.

    Of a table that was never understood (``is_first``) no figure can have changed its meaning: a code that its own list
    lacks is only warned of.

    Raises:
        DriftNotAcceptedError: naming every one that is, and what to do.
    """
    followed = {DriftKind.UNLISTED_CODE} if is_first else set[DriftKind]()
    refused = [drift for drift in drifts if dataset.level(drift.kind) == "mislukt" and drift.kind not in followed]
    if not refused:
        return
    kinds = sorted({drift.kind for drift in refused})
    changed = "; ".join(f"{drift.what} (rule {drift.kind})" for drift in refused)
    first = f"add what is missing to {MUNICIPALITIES_FILE}; " if DriftKind.UNKNOWN_MUNICIPALITY in kinds else ""
    levels = ", ".join(f"{kind}: waarschuwing" for kind in kinds)
    raise DriftNotAcceptedError(
        f"Table {table} changed its shape: {changed}. Look at the table on StatLine, and correct {dataset.name}.yml if "
        f"it must be read otherwise; {first}if it is right as it is, run `monitor accept-drift {table} --reason ...`, "
        f"or write `afwijkingen: {{{levels}}}` in {dataset.name}.yml.",
        " ".join(_IN_DUTCH[kind] for kind in kinds),
        digest,
    )


def _columns(plan: TablePlan, before: Shape | None, now: Shape) -> Iterator[Found]:
    changes: dict[DriftKind, list[ColumnChange]] = {}
    for change in column_changes(before.columns, now.columns) if before else ():
        read = change.now is not None and change.now.key in plan.mapped
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
    has = len(now.columns) + len(now.code_lists)
    differed = before is not None and before.column_count != len(before.columns) + len(before.code_lists)
    if now.column_count is not None and now.column_count != has and not differed:
        yield (
            DriftKind.COLUMN_COUNT,
            f"the catalogue counts {now.column_count} columns and dimensions, the table has {has}",
        )


# What a reader of a release is told about each kind.
_IN_DUTCH: Final[dict[DriftKind, str]] = {
    DriftKind.NEW_COLUMN: "De tabel heeft nieuwe kolommen.",
    DriftKind.VANISHED_COLUMN: "Kolommen waarvan geen cijfers worden gelezen zijn verdwenen.",
    DriftKind.RENAMED_COLUMN: "Kolommen waarvan geen cijfers worden gelezen hebben een andere naam.",
    DriftKind.OTHER_UNIT: "Kolommen waarvan geen cijfers worden gelezen hebben een andere eenheid.",
    DriftKind.DOUBLED_COLUMN: "Een kolom staat dubbel in de tabel.",
    DriftKind.OTHER_DATATYPE: "Kolommen hebben een ander datatype.",
    DriftKind.TEXT_OR_NUMBER: "Een kolom waarvan cijfers worden gelezen ging van getallen naar tekst of terug.",
    DriftKind.COLUMN_COUNT: "De catalogus van CBS telt een ander aantal kolommen dan de tabel heeft.",
    DriftKind.NEW_CODE: "Een dimensie heeft nieuwe codes waarvan geen cijfers worden gelezen.",
    DriftKind.VANISHED_CODE: "Codes van een dimensie waarvan geen cijfers worden gelezen zijn verdwenen.",
    DriftKind.RETITLED_CODE: "Codes van een dimensie waarvan geen cijfers worden gelezen hebben een andere naam.",
    DriftKind.NEW_USED_CODE: "Een dimensie waarlangs cijfers zijn uitgesplitst of opgeteld heeft nieuwe codes.",
    DriftKind.VANISHED_USED_CODE: "Een dimensie waarlangs cijfers zijn uitgesplitst of opgeteld mist codes.",
    DriftKind.RETITLED_USED_CODE: "Een code waarvan cijfers worden gelezen heeft een andere naam.",
    DriftKind.UNLISTED_CODE: "In de rijen staan codes die niet in de codelijst van de tabel staan.",
    DriftKind.OTHER_WIDTH: "De codes van een dimensie zijn langer of korter geschreven.",
    DriftKind.NEW_REGION_KIND: "De tabel heeft een soort gebied die zij niet had.",
    DriftKind.VANISHED_REGION_KIND: "De tabel mist een soort gebied die zij had.",
    DriftKind.UNKNOWN_REGION_FORM: "De tabel heeft gebieden met een code van onbekende vorm.",
    DriftKind.UNKNOWN_MUNICIPALITY: "De tabel heeft cijfers van een gemeente die in geen gemeentelijst staat.",
    DriftKind.UNKNOWN_STATUS: "Een periode heeft een status die de monitor niet kent.",
}


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
