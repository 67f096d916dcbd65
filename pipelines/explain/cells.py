"""The published cells behind a measure: observations for what a cell means, the raw snapshot for what CBS wrote.

What does not belong here: how figures follow from cells (``figures``).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from pipelines.explain.corrections import Corrections
from pipelines.explain.model import Cell, TableVersion
from pipelines.explain.published import named_rows
from pipelines.observations.columns import dimensions
from pipelines.observations.store import CELLS, MEASURES, TABLE
from pipelines.releases.warehouse import Warehouse
from pipelines.snapshots.records import RECORD_FILE, SnapshotRecord
from pipelines.snapshots.store import Snapshot, SnapshotError, SnapshotStore

_BATCH = 50_000
_REMEDY = "run `monitor refresh`"

# Land rows are NL00 or NL01 as published; the contract knows one country.
_CELLS_SQL = """
    select
        case when cel.regio_soort = 'land' then 'NL' else cel.regio end as regio_code,
        coalesce(cel.uitsplitsing, '') as onderdeel,
        cel.rij_id, cel.voorkeur, cel.waarde, cel.symbool, cel.reden_ontbreekt, cel.status,
        cel.onderwerp, maat.pad, maat.eenheid
    from read_parquet($cells) as cel
    inner join read_parquet($measures) as maat using (maat, jaar, onderwerp, voorkeur)
    where cel.maat = $measure and cel.jaar = $year and cel.regio_soort in ('land', 'gemeente') and cel.tekst is null
    order by cel.rij_id, (cel.waarde is null), cel.voorkeur
