"""Read the shape of a table from its metadata and its observations."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.statline import codes
from pipelines.statline.shape import CodeList, Column, Shape
from pipelines.statline.table_plan import Metadata, TablePlan

# "West-Nederland, exclusief G4" has the code form of a landsdeel and is none.
_PARTIAL_REGION = "exclusief"
_NO_KIND = codes.UNKNOWN_REGION


def shape_of(plan: TablePlan, metadata: Metadata, cells: Path, column_count: int | None) -> Shape:
    """The shape of a table of which the observations were written as ``cells/*.parquet``."""
    dataset = plan.dataset
    titles = {key: _titles(metadata[key]) for key in plan.dimensions}
    found = _codes_in_rows(plan, cells)
    regions, names = found[dataset.regio], titles[dataset.regio]
    kinds = {code: codes.region_kind(code) for code in regions}
    with_names = set(plan.dimensions) - {dataset.regio, dataset.periode}
    periods = metadata[dataset.periode] if dataset.periode else []
    return Shape(
        kolommen=tuple(Column.of(topic) for topic in plan.topics),
        codelijsten={
            key: CodeList(codes=titles[key] if key in with_names else {}, breedte=_width(metadata[key]))
            for key in plan.dimensions
        },
        onbekende_codes={
            key: tuple(sorted(unlisted)) for key in plan.dimensions if (unlisted := found[key] - set(titles[key]))
        },
        regiosoorten=tuple(sorted({_kind(kind, names.get(code, "")) for code, kind in kinds.items()} - {_NO_KIND})),
        regiovormen={code: names.get(code, "") for code in sorted(kinds) if kinds[code] == _NO_KIND},
        gemeenten={code: names.get(code, "") for code in _municipalities_with_figures(plan, cells)},
        statuswoorden=tuple(sorted({(row.get("Status") or "").strip() for row in periods} - {""})),
        kolomtelling=column_count,
    )


def _titles(rows: Sequence[dict[str, Any]]) -> dict[str, str]:
    return {row["Key"].strip(): (row["Title"] or "").strip() for row in rows}


def _width(rows: Sequence[dict[str, Any]]) -> int:
    return max((len(row["Key"]) for row in rows), default=0)


def _kind(kind: str, title: str) -> str:
    return f"{kind} {_PARTIAL_REGION}" if _PARTIAL_REGION in title.lower() else kind


def _codes_in_rows(plan: TablePlan, cells: Path) -> dict[str, set[str]]:
    """The trimmed codes per dimension that stand in the rows."""
    # Every row has a cell in every column, so one column holds all codes; without columns there are no rows.
    rows = pl.scan_parquet(cells / "*.parquet").filter(pl.col("onderwerp") == plan.topics[0].key)
    found = {key: set[str]() for key in plan.dimensions}
    found[plan.dataset.regio] = _distinct(rows, "regio")
    if plan.dataset.periode:
        found[plan.dataset.periode] = _distinct(rows, "periode")
    for text in _distinct(rows, "dimensies"):
        for key, code in json.loads(text).items():
            found[key].add(code)
    return found


def _municipalities_with_figures(plan: TablePlan, cells: Path) -> list[str]:
    """Codes of the municipalities that have a figure of a measure in a year for which the yml takes the table."""
    years = plan.table.jaren
    figures = pl.scan_parquet(cells / "*.parquet").filter(
        (pl.col("regio_soort") == "gemeente")
        & pl.col("maat").is_not_null()
        & (pl.col("waarde").is_not_null() | pl.col("tekst").is_not_null())
        & pl.col("jaar").is_between(years.first, years.last)
    )
    return sorted(_distinct(figures, "regio"))


def _distinct(rows: pl.LazyFrame, column: str) -> set[str]:
    """The values of one column, read piece by piece: the tables of CBS reach millions of rows."""
    values = rows.select(pl.col(column)).unique().collect(engine="streaming")
    return set(values[column])
