"""What became of the columns of a table between two of its versions.

A column is the same when path of titles and unit are; its number is not looked at. What does not belong here: what
that means for the table (``drift``).
"""

from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipelines.common.suggestions import closest
from pipelines.observations.columns import PATH_SEPARATOR
from pipelines.observations.shape import CodeList, Column, Shape
from pipelines.sources.drift_rules import DriftKind


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
            return ", ".join(f"{shown(column)} ({column.key})" for column in (self.was, self.now) if column)
        if self.kind is DriftKind.DOUBLED_COLUMN:
            return f"{shown(self.was)} stands there as {self.was.key} and as {self.now.key}"
        if self.kind in (DriftKind.OTHER_DATATYPE, DriftKind.TEXT_OR_NUMBER):
            return f"{shown(self.now)} went from {self.was.datatype} to {self.now.datatype}"
        return f"{shown(self.was)} became {shown(self.now)}"


def shown(column: Column) -> str:
    """A column as a message names it: path and unit."""
    return f"'{PATH_SEPARATOR.join(column.path)}' ({column.unit})"


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


def history(before: Sequence[Column], now: Sequence[Column], path: tuple[str, ...], unit: str) -> str:
    """What the column that a measure looks for in vain was and became, as a sentence; empty when it never was there."""
    was = next((column for column in before if column.identity == (path, unit)), None)
    if was is None:
        return ""
    doubles = [column.key for column in now if column.identity == was.identity]
    kind, successor = _successor(was, before, now, [c for c in now if c.identity not in {b.identity for b in before}])
    if doubles:
        became = f"now it stands there as {' and as '.join(doubles)}"
    elif successor is None:
        became = "nothing like it stands in its place, so it seems to have vanished"
    elif kind is DriftKind.OTHER_UNIT:
        became = f"its unit seems to have changed to '{successor.unit}' ({successor.key})"
    else:
        became = f"it seems to have been renamed to {shown(successor)} ({successor.key})"
    return f"In the version last understood it was {was.key}; {became}."


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
        if candidate.path == column.path:
            return DriftKind.OTHER_UNIT, candidate
    moved = [c for c in new if c.unit == column.unit and c.path[-1] == column.path[-1]]
    beside = [c for c in new if c.unit == column.unit and _neighbours(c, now) & _neighbours(column, before)]
    # A title such as "Code" stands under many groups, so the place decides between those that moved.
    found = next(iter([*(c for c in moved if c in beside), *moved, *beside]), None)
    return (DriftKind.VANISHED_COLUMN if found is None else DriftKind.RENAMED_COLUMN), found


def _neighbours(column: Column, columns: Sequence[Column]) -> set[tuple[str, object]]:
    """The columns before and after it, or the edge of the table."""
    place = columns.index(column)
    edges = [None, *(c.identity for c in columns), None]
    return {("before", edges[place]), ("after", edges[place + 2])}


Found = tuple[DriftKind, str]

_SHOWN = 5
_NEAR = 3


def code_changes(before: Mapping[str, CodeList], now: Mapping[str, CodeList], used: Container[str]) -> Iterator[Found]:
    """Codes that came, went or got another title, and code lists of another width.

    Args:
        before: code list per dimension; of regions and periods without codes.
        now: the same of the new version.
        used: the codes that measures take: ``<dimension> <code>``, or ``<dimension>`` where they take any.

    """
    for key in sorted(now.keys() & before.keys()):
        yield from _of_list(key, before[key], now[key], used)


def _of_list(key: str, before: CodeList, now: CodeList, used: Container[str]) -> Iterator[Found]:
    split = key in used
    # A code that the yml selects by name is no news: somebody wrote it there.
    came = {code: now.codes[code] for code in now.codes if code not in before.codes and f"{key} {code}" not in used}
    went = {code: title for code, title in before.codes.items() if code not in now.codes}
    if came:
        near = _nearest(came, went or before.codes)
        yield (
            DriftKind.NEW_USED_CODE if split else DriftKind.NEW_CODE,
            f"dimension {key} has new codes: {some_codes(came)}{near}",
        )
    if went:
        yield (
            DriftKind.VANISHED_USED_CODE if split else DriftKind.VANISHED_CODE,
            f"dimension {key} no longer has the codes {some_codes(went)}{_nearest(went, came or now.codes)}",
        )
    yield from _retitled(key, before, now, used)
    if before.width != now.width:
        yield DriftKind.OTHER_WIDTH, f"the codes of {key} are {now.width} wide, which was {before.width}"