"""


@dataclass(frozen=True)
class MeasuredTable:
    """All cells of one measure in one year: by region, then by part (``''`` where the measure is not split)."""

    table: TableVersion
    adds_rows: bool
    absent_part_is_zero: bool
    cells: Mapping[str, Mapping[str, tuple[Cell, ...]]]


@dataclass(frozen=True)
class _Row:
    """A published row: its dimension codes and topic texts as CBS wrote them."""

    texts: Mapping[str, str | None]


class PublishedCells:
    """The cells under ``warehouse``, read when first asked for."""

    def __init__(self, warehouse: Warehouse, corrections: Corrections) -> None:
        self._corrections = corrections
        self._store = warehouse.observations
        self._snapshots = warehouse.snapshots
        self._connection = duckdb.connect()
        self.measured = cache(self._measured)
        self.table = cache(self._table)

    def _measured(self, dataset: str, measure: str, year: int) -> MeasuredTable | None:
        """The cells of ``measure`` in ``year``; None where no table of the dataset gives it that year.

        Raises:
            SnapshotError: the raw snapshot behind the observations is absent or damaged.
        """
        source = self._sources.get((dataset, measure, year))
        if source is None:
            return None
        folder = self._folder(source["tabel_id"])
        query = {"cells": str(folder / CELLS / "*.parquet"), "measures": str(folder / f"{MEASURES}.parquet")}
        found = self._rows(_CELLS_SQL, {**query, "measure": measure, "year": year})
        return MeasuredTable(
            table=self.table(source["tabel_id"]),
            adds_rows=source["optellen"],
            absent_part_is_zero=source["ontbrekend_onderdeel_is_nul"],
            cells=self._corrections.apply(
                source["tabel_id"], measure, year, self._by_region(source["tabel_id"], found)
            ),
        )

    def _table(self, table: str) -> TableVersion:
        """The version of ``table`` that the observations in use were read from."""
        folder = self._folder(table)
        row = self._rows("select * from read_parquet($path)", {"path": str(folder / f"{TABLE}.parquet")})[0]
        return TableVersion(
            tabel_id=table,
            titel=row["titel"],
            hash=folder.name.split("-", 1)[0],
            versie=folder.name,
            sha256=row["sha256"],
            gewijzigd=row["gewijzigd"],
            opgehaald=row["opgehaald"],
            soort=row["soort"],
        )

    @cached_property
    def _sources(self) -> dict[tuple[str, str, int], dict[str, Any]]:
        """Which table gives a measure in a year; two columns of one measure stand in the same table."""
        tables = [pointer.parent.name for pointer in self._store.root.glob("*/*.json")]
        files = [str(self._folder(table) / f"{MEASURES}.parquet") for table in tables]
        rows = self._rows("select * from read_parquet($files)", {"files": files}) if files else []
        return {(row["dataset"], row["maat"], row["jaar"]): row for row in rows}

    def _folder(self, table: str) -> Path:
        folder = self._store.current(table)
        if folder is None:
            raise SnapshotError(f"Table {table} has no observations in {self._store.root}; {_REMEDY}")
        return folder

    def _by_region(self, table: str, found: list[dict[str, Any]]) -> dict[str, dict[str, tuple[Cell, ...]]]:
        snapshot = self._snapshot(table)
        published = _published_rows(self._snapshots, snapshot, found)
        titles = self._titles(snapshot)
        cells: defaultdict[str, defaultdict[str, list[Cell]]] = defaultdict(lambda: defaultdict(list))
        seen: set[int] = set()
        for row in found:
            # The query puts the column to take first within each published row.
            cell = _cell(table, row, published[row["rij_id"]], titles, is_used=row["rij_id"] not in seen)
            seen.add(row["rij_id"])
            cells[row["regio_code"]][row["onderdeel"]].append(cell)
        return {region: {part: tuple(found) for part, found in parts.items()} for region, parts in cells.items()}

    def _snapshot(self, table: str) -> Snapshot:
        """The snapshot that the observations were read from, which need not be the newest one."""
        version, current = self.table(table).hash, self._snapshots.current(table)
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
        return replace(current, folder=folder, record=SnapshotRecord.model_validate_json(record.read_bytes()))

    def _titles(self, snapshot: Snapshot) -> dict[str, dict[str, str]]:
        """Per dimension the title of each code, both as published."""
        metadata = self._snapshots.all_metadata(snapshot)
        keys = dimensions(metadata["DataProperties"])
        return {key: {row["Key"]: row["Title"].strip() for row in metadata[key]} for key in keys}

    def _rows(self, sql: str, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
        return named_rows(self._connection.execute(sql, dict(parameters)))


def _published_rows(store: SnapshotStore, snapshot: Snapshot, found: Iterable[Mapping[str, Any]]) -> dict[int, _Row]:
    """The rows with the IDs in ``found`` as CBS published them, by ID; one pass over the snapshot."""
    wanted = {row["rij_id"] for row in found}
    keys = dimensions(store.metadata(snapshot, "DataProperties"))
    columns = [*keys, *sorted({row["onderwerp"] for row in found})]
    schema = {"ID": pl.Int64, **dict.fromkeys(columns, pl.String)}
    rows: dict[int, _Row] = {}
    for batch in store.rows(snapshot, _BATCH):
        for row in pl.read_ndjson(batch, schema=schema).filter(pl.col("ID").is_in(list(wanted))).to_dicts():
            rows[row.pop("ID")] = _Row(row)
    absent = wanted - rows.keys()
    if absent:
        raise SnapshotError(
            f"Table {snapshot.table}: rows {sorted(absent)[:5]} of the observations are not in snapshot "
            f"{snapshot.hash}; {_REMEDY}"
        )
    return rows


def _cell(
    table: str, row: Mapping[str, Any], published: _Row, titles: Mapping[str, Mapping[str, str]], *, is_used: bool
) -> Cell:
    codes = {key: published.texts[key] or "" for key in titles}
    return Cell(
        tabel_id=table,
        rij_id=row["rij_id"],
        dimensies=codes,
        titels={key: titles[key].get(code, "") for key, code in codes.items()},
        kolom=row["onderwerp"],
        pad=row["pad"],
        eenheid=row["eenheid"],
        tekst=published.texts[row["onderwerp"]],
        symbool=row["symbool"],
        waarde=row["waarde"],
        reden=row["reden_ontbreekt"],
        status=row["status"],
        gebruikt=is_used,
    )
