"""Finding the cell that a person means who names it in the words of CBS's pages.

Titles are taken as they stand; where the word of the page is not that of the service (the order of words in a period,
a dimension whose name is cut), the one that is alike is taken and said so. What does not belong here: the figure in
the cell (``typed_figures``).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pipelines.common.suggestions import closest
from pipelines.observations.codes import region_kind
from pipelines.observations.columns import Topic, topics
from pipelines.observations.contact.dimension_roles import Titles, period_dimension, region_dimensions, total_codes
from pipelines.observations.plan import Metadata, titles
from pipelines.statline.metadata import GROUP, INFOS, PROPERTIES, TOPIC, Code, entity, read_codes, read_properties

# Where a name is that of several kinds of region, a page without more means the first of these.
_MEANT: Final = ("land", "gemeente")
_ALL_TOTALS: Final = "alle totalen"
_SEPARATOR: Final = "|"


class PlaceError(Exception):
    """No cell, or more than one, is the one that is meant; the message says what was looked for and what there is."""


@dataclass(frozen=True)
class TypedPlace:
    """A cell in words: ``dimensions`` as ``Geslacht=Totaal; Leeftijd=Totaal``, ``topic`` as ``Groep|Onderwerp``."""

    period: str
    region: str
    dimensions: str
    topic: str
    unit: str


@dataclass(frozen=True)
class FoundPlace:
    """The cell: its ``topic``, and the ``codes`` of its row as the code lists have them, padding included.

    ``status`` is what CBS says of the period; ``note`` tells what was taken in place of the words that were given.
    """

    topic: Topic
    codes: Mapping[str, str]
    status: str | None
    note: str


def find_place(table: str, wanted: TypedPlace, metadata: Metadata) -> FoundPlace:
    """The cell of ``table`` that is meant.

    Raises:
        PlaceError: there is none, or more than one.
        InvalidFieldError: the metadata cannot be read.
    """
    properties = read_properties(entity(table, metadata, PROPERTIES), table)
    dimensions = [each for each in properties if each.kind not in (TOPIC, GROUP)]
    lists = {each.key: read_codes(each.key, entity(table, metadata, each.key), table) for each in dimensions}
    known = {key: titles(codes) for key, codes in lists.items()}
    regions, period = region_dimensions(dimensions, known), period_dimension(dimensions, known)
    if len(regions) != 1:
        raise PlaceError(f"Table {table}: expected one dimension of regions, found {' and '.join(regions) or 'none'}.")
    notes: list[str] = []
    chosen = {regions[0]: _region(table, wanted.region, known[regions[0]])}
    if period is not None:
        chosen[period] = _period(table, wanted.period, known[period])
    else:
        _require_year(table, wanted.period, metadata)
    others = {key: found for key, found in known.items() if key not in chosen}
    chosen |= _others(table, wanted.dimensions, others, notes)
    topic = _topic(table, wanted, topics(entity(table, metadata, PROPERTIES), table), notes)
    as_given = {key: _code(lists[key], code) for key, code in chosen.items()}
    return FoundPlace(
        topic,
        {key: as_given[key].key for key in lists},
        as_given[period].status if period else None,
        " ".join(notes),
    )


def _code(codes: Sequence[Code], trimmed: str) -> Code:
    return next(code for code in codes if code.key.strip() == trimmed)


def _region(table: str, wanted: str, known: Titles) -> str:
    if wanted in known:
        return wanted
    for name in (wanted, f"{wanted} (gemeente)"):
        found = [code for code, title in known.items() if title == name]
        for kind in _MEANT:
            of_kind = [code for code in found if region_kind(code) == kind]
            if len(of_kind) == 1:
                return of_kind[0]
        if len(found) == 1:
            return found[0]
        if found:
            raise PlaceError(f"Table {table}: expected one region '{name}', found {', '.join(found)}; write its code.")
    raise PlaceError(f"Table {table}: expected a region '{wanted}', found none{_like(wanted, known)}.")


def _period(table: str, wanted: str, known: Titles) -> str:
    if wanted in known:
        return wanted
    found = [code for code, title in known.items() if _words(title) == _words(wanted)]
    if len(found) != 1:
        there = f"found {', '.join(found)}" if found else f"found none{_like(wanted, known)}"
        raise PlaceError(f"Table {table}: expected one period '{wanted}', {there}.")
    return found[0]


def _words(period: str) -> list[str]:
    """The words of a period in no order and without the stars of provisional figures."""
    return sorted(period.replace("*", " ").lower().split())


def _require_year(table: str, wanted: str, metadata: Metadata) -> None:
    """A table without periods is of one year, which its title says."""
    title = str(entity(table, metadata, INFOS)[0].get("Title") or "")
    if not re.search(rf"(?<!\d){re.escape(wanted.strip(' *'))}(?!\d)", title):
        raise PlaceError(f"Table {table}: expected a table of {wanted}, found one without periods titled '{title}'.")


def _others(table: str, given: str, known: Mapping[str, Titles], notes: list[str]) -> dict[str, str]:
    """A code of each dimension beside region and period: the one that was given, else its total."""
    chosen: dict[str, str] = {}
    parts = [] if given.lower() == _ALL_TOTALS else [part for part in given.split(";") if part.strip()]
    for part in parts:
        name, _, title = (piece.strip() for piece in part.partition("="))
        key = name if name in known else next(iter(closest(name, known, limit=1)), None)
        if key is None or key in chosen:
            raise PlaceError(
                f"Table {table}: expected a dimension '{name}', found {', '.join(known) or 'none beside regions'}."
            )
        if key != name:
            notes.append(f"Dimension {key} was taken for {name}.")
        chosen[key] = _titled(table, key, title, known[key])
    for key in known.keys() - chosen.keys():
        totals = list(known[key]) if len(known[key]) == 1 else total_codes(known[key])
        if len(totals) != 1:
            raise PlaceError(
                f"Table {table}: expected a code of dimension {key}, found none given and {len(totals)} totals; write "
                f"{key}=TITLE in dimensies."
            )
        chosen[key] = totals[0]
    return chosen


def _titled(table: str, key: str, wanted: str, known: Titles) -> str:
    if wanted in known:
        return wanted
    found = [code for code, title in known.items() if title.lower() == wanted.lower()]
    if len(found) != 1:
        there = f"found {', '.join(found)}" if found else f"found none{_like(wanted, known)}"
        raise PlaceError(f"Table {table}: expected one code '{wanted}' of dimension {key}, {there}.")
    return found[0]


def _topic(table: str, wanted: TypedPlace, found: Sequence[Topic], notes: list[str]) -> Topic:
    """The column with this path and unit; a page does not show where groups end, so its title alone may do."""
    path = tuple(part.strip() for part in wanted.topic.split(_SEPARATOR))
    of_unit = [topic for topic in found if topic.unit == wanted.unit]
    exact = [topic for topic in of_unit if topic.path == path]
    alike = [topic for topic in of_unit if topic.path[-1] == path[-1]]
    chosen = exact or alike
    if len(chosen) != 1:
        by_path = {f"{topic.full_path} ({topic.unit})": topic for topic in found}
        looked_for = f"{' > '.join(path)} ({wanted.unit})"
        near = [topic for name, topic in by_path.items() if topic.path[-1] == path[-1]]
        names = [f"{topic.full_path} ({topic.unit})" for topic in near] or closest(looked_for, by_path, cutoff=0.4)
        raise PlaceError(
            f"Table {table}: expected one column '{looked_for}', found {len(chosen)}; nearest: "
            f"{', '.join(names[:3]) or 'none'}."
        )
    if not exact:
        notes.append(f"Column '{chosen[0].full_path}' was taken for '{' > '.join(path)}'.")
    return chosen[0]


def _like(wanted: str, known: Titles) -> str:
    by_title = {title: code for code, title in known.items()}
    near = closest(wanted, by_title)
    return f"; nearest: {', '.join(f'{by_title[title]} {title!r}' for title in near)}" if near else ""
