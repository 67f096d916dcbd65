"""Which code of each further dimension a proposed yml takes: the total, so that a row is a figure of a whole region.

What does not belong here: regions and periods (``proposal_tables``).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from pipelines.common.suggestions import closest
from pipelines.observations.contact.dimension_roles import total_codes
from pipelines.observations.contact.proposal_tables import ProposalError, ProposedTable

# So many codes are named where a person must choose.
_SHOWN = 8


def choose_codes(
    tables: Sequence[ProposedTable],
) -> tuple[dict[str, list[str]], dict[str, Any], dict[str, list[str]]]:
    """What the yml says under ``andere_namen`` and ``dimensies``, and per dimension what a person should know of it.

    Dimensions are called as in the last of ``tables``.

    Raises:
        ProposalError: the tables do not have the same dimensions.
    """
    newest = tables[-1]
    names: dict[str, list[str]] = {newest.region: [], **({newest.period: []} if newest.period else {})}
    selections: dict[str, Any] = {}
    remarks: dict[str, list[str]] = {}
    for table in tables[:-1]:
        _note_name(names, newest.region, table.region)
        _note_period(names, newest, table)
    matched = [_matching(newest, table) for table in tables]
    for key in newest.code_lists:
        names[key] = []
        chosen: list[tuple[str, str]] = []
        for table, called in zip(tables, matched, strict=True):
            _note_name(names, key, called[key])
            code, remark = _total(table, called[key])
            chosen.append((code, table.code_lists[called[key]][code]))
            if remark and (table is newest or called[key] not in newest.code_lists):
                remarks.setdefault(key, []).append(remark)
        lists = [table.code_lists[called[key]] for table, called in zip(tables, matched, strict=True)]
        selections[key] = _selection(key, chosen, lists)
    return {key: others for key, others in names.items() if others}, selections, remarks


def _note_name(names: dict[str, list[str]], key: str, other: str) -> None:
    if other != key and other not in names[key]:
        names[key].append(other)


def _note_period(names: dict[str, list[str]], newest: ProposedTable, table: ProposedTable) -> None:
    if (newest.period is None) != (table.period is None):
        has, lacks = (newest, table) if newest.period else (table, newest)
        raise ProposalError(
            f"Table {has.table} has periods ({has.period}) and table {lacks.table} has none: draft them as two "
            "datasets."
        )
    if newest.kind != table.kind:
        raise ProposalError(
            f"Of table {newest.table} the periods {newest.kind} can be read and of table {table.table} {table.kind}: "
            "draft them as two datasets."
        )
    if newest.period and table.period:
        _note_name(names, newest.period, table.period)


def _matching(newest: ProposedTable, table: ProposedTable) -> dict[str, str]:
    """What each dimension of the newest table is called in ``table``."""
    free = [key for key in table.code_lists if key not in newest.code_lists]
    called: dict[str, str] = {}
    for key, known in newest.code_lists.items():
        if key in table.code_lists:
            called[key] = key
            continue
        alike = [other for other in free if known.keys() & table.code_lists[other].keys()]
        found = (alike or closest(key, free, limit=1))[:1]
        if not found:
            raise ProposalError(
                f"Table {newest.table} has the dimension {key}, and table {table.table} none like it (it has "
                f"{', '.join(table.code_lists) or 'no other dimensions'}): draft them as two datasets."
            )
        called[key] = found[0]
        free.remove(found[0])
    if free:
        raise ProposalError(
            f"Table {table.table} has the dimension {free[0]}, and table {newest.table} none like it: draft them as "
            "two datasets."
        )
    return called


def _total(table: ProposedTable, key: str) -> tuple[str, str]:
    """The code that stands for all of a dimension, and what a person should know of that choice."""
    known = table.code_lists[key]
    if not known:
        raise ProposalError(f"Table {table.table}: dimension {key} has no codes, so no row can be chosen.")
    totals = total_codes(known)
    chosen = (totals or list(known))[0]
    if len(known) == 1:
        return chosen, ""
    others = [code for code in known if code != chosen]
    shown = ", ".join(f"{code} '{known[code]}'" for code in others[:_SHOWN])
    shown += f" and {len(others) - _SHOWN} more" if len(others) > _SHOWN else ""
    if not totals:
        return chosen, (
            f"CHOOSE: of {key} no title begins with Totaal, so its first code {chosen} '{known[chosen]}' stands here; "
            f"there are also {shown}."
        )
    return chosen, f"Of {key} {chosen} '{known[chosen]}' is taken; there are also {shown}."


def _selection(key: str, chosen: Sequence[tuple[str, str]], lists: Sequence[Mapping[str, str]]) -> Any:
    """How the yml says it: the code where that is the same everywhere, else codes and titles of which one fits."""
    if len(set(chosen)) == 1:
        return chosen[0][0]
    found_codes, found_titles = (list(dict.fromkeys(part)) for part in zip(*chosen, strict=True))
    for wanted in ({"code": found_codes, "titel": found_titles}, {"code": found_codes}, {"titel": found_titles}):
        if all(_fitting(wanted, known) == [code] for (code, _), known in zip(chosen, lists, strict=True)):
            return wanted
    raise ProposalError(
        f"The tables call the total of {key} {' and '.join(found_titles)} ({', '.join(found_codes)}), and no choice "
        "fits exactly one code in each: draft them as two datasets."
    )


def _fitting(wanted: Mapping[str, Sequence[str]], known: Mapping[str, str]) -> list[str]:
    return [code for code, title in known.items() if code in wanted.get("code", ()) or title in wanted.get("titel", ())]
