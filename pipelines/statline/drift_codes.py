"""What became of the codes of a table between two of its versions: of its dimensions, regions and periods.

What does not belong here: what that means for the table (``drift``).
"""

import difflib
from collections.abc import Container, Iterator, Mapping, Sequence

from pipelines.statline.drift_rules import DriftKind
from pipelines.statline.shape import CodeList, Shape

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
    if before.breedte != now.breedte:
        yield DriftKind.OTHER_WIDTH, f"the codes of {key} are {now.breedte} wide, which was {before.breedte}"


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
    for key, unlisted in now.onbekende_codes.items():
        known = before.onbekende_codes.get(key, ()) if before else ()
        if fresh := [code for code in unlisted if code not in known]:
            near = _nearest(dict.fromkeys(fresh, ""), now.codelijsten[key].codes)
            yield DriftKind.UNLISTED_CODE, f"the rows have in {key} {some(fresh)}, not in its code list{near}"


def region_changes(before: Shape | None, now: Shape) -> Iterator[Found]:
    """Kinds of region that came or went, and codes of a form that stands for none."""
    seen = before.regiovormen if before else {}
    strange = {code: name for code, name in now.regiovormen.items() if code not in seen}
    # Of a table that is read for the first time such rows are a total or the like, unless it has no others.
    if strange and (before is not None or not now.regiosoorten):
        yield (
            DriftKind.UNKNOWN_REGION_FORM,
            f"there are rows of {some_codes(strange)}, region codes of no known form (REGION_FORMS in codes.py)",
        )
    if before is None:
        return
    if came := [kind for kind in now.regiosoorten if kind not in before.regiosoorten]:
        yield DriftKind.NEW_REGION_KIND, f"there are rows of a kind of region that it did not have: {some(came)}"
    if went := [kind for kind in before.regiosoorten if kind not in now.regiosoorten]:
        yield DriftKind.VANISHED_REGION_KIND, f"there are no longer rows of the kind of region {some(went)}"


def unknown_municipalities(before: Shape | None, now: Shape, known: Mapping[str, str]) -> Iterator[Found]:
    """Municipalities with a figure that are not in the list ``known`` (names by code)."""
    seen = before.gemeenten if before else {}
    strange = {code: name for code, name in now.gemeenten.items() if code not in known and code not in seen}
    if strange:
        words = f"there are figures of {some_codes(strange)}, in no list of municipalities{_nearest(strange, known)}"
        yield DriftKind.UNKNOWN_MUNICIPALITY, words


def unknown_statuses(before: Shape | None, now: Shape, known: Sequence[str]) -> Iterator[Found]:
    """Words for the status of a period that stand for none of ours."""
    seen = (*known, *(before.statuswoorden if before else ()))
    if strange := [word for word in now.statuswoorden if word not in seen]:
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
    alike = difflib.get_close_matches(code, known, n=_NEAR, cutoff=0.6)
    named = difflib.get_close_matches(title, [name for name in by_title if name], n=_NEAR, cutoff=0.6) if title else []
    near = list(dict.fromkeys([*(other for name in named for other in by_title[name]), *alike]))
    return f"; nearest: {', '.join(f'{other} {known[other]!r}' for other in near[: 2 * _NEAR])}" if near else ""
