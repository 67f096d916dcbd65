"""What a table must have for a yml to be proposed of it: its region, its periods, its years, its other dimensions.

What does not belong here: what the yml then says (``proposal``).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from pipelines.observations import codes
from pipelines.observations.columns import Topic, topics
from pipelines.observations.contact.dimension_roles import period_dimension, region_dimensions, year_of_period
from pipelines.observations.plan import Metadata, titles
from pipelines.sources.datasets import Years
from pipelines.statline.location import LocatedTable
from pipelines.statline.metadata import GROUP, INFOS, PROPERTIES, TOPIC, Property, entity, read_codes, read_properties

# Which kind of period stands for its year, the best first: the year itself, else how it stood at the end.
_KINDS: Final = ("JJ00", "X005", "MM12", "KW04", "HJ02")
_YEAR: Final = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


class ProposalError(Exception):
    """No yml can be proposed; the message is a sentence for the person who asked."""


@dataclass(frozen=True)
class ProposedTable:
    """A table as a yml reads it; ``code_lists`` holds the titles of the codes of its other dimensions.

    ``kind`` is the kind of period that is read (JJ00: years), ``other_kinds`` are those that are passed over.
    """

    table: str
    title: str
    summary: str
    catalogue: str
    region: str
    period: str | None
    kind: str | None
    other_kinds: tuple[str, ...]
    years: Years
    topics: tuple[Topic, ...]
    code_lists: Mapping[str, Mapping[str, str]]


def read_table(located: LocatedTable, metadata: Metadata) -> ProposedTable:
    """What ``metadata`` says of a table.

    Raises:
        ProposalError: it has no regions, or its years stand nowhere.
        InvalidFieldError: the metadata cannot be read.
    """
    table = located.table
    properties = read_properties(entity(table, metadata, PROPERTIES), table)
    dimensions = [each for each in properties if each.kind not in (TOPIC, GROUP)]
    lists = {each.key: titles(read_codes(each.key, entity(table, metadata, each.key), table)) for each in dimensions}
    region = _region(table, dimensions, lists)
    period = period_dimension(dimensions, lists)
    kind, others = _kind(list(lists[period])) if period else (None, ())
    infos = metadata[INFOS][0]
    return ProposedTable(
        table=table,
        title=located.row.title.strip(),
        summary=" ".join(str(infos.get("Summary") or "").split()),
        catalogue=located.catalogue,
        region=region,
        period=period,
        kind=kind,
        other_kinds=others,
        years=_years_of(located, list(lists[period]) if period else [], kind, str(infos.get("Period") or "")),
        topics=tuple(topics(entity(table, metadata, PROPERTIES), table)),
        code_lists={key: found for key, found in lists.items() if key not in (region, period)},
    )


def without_overlap(tables: Sequence[ProposedTable]) -> tuple[list[ProposedTable], list[str]]:
    """The tables by year, oldest first, none claiming a year of a newer one; and what was left out for that.

    Raises:
        ProposalError: a table holds no year that a newer one does not have.
    """
    by_year = sorted(tables, key=lambda table: (table.years.last, table.years.first))
    kept, told = by_year[-1:], []
    for table in reversed(by_year[:-1]):
        newer = kept[0]
        if table.years.first >= newer.years.first:
            raise ProposalError(
                f"Tables {table.table} ({table.years}) and {newer.table} ({newer.years}) hold the same years, and one "
                "table leads a year: draft them as two datasets, or leave one out."
            )
        last = min(table.years.last, newer.years.first - 1)
        if last < table.years.last:
            told.append(
                f"Table {table.table} has {table.years}; from {newer.years.first} on table {newer.table} is read."
            )
        kept.insert(0, replace(table, years=Years(first=table.years.first, last=last)))
    told += [
        f"Table {table.table}: of the periods {table.kind} is read, and {', '.join(table.other_kinds)} are not "
        f"({_remedy(table.other_kinds)})."
        for table in kept
        if table.other_kinds
    ]
    return kept, told


def _remedy(kinds: Sequence[str]) -> str:
    """Which key of a yml reads periods of these kinds."""
    beside = "`binnen_het_jaar` reads parts of a year beside it" if set(kinds) & set(codes.PARTS_OF_A_YEAR) else ""
    return " or ".join(filter(None, ("`periode` of a measure", beside)))


def _region(table: str, dimensions: Sequence[Property], lists: Mapping[str, Mapping[str, str]]) -> str:
    found = region_dimensions(dimensions, lists)
    if len(found) != 1:
        raise ProposalError(
            f"Table {table}: expected one dimension of regions, found {' and '.join(found) or 'none'} among "
            f"{', '.join(each.key for each in dimensions) or 'no dimensions'}; the monitor reads figures of regions."
        )
    return found[0]


def _kind(keys: Sequence[str]) -> tuple[str | None, tuple[str, ...]]:
    """The kind of period to read, and the others that there are."""
    kinds = [codes.period_kind(key) for key in keys if year_of_period(key) is not None]
    if not kinds:
        return None, ()
    best = next((kind for kind in _KINDS if kind in kinds), max(kinds, key=lambda kind: (kinds.count(kind), kind)))
    return best, tuple(sorted(set(kinds) - {best}))


def _years_of(located: LocatedTable, keys: Sequence[str], kind: str | None, period: str) -> Years:
    years = [year for key in keys if (year := year_of_period(key)) is not None and codes.period_kind(key) == kind]
    stated = _YEAR.findall(located.row.title) or _YEAR.findall(period)
    if not years and stated:
        years = [int(stated[-1])]
    if not years:
        raise ProposalError(
            f"Table {located.table} '{located.row.title}': expected its years in a dimension of periods or its year in "
            f"the title, found neither (Period: '{period}'), so a yml cannot say which year its figures are of."
        )
    return Years(first=min(years), last=max(years))
