"""From a raw snapshot to observations: one long Parquet shape for every table, whatever its kind.

One row per cell of a topic column:

=================  ========  ==========================================================================================
dataset, tabel_id  VARCHAR   where the cell stands
rij_id             BIGINT    the row's ID as published
regio, regio_soort VARCHAR   trimmed CBS code and the kind its form says
periode            VARCHAR   trimmed period key; NULL where the table has no period dimension
jaar               SMALLINT  year of the period, or of the table
dimensies          VARCHAR   the other dimensions as a JSON object of trimmed codes
onderwerp          VARCHAR   topic key in this table
maat, voorkeur     VARCHAR,  measure this cell belongs to by the yml, and its place in the order of columns to take;
                   TINYINT   NULL for a cell that no measure uses
uitsplitsing       VARCHAR   code of the dimension along which the measure stays split
waarde, tekst      DOUBLE,   the figure, or the text of a text column
                   VARCHAR
symbool            VARCHAR   '.' or '' as published where there is no value, else NULL
reden_ontbreekt    VARCHAR   what the symbol means in this dataset
status             VARCHAR   definitief, nader_voorlopig, voorlopig or onbekend, of the period
=================  ========  ==========================================================================================

Memory is bounded by a batch of rows, not by the table: each batch becomes one Parquet part.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import polars as pl

from pipelines.observations import codes
from pipelines.observations.columns import SchemaDriftError, Topic
from pipelines.observations.plan import MappedColumn, TablePlan
from pipelines.sources.datasets import PrefixSelection, Selection

MISSING, IMPOSSIBLE = ".", ""
_REASON_IMPOSSIBLE = "kan_niet_voorkomen"


def write_parts(plan: TablePlan, batches: Iterable[bytes], folder: Path) -> int:
    """Write the observations of ``batches`` (newline-separated JSON rows) as Parquet parts in ``folder``.

    Returns:
        The number of observations written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    for number, batch in enumerate(batches):
        observations = to_observations(plan, batch)
        observations.write_parquet(folder / f"part-{number:05d}.parquet", compression="zstd", compression_level=1)
        count += observations.height
    _reject_doubles(plan, folder)
    return count


def _reject_doubles(plan: TablePlan, folder: Path) -> None:
    """Two rows for one figure would leave it to chance which one counts; only a measure that is added may have more."""
    added = [name for name, measure in plan.dataset.maten.items() if measure.optellen]
    key = ["maat", "regio", "jaar", "uitsplitsing", "voorkeur"]
    measured = pl.scan_parquet(folder / "*.parquet").filter(pl.col("maat").is_not_null() & ~pl.col("maat").is_in(added))
    # One number per row instead of its texts: the tables of CBS reach millions of rows.
    hashes = measured.select(pl.struct(key).hash()).collect().to_series()
    if hashes.n_unique() == hashes.len():
        return
    double = (
        measured.group_by(key)
        .agg(pl.len().alias("rows"), pl.col("rij_id"))
        .filter(pl.col("rows") > 1)
        .sort(key)
        .first()
    )
    doubles = double.collect()
    if doubles.is_empty():  # two keys with the same hash
        return
    found = doubles.row(0, named=True)
    raise SchemaDriftError(
        f"Table {plan.table.tabel}, measure {found['maat']}: expected one row for {found['regio']} in {found['jaar']}, "
        f"found {found['rows']} (rows {', '.join(map(str, found['rij_id'][:5]))}). Either CBS doubled a row, or "
        f"'dimensies' in {plan.dataset.name}.yml leaves a dimension open; set 'optellen' if they must be added."
    )


def to_observations(plan: TablePlan, batch: bytes) -> pl.DataFrame:
    """The observations of one batch of published rows.

    Raises:
        SchemaDriftError: if a column of the metadata is not in the rows, or a number cannot be read as one.
    """
    columns = [*plan.dimensions, *(topic.key for topic in plan.topics)]
    _require_columns(plan, columns, batch)
    rows = pl.read_ndjson(batch, schema={"ID": pl.Int64, **dict.fromkeys(columns, pl.String)})
    _reject_gaps(plan, rows)
    base = _with_keys(plan, rows)
    return pl.concat(_topic_cells(plan, base))


