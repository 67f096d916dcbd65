"""The small tables beside the cells of a version: its measures, topics, codes and wijken, and where it comes from.

What does not belong here: the cells themselves (``cells``), and which version is in use (``store``).
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.observations.codes import BELOW_MUNICIPALITY, region_kind
from pipelines.observations.plan import MappedColumn, Metadata, TablePlan
from pipelines.observations.store import AREAS, CODES, MEASURES, TABLE, TOPICS
from pipelines.snapshots.store import Snapshot
from pipelines.sources.datasets import PrefixSelection, Years
from pipelines.statline.metadata import TableInfos, entity, read_codes

MEASURE_SCHEMA: dict[str, Any] = {
    "dataset": pl.String,
    "maat": pl.String,
    "jaar": pl.Int16,
    "tabel_id": pl.String,
    "onderwerp": pl.String,
    "pad": pl.String,
    "eenheid": pl.String,
    "codes": pl.String,
    "voorkeur": pl.Int8,
    "optellen": pl.Boolean,
    "ontbrekend_onderdeel_is_nul": pl.Boolean,
}
TOPIC_SCHEMA: dict[str, Any] = {
    "dataset": pl.String,
    "tabel_id": pl.String,
    "onderwerp": pl.String,
    "pad": pl.String,
    "eenheid": pl.String,
    "datatype": pl.String,
    "decimalen": pl.Int8,
    "omschrijving": pl.String,
}
CODE_SCHEMA: dict[str, Any] = {
    "dataset": pl.String,
    "tabel_id": pl.String,
    "dimensie": pl.String,
    "code": pl.String,
    "titel": pl.String,
    "volgnummer": pl.Int16,
}
AREA_SCHEMA: dict[str, Any] = {
    "dataset": pl.String,
    "tabel_id": pl.String,
    "regio": pl.String,
    "regio_soort": pl.String,
    "naam": pl.String,
}
TABLE_SCHEMA: dict[str, Any] = {
    "tabel_id": pl.String,
    "titel": pl.String,
    "dataset": pl.String,
    "jaar": pl.Int16,
    "jaren": pl.String,
    "gewijzigd": pl.Datetime("us"),
    "opgehaald": pl.Datetime("us"),
    "rijen": pl.Int64,
    "sha256": pl.String,
    "soort": pl.String,
    "status": pl.String,
    "licentie": pl.String,
    "bronvermelding": pl.String,
    "kanttekening": pl.String,
}


def write_small_tables(
    plan: TablePlan, info: TableInfos, metadata: Metadata, snapshot: Snapshot, folder: Path, row_count: int
) -> None:
    """Write these tables of the version of ``plan`` that is in the making in ``folder``.

    ``info`` is what the table says of itself in its ``metadata``; ``row_count`` in how many rows its cells stand.
    """
    _write_rows(_code_rows(plan), CODE_SCHEMA, folder / f"{CODES}.parquet")
    _write_rows(_area_rows(plan, metadata), AREA_SCHEMA, folder / f"{AREAS}.parquet")
    _write_rows(_measure_rows(plan), MEASURE_SCHEMA, folder / f"{MEASURES}.parquet")
    _write_rows(_topic_rows(plan), TOPIC_SCHEMA, folder / f"{TOPICS}.parquet")
    _write_rows([_table_row(plan, info, snapshot, row_count)], TABLE_SCHEMA, folder / f"{TABLE}.parquet")


def _write_rows(rows: Sequence[dict[str, Any]], schema: dict[str, Any], path: Path) -> None:
    pl.DataFrame(rows, schema=schema, orient="row").write_parquet(path)


def _measure_rows(plan: TablePlan) -> list[dict[str, Any]]:
    """Per year, measure and column: where the measure comes from in this table."""
    return [
        {
            "dataset": plan.dataset.name,
            "maat": column.measure,
            "jaar": year,
            "tabel_id": plan.table.tabel,
            "onderwerp": column.topic.key,
            "pad": column.topic.full_path,
            "eenheid": column.topic.unit,
            "codes": _codes(column),
            "voorkeur": column.preference,
            "optellen": column.definition.optellen,
            "ontbrekend_onderdeel_is_nul": year in (column.definition.ontbrekend_onderdeel_is_nul or ()),
        }
        for columns in plan.mapped.values()
        for column in columns
        for year in column.years
    ]


def _codes(column: MappedColumn) -> str:
    """The codes that a row of the measure has, per dimension, as JSON: one, several, the begin of them, or each."""
    wanted: dict[str, Any] = {
        key: f"{selection.begint_met}..." if isinstance(selection, PrefixSelection) else selection
        for key, selection in column.selection.items()
    }
    if column.definition.uitsplitsing:
        wanted[column.definition.uitsplitsing] = "..."
    return json.dumps(wanted, sort_keys=True, ensure_ascii=False)


def _topic_rows(plan: TablePlan) -> list[dict[str, Any]]:
    return [
        {
            "dataset": plan.dataset.name,
            "tabel_id": plan.table.tabel,
            "onderwerp": topic.key,
            "pad": topic.full_path,
            "eenheid": topic.unit,
            "datatype": topic.datatype,
            "decimalen": topic.decimals,
            "omschrijving": topic.description,
        }
        for topic in plan.topics
    ]


def _code_rows(plan: TablePlan) -> list[dict[str, Any]]:
    """The codes of each dimension along which a measure stays split, in the order of CBS."""
    return [
        {
            "dataset": plan.dataset.name,
            "tabel_id": plan.table.tabel,
            "dimensie": dimension,
            "code": code,
            "titel": title,
            "volgnummer": number,
        }
        for dimension, titles in plan.split_titles.items()
        for number, (code, title) in enumerate(titles.items(), start=1)
    ]


def _area_rows(plan: TablePlan, metadata: Metadata) -> list[dict[str, Any]]:
    """Per wijk and buurt in the code list of the table the name that it has there.

    Of other regions the monitor has names of its own, which do not differ per table.
    """
    table, dimension = plan.table.tabel, plan.dataset.regio
    codes = read_codes(dimension, entity(table, metadata, dimension))
    named = ((code.key.strip(), code.title.strip()) for code in codes)
    return [
        {"dataset": plan.dataset.name, "tabel_id": table, "regio": code, "regio_soort": kind, "naam": name}
        for code, name in named
        if (kind := region_kind(code)) in BELOW_MUNICIPALITY
    ]


def _remark(plan: TablePlan, snapshot: Snapshot) -> str | None:
    """What is wrong or partial about the version (Dutch); None where nothing is."""
    part = None
    if snapshot.columns is not None:
        part = (
            f"Van deze grote tabel zijn alleen de kolommen opgehaald waarvan cijfers worden gelezen: "
            f"{len(plan.topics)} van de {len(plan.described)}."
        )
    return " ".join(filter(None, [snapshot.remark, plan.table.kanttekening, part])) or None


def _table_row(plan: TablePlan, info: TableInfos, snapshot: Snapshot, row_count: int) -> dict[str, Any]:
    """Provenance of the snapshot as the table `herkomst` shows it; times are UTC, Modified is CBS's local time."""
    first, last = min(plan.years, default=plan.table.jaren.first), max(plan.years, default=plan.table.jaren.first)
    return {
        "tabel_id": plan.table.tabel,
        "titel": info.title.strip(),
        "dataset": plan.dataset.name,
        "jaar": first if first == last else None,
        "jaren": str(Years(first=first, last=last)),
        "gewijzigd": datetime.fromisoformat(snapshot.modified or info.modified).replace(tzinfo=None),
        "opgehaald": snapshot.record.fetched.astimezone(UTC).replace(tzinfo=None),
        "rijen": row_count,
        "sha256": snapshot.record.sha256,
        "soort": snapshot.kind,
        "status": info.status,
        "licentie": plan.dataset.licentie,
        "bronvermelding": plan.dataset.bronvermelding,
        "kanttekening": _remark(plan, snapshot),
    }
