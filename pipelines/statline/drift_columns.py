"""What became of the columns of a table between two of its versions.

A column is the same when path of titles and unit are; its number is not looked at. What does not belong here: what
that means for the table (``drift``).
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipelines.statline.columns import PATH_SEPARATOR
from pipelines.statline.drift_rules import DriftKind
from pipelines.statline.shape import Column


@dataclass(frozen=True)
class ColumnChange:
    """A column that is not as it was: ``was`` is None of a new one, ``now`` of one that vanished."""

    kind: DriftKind
    was: Column | None
    now: Column | None

    @property
    def words(self) -> str:
        """What happened to the column."""
        if self.was is None or self.now is None:
            return ", ".join(f"{shown(column)} ({column.sleutel})" for column in (self.was, self.now) if column)
        if self.kind is DriftKind.DOUBLED_COLUMN:
            return f"{shown(self.was)} stands there as {self.was.sleutel} and as {self.now.sleutel}"
        if self.kind in (DriftKind.OTHER_DATATYPE, DriftKind.TEXT_OR_NUMBER):
            return f"{shown(self.now)} went from {self.was.datatype} to {self.now.datatype}"
        return f"{shown(self.was)} became {shown(self.now)}"


def shown(column: Column) -> str:
    """A column as a message names it: path and unit."""
    return f"'{PATH_SEPARATOR.join(column.pad)}' ({column.eenheid})"


def column_changes(before: Sequence[Column], now: Sequence[Column]) -> Iterator[ColumnChange]:
    """Every column that is not as it was, except for its number."""
    known, present = {c.identity: c for c in before}, {c.identity: c for c in now}
    new = [column for column in now if column.identity not in known]
    for column in before:
        same = present.get(column.identity)
        if same is None:
            kind, successor = _successor(column, before, now, new)
            if successor is not None:
                new.remove(successor)
            yield ColumnChange(kind, column, successor)
        elif same.datatype != column.datatype:
            text = "String" in (same.datatype, column.datatype)
            yield ColumnChange(DriftKind.TEXT_OR_NUMBER if text else DriftKind.OTHER_DATATYPE, column, same)
    yield from _doubled(before, now)
    yield from (ColumnChange(DriftKind.NEW_COLUMN, None, column) for column in new)


def history(before: Sequence[Column], now: Sequence[Column], pad: tuple[str, ...], unit: str) -> str:
    """What the column that a measure looks for in vain was and became, as a sentence; empty when it never was there."""
    was = next((column for column in before if column.identity == (pad, unit)), None)
    if was is None:
        return ""
    doubles = [column.sleutel for column in now if column.identity == was.identity]
    kind, successor = _successor(was, before, now, [c for c in now if c.identity not in {b.identity for b in before}])
    if doubles:
        became = f"now it stands there as {' and as '.join(doubles)}"
    elif successor is None:
        became = "nothing like it stands in its place, so it seems to have vanished"
    elif kind is DriftKind.OTHER_UNIT:
        became = f"its unit seems to have changed to '{successor.eenheid}' ({successor.sleutel})"
    else:
        became = f"it seems to have been renamed to {shown(successor)} ({successor.sleutel})"
    return f"In the version last understood it was {was.sleutel}; {became}."


def _doubled(before: Sequence[Column], now: Sequence[Column]) -> Iterator[ColumnChange]:
    times, earlier = Counter(c.identity for c in now), Counter(c.identity for c in before)
    for identity, count in times.items():
        if count > max(earlier[identity], 1):
            first, second = [c for c in now if c.identity == identity][:2]
            yield ColumnChange(DriftKind.DOUBLED_COLUMN, first, second)


def _successor(
    column: Column, before: Sequence[Column], now: Sequence[Column], new: Sequence[Column]
) -> tuple[DriftKind, Column | None]:
    """The new column that took the place of ``column``, if one did: other unit, other group, or same neighbours."""
    for candidate in new:
        if candidate.pad == column.pad:
            return DriftKind.OTHER_UNIT, candidate
    moved = [c for c in new if c.eenheid == column.eenheid and c.pad[-1] == column.pad[-1]]
    beside = [c for c in new if c.eenheid == column.eenheid and _neighbours(c, now) & _neighbours(column, before)]
    # A title such as "Code" stands under many groups, so the place decides between those that moved.
    found = next(iter([*(c for c in moved if c in beside), *moved, *beside]), None)
    return (DriftKind.VANISHED_COLUMN if found is None else DriftKind.RENAMED_COLUMN), found


def _neighbours(column: Column, columns: Sequence[Column]) -> set[tuple[str, object]]:
    """The columns before and after it, or the edge of the table."""
    place = columns.index(column)
    edges = [None, *(c.identity for c in columns), None]
    return {("before", edges[place]), ("after", edges[place + 2])}