def _require_columns(plan: TablePlan, columns: Sequence[str], batch: bytes) -> None:
    """Reading with a schema turns an absent column into NULLs, so compare with the first row before that can happen."""
    published = json.loads(batch.split(b"\n", 1)[0])
    if set(published) != {"ID", *columns}:
        raise SchemaDriftError(
            f"Table {plan.table.tabel}: rows and DataProperties differ; only in the metadata: "
            f"{sorted({'ID', *columns} - set(published))}, "
            f"only in the rows: {sorted(set(published) - {'ID', *columns})}. "
            "CBS may be changing the table right now; refresh again later."
        )


def _reject_gaps(plan: TablePlan, rows: pl.DataFrame) -> None:
    """CBS writes text in every cell, so a NULL is a cell that the row does not have: drift, not a figure's absence."""
    gaps = [key for key, count in rows.null_count().row(0, named=True).items() if count]
    if gaps:
        first = rows.filter(pl.any_horizontal(pl.col(gaps).is_null()))["ID"][0]
        raise SchemaDriftError(
            f"Table {plan.table.tabel}: expected text in every cell, "
            f"found no value in {', '.join(gaps)} of row {first}. "
            "CBS may be changing the table right now; refresh again later."
        )


def _with_keys(plan: TablePlan, rows: pl.DataFrame) -> pl.DataFrame:
    """Trim every dimension and derive region kind, year, status and the JSON of the other dimensions, once per row."""
    rows = rows.with_columns(pl.col(key).str.strip_chars() for key in plan.dimensions)
    regions = {code: codes.region_kind(code) for code in rows[plan.dataset.regio].unique().to_list()}
    others = [pl.col(key) for key in sorted(plan.other_dimensions)]
    return rows.with_columns(
        pl.lit(plan.dataset.name).alias("dataset"),
        pl.lit(plan.table.tabel).alias("tabel_id"),
        pl.col("ID").alias("rij_id"),
        pl.col(plan.dataset.regio).alias("regio"),
        pl.col(plan.dataset.regio).replace_strict(regions, return_dtype=pl.String).alias("regio_soort"),
        (pl.struct(others).struct.json_encode() if others else pl.lit("{}")).alias("dimensies"),
        *_period_columns(plan, rows),
    )


def _period_columns(plan: TablePlan, rows: pl.DataFrame) -> list[pl.Expr]:
    """periode, jaar, periode_soort and status; of a table without period dimension the year is the table's."""
    key = plan.dataset.periode
    if key is None:
        return [
            pl.lit(None, dtype=pl.String).alias("periode"),
            pl.lit(plan.table.jaren.first, dtype=pl.Int16).alias("jaar"),
            pl.lit("JJ00").alias("periode_soort"),
            pl.lit(codes.UNKNOWN_STATUS).alias("status"),
        ]
    periods = [period for period in rows[key].unique().to_list() if period is not None]
    try:
        years = {period: codes.period_year(period) for period in periods}
        kinds = {period: codes.period_kind(period) for period in periods}
    except ValueError as error:
        raise SchemaDriftError(
            f"Table {plan.table.tabel}, column {key}: {error}. Correct 'periode' in the yml."
        ) from error
    statuses = {period: plan.statuses.get(period, codes.UNKNOWN_STATUS) for period in periods}
    return [
        pl.col(key).alias("periode"),
        pl.col(key).replace_strict(years, return_dtype=pl.Int16).alias("jaar"),
        pl.col(key).replace_strict(kinds, return_dtype=pl.String).alias("periode_soort"),
        pl.col(key).replace_strict(statuses, return_dtype=pl.String).alias("status"),
    ]


