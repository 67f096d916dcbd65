"""What one table must yield: its topics and dimensions, and which cells make up which measure.

Made once per table from its metadata and the yml; whatever no longer fits is found here, before a row is read.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.statline import codes
from pipelines.statline.columns import SchemaDriftError, Topic, dimensions, resolve, topics
from pipelines.statline.datasets import Dataset, Measure, PrefixSelection, Selection, TableReference

# A batch of this many cells stays near 150 MB of memory, while its part is large enough to read fast.
CELLS_PER_PART = 250_000


@dataclass(frozen=True)
class MappedColumn:
    """A topic column that gives (part of) a measure, with the rows of it that count."""

    measure: str
    definition: Measure
    topic: Topic
    preference: int
    selection: Mapping[str, Selection]


@dataclass(frozen=True)
class TablePlan:
    """Everything needed to turn rows of one table into observations; made once from its metadata and the yml."""

    dataset: Dataset
    table: TableReference
    topics: tuple[Topic, ...]
    dimensions: tuple[str, ...]
    mapped: Mapping[str, tuple[MappedColumn, ...]]
    statuses: Mapping[str, str]

    @property
    def other_dimensions(self) -> list[str]:
        """Dimensions besides region and period."""
        return [key for key in self.dimensions if key not in (self.dataset.regio, self.dataset.periode)]

    @property
    def rows_per_part(self) -> int:
        """How many published rows make at most ``CELLS_PER_PART`` cells."""
        return max(1, CELLS_PER_PART // max(1, len(self.topics)))


def plan_table(dataset: Dataset, table: TableReference, metadata: Mapping[str, Sequence[dict[str, Any]]]) -> TablePlan:
    """Match a table's metadata (entity set name to rows) with the yml.

    Raises:
        SchemaDriftError: if a dimension, a dimension code or a column that the yml names is not in the table.
    """
    properties = metadata["DataProperties"]
    found_topics, found_dimensions = topics(properties), dimensions(properties)
    _require_dimensions(dataset, table, found_dimensions)
    mapped: dict[str, list[MappedColumn]] = {}
    for name, measure in dataset.measures_of(table).items():
        selection = dataset.selection(measure)
        _require_codes(table, name, selection, metadata)
        for preference, path in enumerate(measure.columns, start=1):
            topic = resolve(found_topics, path, measure.eenheid, table=table.tabel, measure=name)
            mapped.setdefault(topic.key, []).append(MappedColumn(name, measure, topic, preference, selection))
    return TablePlan(
        dataset=dataset,
        table=table,
        topics=tuple(found_topics),
        dimensions=tuple(found_dimensions),
        mapped={key: tuple(columns) for key, columns in mapped.items()},
        statuses=_statuses(dataset, metadata),
    )


def _require_dimensions(dataset: Dataset, table: TableReference, found: Sequence[str]) -> None:
    splits = {m.uitsplitsing for m in dataset.measures_of(table).values() if m.uitsplitsing}
    selected = {key for measure in dataset.measures_of(table).values() for key in dataset.selection(measure)}
    named = {dataset.regio, *([dataset.periode] if dataset.periode else []), *splits, *selected}
    missing = sorted(named - set(found))
    # A dimension that no selection fixes would give several rows per region and year, told apart by nothing.
    unfixed = sorted(set(found) - named)
    if missing or unfixed:
        raise SchemaDriftError(
            f"Table {table.tabel}: expected the dimensions {sorted(named)}, found {sorted(found)}"
            + (f"; not in the table: {missing}" if missing else "")
            + (f"; not selected by the yml: {unfixed}" if unfixed else "")
            + f". Correct 'regio', 'periode' or 'dimensies' in {dataset.naam}.yml."
        )


def _require_codes(
    table: TableReference,
    measure: str,
    selection: Mapping[str, Selection],
    metadata: Mapping[str, Sequence[dict[str, Any]]],
) -> None:
    for key, wanted in selection.items():
        known = {row["Key"].strip(): row["Title"] for row in metadata[key]}
        if isinstance(wanted, PrefixSelection):
            absent = [] if any(code.startswith(wanted.begint_met) for code in known) else [f"{wanted.begint_met}..."]
        else:
            absent = [code for code in ([wanted] if isinstance(wanted, str) else wanted) if code not in known]
        if absent:
            some = json.dumps(dict(list(known.items())[:8]), ensure_ascii=False)
            raise SchemaDriftError(
                f"Table {table.tabel}, measure {measure}: code {', '.join(absent)} is not in dimension {key}; "
                f"it has {some}. Correct 'dimensies' in the yml."
            )


def _statuses(dataset: Dataset, metadata: Mapping[str, Sequence[dict[str, Any]]]) -> dict[str, str]:
    if dataset.periode is None:
        return {}
    return {row["Key"].strip(): codes.status_of(row.get("Status")) for row in metadata[dataset.periode]}
