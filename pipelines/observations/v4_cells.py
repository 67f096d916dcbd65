"""Cells from the observations of v4, where each comes alone, and those that v4 leaves out.

The same cells as ``cells`` makes of the rows of v3, where each row has every column. What v4 leaves out is a dot
there, and so is every cell without an observation: of each region, each period and all other codes, as v3 has them. Of
a table with more combinations than ``_MOST_CELLS`` they are made of the codes that a measure takes; of other codes
nobody asks, so there a row without any observation is left out. An observation that is ``Impossible`` is the empty
cell of v3. Memory is bounded by a batch, and eight bytes per cell.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import polars as pl

from pipelines.observations.cells import IMPOSSIBLE, MISSING, Part, measured_alone, valued, with_keys
from pipelines.observations.columns import SchemaDriftError, Topic
from pipelines.observations.grid import Grid
from pipelines.observations.plan import CELLS_PER_PART, Metadata, TablePlan, titles
from pipelines.sources.datasets import CodeSelection, PrefixSelection
from pipelines.statline.metadata import entity, read_codes

_FIELDS: Final = ("Id", "Measure", "ValueAttribute", "Value", "StringValue")
# What v3 writes for an observation of which v4 says this; of None there is a value.
_SYMBOLS: Final = {"Impossible": IMPOSSIBLE, "Confidential": MISSING, "NotAvailable": MISSING}
_PRESENT: Final = "None"
# A cell that comes alone brings the texts of its whole row along, so that fewer make up the memory of a part.
CELLS_ALONE_PER_PART: Final = CELLS_PER_PART // 2
# The largest tables that v3 gives whole have some 8 million cells; the combinations of many long code lists, of which
# nearly all may be empty, have no end.
_MOST_CELLS: Final = 10_000_000
_TOPIC: Final = "onderwerp"
_REMEDY: Final = "CBS may be changing the table right now; refresh again later."


class ObservedTable:
    """One table of v4: its combinations of codes, and its topics.

    Args:
        table: its id.
        topics: what its measures are called.
        codes: the codes of each dimension, trimmed, in their order.

    """

    def __init__(self, table: str, topics: Sequence[Topic], codes: Mapping[str, Sequence[str]]) -> None:
        self._table = table
        self._topics = topics
        self._texts = [topic.key for topic in topics if topic.is_text]
        self.grid = Grid(codes)

    @classmethod
    def of(cls, table: str, topics: Sequence[Topic], dimensions: Sequence[str], metadata: Metadata) -> "ObservedTable":
        """The table that ``metadata``, in the terms of v3, describes."""
        codes = {key: list(titles(read_codes(key, entity(table, metadata, key), table))) for key in dimensions}
        return cls(table, topics, codes)

    def rows(self, batch: bytes) -> pl.DataFrame:
        """The observations of a batch: the codes, the ``ID`` that their row has in v3, ``onderwerp`` and ``tekst``.

        Raises:
            SchemaDriftError: an observation is not what it should be.
        """
        dimensions = list(self.grid.codes)
        self._require_fields(batch, dimensions)
        # Read as text, so that what is no number is found out, not lost.
        schema = {"Id": pl.Int64, **dict.fromkeys((*_FIELDS[1:], *dimensions), pl.String)}
        rows = pl.read_ndjson(batch, schema=schema).with_columns(pl.col(dimensions).str.strip_chars())
        numbered = rows.with_columns(self.grid.numbers(rows).alias("ID"), _is_text(self._texts))
        self._require_known(numbered)
        value, other = pl.col("Value"), pl.col("StringValue")
        read = numbered.with_columns(
            tekst=pl.when(pl.col("is_tekst")).then(other).otherwise(value).str.strip_chars(),
            elders=pl.when(pl.col("is_tekst")).then(value).otherwise(other),
            symbool=pl.col("ValueAttribute").replace_strict(_SYMBOLS, default=None, return_dtype=pl.String),
        )
        self._require_readable(read)
        # Neither a value nor a reason for that: as little is known of it as of a cell that was left out.
        text = pl.coalesce("symbool", "tekst", pl.lit(MISSING))
        return read.select("ID", *dimensions, pl.col("Measure").alias(_TOPIC), text.alias("tekst"), "is_tekst")

    def _require_fields(self, batch: bytes, dimensions: Sequence[str]) -> None:
        """Reading with a schema turns an absent field into NULLs, so look at the first row before that can happen."""
        published = json.loads(batch.split(b"\n", 1)[0])
        absent = sorted({*_FIELDS, *dimensions} - set(published))
        if absent:
            raise SchemaDriftError(
                f"Table {self._table}: an observation should have the fields {', '.join((*_FIELDS, *dimensions))}, "
                f"found {', '.join(published)}. {_REMEDY}",
                "De rijen van de tabel hebben andere kolommen dan haar beschrijving.",
            )

    def _require_known(self, rows: pl.DataFrame) -> None:
        """Each observation is of a measure and of codes that the metadata list: else it belongs nowhere."""
        known = {"Measure": [topic.key for topic in self._topics]} | dict(self.grid.codes)
        for name, keys in known.items():
            strange = rows.filter(pl.col(name).is_null() | ~pl.col(name).is_in(list(keys)))
            if not strange.is_empty():
                listed = "MeasureCodes" if name == "Measure" else f"{name}Codes"
                first = strange.row(0, named=True)
                raise SchemaDriftError(
                    f"Table {self._table}: {name} of an observation should be one of {listed}, found {first[name]!r} "
                    f"in observation {first['Id']} ({strange.height} such in this part). {_REMEDY}",
                    "In de rijen van de tabel staan codes die haar beschrijving niet kent.",
                )

    def _require_readable(self, rows: pl.DataFrame) -> None:
        attribute = pl.col("ValueAttribute")
        is_known = (attribute == _PRESENT) | pl.col("symbool").is_not_null()
        self._refuse(rows, ~is_known.fill_null(value=False), f"{_PRESENT}, {', '.join(_SYMBOLS)} as ValueAttribute")
        is_symbol = pl.col("symbool").is_not_null()
        self._refuse(
            rows, is_symbol & pl.col("tekst").is_not_null(), f"no value where ValueAttribute is not {_PRESENT}"
        )
        self._refuse(rows, pl.col("elders").is_not_null(), "numbers as Value and texts as StringValue")
        number = pl.col("tekst").cast(pl.Float64, strict=False).is_finite().fill_null(value=False)
        is_wrong = ~pl.col("is_tekst") & pl.col("tekst").is_not_null() & ~number
        self._refuse(rows, is_wrong, "a number as Value")

    def _refuse(self, rows: pl.DataFrame, wrong: pl.Expr, expected: str) -> None:
        found = rows.filter(wrong)
        if found.is_empty():
            return
        first = found.row(0, named=True)
        topic = next(topic for topic in self._topics if topic.key == first["Measure"])
        held = {name: first[name] for name in _FIELDS[2:]}
        raise SchemaDriftError(
            f"Table {self._table}, column '{topic.full_path}' ({topic.key}): expected {expected}, found "
            f"{json.dumps(held, ensure_ascii=False)} in observation {first['Id']} ({found.height} such in this part). "
            "CBS changed the type of this column; check the table on StatLine.",
            "In een kolom met getallen staat iets anders dan een getal.",
        )

    def published(
        self, batches: Iterable[bytes], wanted: Sequence[int], columns: Sequence[str]
    ) -> dict[int, Mapping[str, str | None]]:
        """The codes of the rows with these IDs and what was published in ``columns``: a dot where nothing was."""
        ids = pl.Series("ID", sorted(set(wanted)), dtype=pl.Int64)
        blank = dict.fromkeys(columns, MISSING)
        codes = self.grid.combinations(ids).to_dicts()
        found: dict[int, dict[str, str | None]] = {row: {**own, **blank} for row, own in zip(ids, codes, strict=True)}
        for batch in batches:
            rows = self.rows(batch).filter(pl.col("ID").is_in(ids.to_list()), pl.col(_TOPIC).is_in(columns))
            for row in rows.iter_rows(named=True):
                found[row["ID"]][row[_TOPIC]] = row["tekst"]
        return dict(found)


class ObservationReader:
    """Makes the cells of one table of the batches of its snapshot, each a line of JSON per observation.

    Of a table that ``is_filtered`` only codes with an observation count as asked for: of the others it is not known
    whether CBS left them out or the filter did, and no cell is made up.
    """

    def __init__(self, plan: TablePlan, metadata: Metadata, *, is_filtered: bool = False) -> None:
        self._plan = plan
        self._is_filtered = is_filtered
        self._table = ObservedTable.of(plan.table.tabel, plan.topics, plan.dimensions, metadata)
        self._topics = [topic.key for topic in plan.topics]
        self._cell = Grid({**self._table.grid.codes, _TOPIC: self._topics})
        self.row_count = 0
        """How many rows the cells that were made so far stand in; that of the table once all of them were."""

    def parts(self, batches: Iterable[bytes]) -> Iterator[Part]:
        """Per part what its cells share and the cells: first those that came, then those that v4 left out.

        Raises:
            SchemaDriftError: an observation is not what it should be, or a cell came twice.
        """
        came: list[pl.Series] = []
        for batch in batches:
            rows = self._table.rows(batch)
            came.append(self._cell.numbers(rows))
            yield self._part(rows)
        present = (pl.concat(came) if came else pl.Series(dtype=pl.Int64)).sort()
        # What is told of the cells that came is all that may grow with the table.
        came.clear()
        self._require_once(present)
        rows_present = (present // len(self._topics)).unique()
        owed = pl.concat([self._owed(rows_present), rows_present]).unique().sort()
        self.row_count = owed.len()
        for numbers in self._left_out(owed, present):
            yield self._part(self._dots(numbers))

    def _owed(self, rows_present: pl.Series) -> pl.Series:
        """The numbers of the rows of which every cell is made, whether any of them came or not."""
        grid = self._table.grid
        is_whole = grid.size * len(self._topics) <= _MOST_CELLS
        taken = {key: list(codes) if is_whole else _taken(self._plan, key, codes) for key, codes in grid.codes.items()}
        if self._is_filtered:
            present = grid.combinations(rows_present)
            seen = {key: set(present[key].unique()) for key in grid.codes}
            taken = {key: [code for code in codes if code in seen[key]] for key, codes in taken.items()}
        return grid.part(taken)

    def _part(self, rows: pl.DataFrame) -> Part:
        keyed = with_keys(self._plan, rows)
        return keyed, valued(measured_alone(self._plan, keyed).lazy(), self._plan).drop("onleesbaar")

    def _left_out(self, owed: pl.Series, present: pl.Series) -> Iterator[pl.Series]:
        """The numbers of the cells of the rows ``owed`` that are not ``present``; both are sorted."""
        width = len(self._topics)
        places = pl.DataFrame({"place": pl.int_range(width, eager=True)})
        for rows in owed.to_frame("row").iter_slices(max(1, CELLS_ALONE_PER_PART // width)):
            cells = rows.join(places, how="cross").select(pl.col("row") * width + pl.col("place")).to_series()
            edges = (rows["row"][0] * width, (rows["row"][-1] + 1) * width)
            first, last = (int(present.search_sorted(edge)) for edge in edges)
            absent = cells.filter(~cells.is_in(present.slice(first, last - first).implode()))
            if not absent.is_empty():
                yield absent

    def _dots(self, numbers: pl.Series) -> pl.DataFrame:
        texts = [topic.key for topic in self._plan.topics if topic.is_text]
        return self._cell.combinations(numbers).with_columns(
            (numbers // len(self._topics)).alias("ID"),
            pl.lit(MISSING).alias("tekst"),
            pl.col(_TOPIC).is_in(texts).alias("is_tekst"),
        )

    def _require_once(self, present: pl.Series) -> None:
        doubles = present.filter(present == present.shift())
        if doubles.is_empty():
            return
        cell: dict[str, Any] = self._cell.combinations(doubles.head(1)).row(0, named=True)
        raise SchemaDriftError(
            f"Table {self._plan.table.tabel}: expected one observation per cell, found {cell.pop(_TOPIC)} of "
            f"{', '.join(f'{key} {code}' for key, code in cell.items())} more than once ({doubles.len()} such cells). "
            f"{_REMEDY}",
            "Een cijfer staat dubbel in de tabel.",
        )


def _is_text(texts: Sequence[str]) -> pl.Expr:
    return pl.col("Measure").is_in(list(texts)).fill_null(value=False).alias("is_tekst")


def _taken(plan: TablePlan, key: str, codes: Sequence[str]) -> list[str]:
    """The codes of a dimension of which every cell is owed: of regions and periods all, else what measures take."""
    if key not in plan.other_dimensions:
        return list(codes)
    taken: set[str] = set()
    for column in (column for columns in plan.mapped.values() for column in columns):
        if column.definition.uitsplitsing == key or key not in column.selection:
            return list(codes)
        taken.update(_selected(column.selection[key], codes))
    return [code for code in codes if code in taken]


def _selected(selection: CodeSelection, codes: Sequence[str]) -> Iterator[str]:
    if isinstance(selection, PrefixSelection):
        yield from (code for code in codes if code.startswith(selection.begint_met))
    else:
        yield from [selection] if isinstance(selection, str) else selection