def _topic_cells(plan: TablePlan, base: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """One frame per topic column (per measure, where several measures read the same column)."""
    for topic in plan.topics:
        value = pl.col(topic.key).str.strip_chars()
        cells = base.select(
            "dataset", "tabel_id", "rij_id", "regio", "regio_soort", "periode", "jaar", "dimensies",
            pl.lit(topic.key).alias("onderwerp"),
            *_measure_columns(plan, topic),
            *_value_columns(topic, value, plan.dataset.punt),
            "status",
        )  # fmt: skip
        _reject_unreadable(plan, topic, cells, base)
        yield cells


def _measure_columns(plan: TablePlan, topic: Topic) -> list[pl.Expr]:
    """maat, voorkeur and uitsplitsing: the yml allows at most one measure per cell, so the first match is the match."""
    name: pl.Expr = pl.lit(None, dtype=pl.String)
    preference: pl.Expr = pl.lit(None, dtype=pl.Int8)
    split: pl.Expr = pl.lit(None, dtype=pl.String)
    for column in plan.mapped.get(topic.key, ()):
        rule = _row_rule(column)
        name = pl.when(rule).then(pl.lit(column.measure)).otherwise(name)
        preference = pl.when(rule).then(pl.lit(column.preference, dtype=pl.Int8)).otherwise(preference)
        if column.definition.uitsplitsing:
            split = pl.when(rule).then(pl.col(column.definition.uitsplitsing)).otherwise(split)
    return [name.alias("maat"), preference.alias("voorkeur"), split.alias("uitsplitsing")]


def _row_rule(column: MappedColumn) -> pl.Expr:
    """The rows of a column that are this measure: its years, its kind of period, its dimension codes."""
    years = column.definition.jaren
    rule = pl.col("jaar").is_between(years.first, years.last) & (pl.col("periode_soort") == column.definition.periode)
    for key, selection in column.selection.items():
        rule = rule & _selects(pl.col(key), selection)
    return rule


def _selects(code: pl.Expr, selection: Selection) -> pl.Expr:
    if isinstance(selection, PrefixSelection):
        return code.str.starts_with(selection.begint_met)
    return code.is_in([selection] if isinstance(selection, str) else selection)


def _value_columns(topic: Topic, value: pl.Expr, meaning_of_dot: str) -> list[pl.Expr]:
    """waarde, tekst, symbool and reden_ontbreekt of a stripped cell."""
    reasons = {MISSING: meaning_of_dot, IMPOSSIBLE: _REASON_IMPOSSIBLE}
    is_symbol = value.is_in(list(reasons))
    filled = pl.when(~is_symbol).then(value)
    number = filled.cast(pl.Float64, strict=False)
    no_number, no_text = pl.lit(None, dtype=pl.Float64), pl.lit(None, dtype=pl.String)
    return [
        # "inf" and "NaN" read as numbers, but are none that CBS publishes.
        (no_number if topic.is_text else pl.when(number.is_finite()).then(number)).alias("waarde"),
        (filled if topic.is_text else no_text).alias("tekst"),
        pl.when(is_symbol).then(value).alias("symbool"),
        pl.when(is_symbol)
        .then(value.replace_strict(reasons, default=None, return_dtype=pl.String))
        .alias("reden_ontbreekt"),
    ]


def _reject_unreadable(plan: TablePlan, topic: Topic, cells: pl.DataFrame, base: pl.DataFrame) -> None:
    """A cell that is neither a number nor a symbol would silently become NULL; that is drift, not absence."""
    if topic.is_text:
        return
    unreadable = base.filter(cells["waarde"].is_null() & cells["symbool"].is_null())
    if unreadable.height:
        first = unreadable.row(0, named=True)
        raise SchemaDriftError(
            f"Table {plan.table.tabel}, column '{topic.full_path}' ({topic.key}): expected a number, '.' or blank, "
            f"found '{first[topic.key]}' in row {first['rij_id']} ({unreadable.height} such cells). "
            "CBS changed the type of this column; check the table on StatLine."
        )
