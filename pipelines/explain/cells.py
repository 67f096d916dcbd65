"""The published cells behind a measure: observations for what a cell means, the raw snapshot for what CBS wrote.

Known errors in them (``definitions``) are corrected as the build does it, in a way of its own.

What does not belong here: how figures follow from cells (``figures``).
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Final

import polars as pl

from pipelines.build.inputs import not_understood
from pipelines.common.parquet import scan_files
from pipelines.explain.definitions import Correction, Definitions
from pipelines.explain.model import Cell, TableVersion
from pipelines.observations.codes import BELOW_MUNICIPALITY, REGION_FORMS
from pipelines.observations.columns import dimensions, topics
from pipelines.observations.store import CELLS, MEASURES, TABLE
from pipelines.observations.v4_cells import ObservedTable
from pipelines.releases.warehouse import Warehouse
from pipelines.snapshots.records import RECORD_FILE, SnapshotRecord
from pipelines.snapshots.store import Snapshot, SnapshotError, SnapshotStore, load
from pipelines.statline.metadata import PROPERTIES, entity, read_codes

_BATCH = 50_000
_REMEDY = "run `monitor refresh`"
# Which kinds of regions are read together: of those below the municipality there are many, which few ask for.
ABOVE: Final = tuple(kind for kind in REGION_FORMS if kind not in BELOW_MUNICIPALITY)
# What ties a cell to the row of its measure.
_MEASURE_KEYS = ("maat", "jaar", "onderwerp", "voorkeur")
# The columns of the observations that an observed cell is made of, by the name of its field.
_OBSERVED = {
    # Land rows are NL00 or NL01 as published; the contract knows one country.
    "region": pl.when(pl.col("regio_soort") == "land").then(pl.lit("NL")).otherwise(pl.col("regio")),
    "part": pl.col("uitsplitsing").fill_null(""),
    "row_id": pl.col("rij_id"),
    "column": pl.col("onderwerp"),
    "path": pl.col("pad"),
    "unit": pl.col("eenheid"),
    "symbol": pl.col("symbool"),
    "value": pl.col("waarde"),
    "reason": pl.col("reden_ontbreekt"),
    "status": pl.col("status"),
}

CellsByRegion = Mapping[str, Mapping[str, tuple[Cell, ...]]]
"""Cells of one measure: by region, then by part (``''`` where the measure is not split)."""


_BEGIN: Final = {"land": "NL", "gemeente": "GM", "wijk": "WK", "buurt": "BU"}


@dataclass(frozen=True)
class MeasuredTable:
    """All cells of one measure in one year, and the table that they stand in."""

    table: TableVersion
    absent_part_is_zero: bool
    """Whether a part that a municipality left out of its delivery counts as 0."""
    cells: CellsByRegion

    @property
    def is_filled(self) -> bool:
        """Whether the country, or any municipality, wijk or buurt that was read, has a figure."""
        return any(map(self.has_figures, _BEGIN))

    def has_figures(self, kind: str) -> bool:
        """Whether any region of this kind has a figure: land, gemeente, wijk or buurt."""
        return any(
            cell.value is not None
            for region, parts in self.cells.items()
            if region.startswith(_BEGIN[kind])
            for cells in parts.values()
            for cell in cells
        )


@dataclass(frozen=True)
class _Source:
    """The table that gives a measure in a year."""

    table: str
    absent_part_is_zero: bool


@dataclass(frozen=True)
class _Observed:
    """A cell in the observations: what its text means, not yet the text itself."""

    region: str
    part: str
    row_id: int
    column: str
    path: str
    unit: str
    symbol: str | None
    value: float | None
    reason: str | None
    status: str


class PublishedCells:
    """The cells in ``warehouse``, read when first asked for, with the corrections of ``definitions``."""

    def __init__(self, warehouse: Warehouse, definitions: Definitions) -> None:
        self._definitions = definitions
        self._project = warehouse.project
        self._store = warehouse.observations
        self._snapshots = warehouse.snapshots
        self._read = cache(self._measured)
        self.table = cache(self._table)

    def measured(self, dataset: str, measure: str, year: int, kinds: tuple[str, ...] = ABOVE) -> MeasuredTable | None:
        """The cells of ``measure`` in ``year``, or of the measures that it is the sum of, of regions of these kinds;
        None where no table of the dataset gives it that year.

        Raises:
            SnapshotError: the raw snapshot behind the observations is absent or damaged.
        """
        return self._read(dataset, measure, year, kinds)

    def _measured(self, dataset: str, measure: str, year: int, kinds: tuple[str, ...]) -> MeasuredTable | None:
        parts = self._definitions.parts(dataset, measure)
        if parts.keys() == {measure}:
            return self._measured_alone(dataset, measure, year, kinds)
        found = [(self._measured_alone(dataset, part, year, kinds), factor) for part, factor in parts.items()]
        known = [_times(table, factor) for table, factor in found if table is not None]
        return _added(known) if len(known) == len(parts) else None

    def _measured_alone(self, dataset: str, measure: str, year: int, kinds: tuple[str, ...]) -> MeasuredTable | None:
        source = self._sources.get((dataset, measure, year))
        if source is None:
            return None
        cells = self._by_region(source.table, _observed(self._folder(source.table), measure, year, kinds))
        corrections = self._definitions.corrections(source.table, measure, year)
        return MeasuredTable(self.table(source.table), source.absent_part_is_zero, _all_corrected(cells, corrections))

    def is_not_understood(self, dataset: str, measure: str, year: int) -> bool:
        """Whether a table should give ``measure`` in ``year``, or a part of it, and was not understood."""
        parts = self._definitions.parts(dataset, measure)
        return any((dataset, part, year) in self._not_understood for part in parts)

    def is_recorded(self, datasets: Collection[str]) -> bool:
        """Whether any table in use of these datasets is of a recording, so that what lacks need not lack at CBS."""
        tables = {source.table for (dataset, _, _), source in self._sources.items() if dataset in datasets}
        return any(self.table(table).is_recorded for table in tables)

    @cached_property
    def _not_understood(self) -> set[tuple[str, str, int]]:
        return set(not_understood(self._project, self._store))

    def _table(self, table: str) -> TableVersion:
        """The version of ``table`` that the observations in use were read from."""
        folder = self._folder(table)
        row = scan_files(folder / f"{TABLE}.parquet").collect().row(0, named=True)
        return TableVersion(
            table=table,
            title=row["titel"],
            snapshot=folder.name.split("-", 1)[0],
            observations=folder.name,
            sha256=row["sha256"],
            modified=row["gewijzigd"],
            fetched=row["opgehaald"],
            kind=row["soort"],
        )

    @cached_property
    def _sources(self) -> dict[tuple[str, str, int], _Source]:
        """Which table gives a measure of a dataset in a year; two columns of one measure stand in the same table."""
        return {
            (row["dataset"], row["maat"], row["jaar"]): _Source(row["tabel_id"], row["ontbrekend_onderdeel_is_nul"])
            for table in self._store.tables()
            for row in scan_files(self._folder(table) / f"{MEASURES}.parquet").collect().iter_rows(named=True)
        }

    def _folder(self, table: str) -> Path:
        folder = self._store.current(table)
        if folder is None:
            raise SnapshotError(f"Table {table} has no observations in {self._store.root}; {_REMEDY}")
        return folder

    def _by_region(self, table: str, found: list[_Observed]) -> dict[str, dict[str, tuple[Cell, ...]]]:
        """The cells of ``found``, in their order, with what CBS wrote in them."""
        snapshot = self._snapshot(table)
        published = _published_rows(self._snapshots, snapshot, table, found)
        titles = self._titles(snapshot)
        cells: dict[str, dict[str, tuple[Cell, ...]]] = {}
        seen: set[int] = set()
        for observed in found:
            # Of the cells in one published row the one to take comes first.
            is_used = observed.row_id not in seen
            seen.add(observed.row_id)
            parts = cells.setdefault(observed.region, {})
            cell = _cell(table, observed, published[observed.row_id], titles, is_used=is_used)
            parts[observed.part] = (*parts.get(observed.part, ()), cell)
        return cells

    def _snapshot(self, table: str) -> Snapshot:
        """The snapshot that the observations were read from, which need not be the newest one."""
        version, current = self.table(table).snapshot, self._snapshots.current(table)
        if current is None:
            raise SnapshotError(f"Table {table} has observations but no snapshot in {self._snapshots.raw}; {_REMEDY}")
        if current.hash == version:
            return current
        folder = self._snapshots.raw / table / version
        record = folder / RECORD_FILE
        if not record.exists():
            raise SnapshotError(
                f"Snapshot {version} of table {table}, behind the observations in use, is gone; {_REMEDY}"
            )
        return replace(current, folder=folder, record=load(record, SnapshotRecord))

    def _titles(self, snapshot: Snapshot) -> dict[str, dict[str, str]]:
        """Per dimension the title of each code, both as published."""
        metadata = self._snapshots.described(snapshot)
        table = snapshot.table
        keys = dimensions(entity(table, metadata, PROPERTIES), table)
        return {
            key: {code.key: code.title.strip() for code in read_codes(key, entity(table, metadata, key), table)}
            for key in keys
        }


def _times(table: MeasuredTable, factor: int) -> MeasuredTable:
    """The table with every value times ``factor``."""
    if factor == 1:
        return table

    def told(cell: Cell) -> Cell:
        return cell if cell.value is None else replace(cell, value=cell.value * factor)

    return replace(table, cells=_each_cell(table.cells, told))


def _added(tables: Sequence[MeasuredTable]) -> MeasuredTable:
    """One measure of several that are added: of each region with cells of all of them those cells together."""
    filled = [table.cells if table.is_filled else _not_published(table.cells) for table in tables]
    everywhere = set(filled[0]).intersection(*filled[1:])
    lenient = all(table.absent_part_is_zero for table in tables)
    cells = {region: _together([part[region] for part in filled], lenient=lenient) for region in everywhere}
    return replace(tables[0], cells={region: found for region, found in cells.items() if found})


def _together(tables: Sequence[Mapping[str, tuple[Cell, ...]]], *, lenient: bool) -> dict[str, tuple[Cell, ...]]:
    """The cells of one region in every table, by part: of the parts that all have, or where it delivered something for
    each and what was left out is 0 (``lenient``), of those that any has."""
    delivered = [any(cell.value is not None for cells in parts.values() for cell in cells) for parts in tables]
    lenient = lenient and all(delivered)
    shared = set(tables[0]).union(*tables[1:]) if lenient else set(tables[0]).intersection(*tables[1:])
    joined = {key: tuple(cell for parts in tables for cell in parts.get(key, ())) for key in sorted(shared)}
    return joined if all(delivered) else {key: tuple(map(_without_value, cells)) for key, cells in joined.items()}


def _without_value(cell: Cell) -> Cell:
    """The cell of a sum that has no figure in any part, since one of its measures has none at all."""
    return replace(cell, value=None)


def _not_published(cells: CellsByRegion) -> CellsByRegion:
    """The cells of a column without any figure: its dots say that CBS has not filled it yet."""

    def told(cell: Cell) -> Cell:
        is_said = cell.symbol == "." and cell.reason != "niet_opgenomen"
        return replace(cell, reason="niet_gepubliceerd") if is_said else cell

    return _each_cell(cells, told)


def _each_cell(cells: CellsByRegion, told: Callable[[Cell], Cell]) -> CellsByRegion:
    return {region: {key: tuple(map(told, found)) for key, found in parts.items()} for region, parts in cells.items()}


def _observed(folder: Path, measure: str, year: int, kinds: Collection[str]) -> list[_Observed]:
    """The numbers of a measure in the observations in ``folder``; within a published row the cell to take first."""
    measures = scan_files(folder / f"{MEASURES}.parquet").select(*_MEASURE_KEYS, "pad", "eenheid")
    rows = (
        scan_files(*sorted((folder / CELLS).glob("*.parquet")))
        .filter(
            pl.col("maat") == measure,
            pl.col("jaar") == year,
            pl.col("regio_soort").is_in(list(kinds)),
            pl.col("tekst").is_null(),
        )
        .join(measures, on=_MEASURE_KEYS)
        .sort("rij_id", pl.col("waarde").is_null(), "voorkeur")
        .select(**_OBSERVED)
        .collect()
    )
    return [_Observed(**row) for row in rows.iter_rows(named=True)]


def _published_rows(
    store: SnapshotStore, snapshot: Snapshot, table: str, found: Collection[_Observed]
) -> dict[int, Mapping[str, str | None]]:
    """The dimension codes and topic texts of the rows of ``found``, as CBS wrote them; one pass over the snapshot."""
    wanted = {observed.row_id for observed in found}
    described = store.described(snapshot)
    properties = entity(table, described, PROPERTIES)
    keys = dimensions(properties, table)
    topic_keys = sorted({observed.column for observed in found})
    if snapshot.api == "v4":
        observed_table = ObservedTable.of(table, topics(properties, table), keys, described)
        return observed_table.published(store.rows(snapshot, _BATCH), sorted(wanted), topic_keys)
    schema = {"ID": pl.Int64, **dict.fromkeys([*keys, *topic_keys], pl.String)}
    rows: dict[int, Mapping[str, str | None]] = {}
    for batch in store.rows(snapshot, _BATCH):
        for row in pl.read_ndjson(batch, schema=schema).filter(pl.col("ID").is_in(list(wanted))).to_dicts():
            rows[row.pop("ID")] = row
    absent = wanted - rows.keys()
    if absent:
        raise SnapshotError(
            f"Table {table}: rows {sorted(absent)[:5]} of the observations are not in snapshot "
            f"{snapshot.hash}; {_REMEDY}"
        )
    return rows


def _cell(
    table: str,
    observed: _Observed,
    published: Mapping[str, str | None],
    titles: Mapping[str, Mapping[str, str]],
    *,
    is_used: bool,
) -> Cell:
    codes = {key: published[key] or "" for key in titles}
    return Cell(
        table=table,
        row_id=observed.row_id,
        dimensions=codes,
        titles={key: titles[key].get(code, "") for key, code in codes.items()},
        column=observed.column,
        path=observed.path,
        unit=observed.unit,
        text=published[observed.column],
        symbol=observed.symbol,
        value=observed.value,
        reason=observed.reason,
        status=observed.status,
        is_used=is_used,
    )


def _all_corrected(cells: CellsByRegion, corrections: Iterable[Correction]) -> CellsByRegion:
    """The cells, with those replaced that a correction is about."""
    corrected = {region: dict(parts) for region, parts in cells.items()}
    for correction in corrections:
        found = corrected.get(correction.region, {}).get(correction.part, ())
        same = [cell for cell in found if cell.is_used and _is_published_as(cell, correction.published)]
        # More than one cell like it: which of them is wrong the correction does not say.
        if len(same) == 1:
            corrected[correction.region][correction.part] = tuple(
                _corrected(cell, correction) if cell is same[0] else cell for cell in found
            )
    return corrected


def _is_published_as(cell: Cell, text: str) -> bool:
    if cell.correction is not None:
        return False
    published = (cell.text or "").strip()
    return published == text or (_number(published) is not None and _number(published) == _number(text))


def _corrected(cell: Cell, correction: Correction) -> Cell:
    value = _number(correction.right)
    return replace(cell, value=value, reason=correction.right if value is None else None, correction=correction)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