def _retitled(key: str, before: CodeList, now: CodeList, used: Container[str]) -> Iterator[Found]:
    for code in sorted(now.codes.keys() & before.codes.keys()):
        if now.codes[code] != before.codes[code]:
            taken = key in used or f"{key} {code}" in used
            yield (
                DriftKind.RETITLED_USED_CODE if taken else DriftKind.RETITLED_CODE,
                f"code {code} of dimension {key} was '{before.codes[code]}' and is now '{now.codes[code]}'",
            )


def unlisted_codes(before: Shape | None, now: Shape) -> Iterator[Found]:
    """Codes that stand in the rows and not in the code list."""
    for key, unlisted in now.unlisted_codes.items():
        known = before.unlisted_codes.get(key, ()) if before else ()
        if fresh := [code for code in unlisted if code not in known]:
            near = _nearest(dict.fromkeys(fresh, ""), now.code_lists[key].codes)
            yield DriftKind.UNLISTED_CODE, f"the rows have in {key} {some(fresh)}, not in its code list{near}"


def region_changes(before: Shape | None, now: Shape) -> Iterator[Found]:
    """Kinds of region that came or went, and codes of a form that stands for none."""
    seen = before.strange_regions if before else {}
    strange = {code: name for code, name in now.strange_regions.items() if code not in seen}
    # Of a table that is read for the first time such rows are a total or the like, unless it has no others.
    if strange and (before is not None or not now.region_kinds):
        yield (
            DriftKind.UNKNOWN_REGION_FORM,
            f"there are rows of {some_codes(strange)}, region codes of no known form (REGION_FORMS in codes.py)",
        )
    if before is None:
        return
    if came := [kind for kind in now.region_kinds if kind not in before.region_kinds]:
        yield DriftKind.NEW_REGION_KIND, f"there are rows of a kind of region that it did not have: {some(came)}"
    if went := [kind for kind in before.region_kinds if kind not in now.region_kinds]:
        yield DriftKind.VANISHED_REGION_KIND, f"there are no longer rows of the kind of region {some(went)}"


def unknown_municipalities(before: Shape | None, now: Shape, known: Mapping[str, str]) -> Iterator[Found]:
    """Municipalities with a figure that are not in the list ``known`` (names by code)."""
    seen = before.municipalities if before else {}
    strange = {code: name for code, name in now.municipalities.items() if code not in known and code not in seen}
    if strange:
        words = f"there are figures of {some_codes(strange)}, in no list of municipalities{_nearest(strange, known)}"
        yield DriftKind.UNKNOWN_MUNICIPALITY, words


def unknown_statuses(before: Shape | None, now: Shape, known: Sequence[str]) -> Iterator[Found]:
    """Words for the status of a period that stand for none of ours."""
    seen = (*known, *(before.status_words if before else ()))
    if strange := [word for word in now.status_words if word not in seen]:
        yield (
            DriftKind.UNKNOWN_STATUS,
            f"a period has the status {some(strange)}, expected {some(known)}; it is published as 'onbekend'",
        )


def some(values: Sequence[str]) -> str:
    """The first of ``values``, quoted, and how many more there are."""
    rest = f" and {len(values) - _SHOWN} more" if len(values) > _SHOWN else ""
    return ", ".join(f"'{value}'" for value in values[:_SHOWN]) + rest


def some_codes(titles: Mapping[str, str]) -> str:
    """The first of these codes with their titles, and how many more there are."""
    rest = f" and {len(titles) - _SHOWN} more" if len(titles) > _SHOWN else ""
    return ", ".join(f"{code} '{title}'" for code, title in sorted(titles.items())[:_SHOWN]) + rest


def _nearest(strange: Mapping[str, str], known: Mapping[str, str]) -> str:
    """The known codes that are like the first strange one, by code and by title: either may be what was changed."""
    if not strange or not known:
        return ""
    code, title = sorted(strange.items())[0]
    by_title: dict[str, list[str]] = {}
    for other, name in known.items():
        by_title.setdefault(name, []).append(other)
    alike = closest(code, known, limit=_NEAR)
    named = closest(title, filter(None, by_title), limit=_NEAR) if title else []
    near = list(dict.fromkeys([*(other for name in named for other in by_title[name]), *alike]))
    return f"; nearest: {', '.join(f'{other} {known[other]!r}' for other in near[: 2 * _NEAR])}" if near else ""
