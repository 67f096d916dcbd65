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
maat               VARCHAR   measure of which this cell is the figure of a year by the yml, else NULL
maat_binnen_jaar   VARCHAR   measure of which this cell is the figure of a half-year, a quarter or a month, else NULL; a
                             month that stands for its year is both. Apart from ``maat``, so that nobody who reads years
                             takes a part of one for it
voorkeur           TINYINT   its place in the order of columns to take; NULL for a cell that no measure uses
uitsplitsing       VARCHAR   code of the dimension along which the measure stays split
waarde, tekst      DOUBLE,   the figure, or the text of a text column
                   VARCHAR
symbool            VARCHAR   '.' or '' as published where there is no value, else NULL
reden_ontbreekt    VARCHAR   what the symbol means in this dataset
status             VARCHAR   definitief, nader_voorlopig, voorlopig or onbekend, of the period
=================  ========  ==========================================================================================

Memory is bounded by a batch of rows, not by the table: each batch becomes one Parquet part. Here are the rows of v3;
``v4_cells`` makes the same of observations.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import Final

import polars as pl

from pipelines.common.parquet import scan_files
from pipelines.observations import codes
from pipelines.observations.columns import SchemaDriftError
from pipelines.observations.plan import MappedColumn, TablePlan
from pipelines.observations.shape_builder import ShapeBuilder
from pipelines.sources.datasets import CodeSelection, PrefixSelection

MISSING, IMPOSSIBLE = ".", ""
_REASON_IMPOSSIBLE = "kan_niet_voorkomen"
_REASON_UNRECORDED = "niet_opgenomen"


# What the cells of a part share, one row per published row, and its cells.
Part = tuple[pl.DataFrame, pl.DataFrame]


def read_parts(plan: TablePlan, batches: Iterable[bytes]) -> Iterator[Part]:
    """A part per batch of newline-separated JSON rows of v3.

    Raises:
        SchemaDriftError: as ``to_observations`` does.
    """
    for batch in batches:
        rows = _keyed_rows(plan, batch)
        yield rows, _cells(plan, rows)


def write_parts(plan: TablePlan, parts: Iterable[Part], folder: Path, shape: ShapeBuilder) -> int:
    """Write the cells of ``parts`` as Parquet files in ``folder``.

    ``shape`` hears of every part, so that nobody has to read them back.

    Returns:
        The number of observations written.

    Raises:
        SchemaDriftError: as making the parts does, or when a figure stands there twice.
    """
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    hashes: dict[_Key, list[pl.Series]] = {key: [] for key in _keys(plan)}
    for number, (rows, observations) in enumerate(parts):
        _write_part(observations, folder / f"part-{number:05d}.parquet")
        count += observations.height
        # One number per figure instead of its texts: the tables of CBS reach millions of rows.
        for key, found in hashes.items():
            single = observations.lazy().pipe(_single, plan, key)
            found.append(single.select(pl.struct(key).hash()).collect().to_series())
        shape.add(rows, observations)
    for key, found in hashes.items():
        if found and (together := pl.concat(found)).n_unique() != together.len():
            _reject_doubles(plan, folder, key)
    return count


SCHEMA: Final = pl.Schema(
    {
        "dataset": pl.String,
        "tabel_id": pl.String,
        "rij_id": pl.Int64,
        "regio": pl.String,
        "regio_soort": pl.String,
        "periode": pl.String,
        "jaar": pl.Int16,
        "dimensies": pl.String,
        "onderwerp": pl.String,
        "maat": pl.String,
        "maat_binnen_jaar": pl.String,
        "voorkeur": pl.Int8,
        "uitsplitsing": pl.String,
        "waarde": pl.Float64,
        "tekst": pl.String,
        "symbool": pl.String,
        "reden_ontbreekt": pl.String,
        "status": pl.String,
    }
)
# Texts that every row, or every column, repeats are numbered while cells are made of them: that halves the work. They
# are texts again on the disk.
_NUMBERED: Final = pl.Categorical()


def _write_part(observations: pl.DataFrame, path: Path) -> None:
    observations.write_parquet(path, compression="zstd", compression_level=1, metadata={_READ_AS: _schema_as_written()})


# Under this name a Parquet file says as what to read its columns; only of numbered texts does it say more than the
# columns themselves.
_READ_AS: Final = "ARROW:schema"


@cache
def _schema_as_written() -> str:
    part = BytesIO()
    pl.DataFrame(schema=SCHEMA).write_parquet(part)
    return pl.read_parquet_metadata(part.getvalue())[_READ_AS]


# What tells one figure of a measure from another: its measure, its region, its time, and what else.
_Key = tuple[str, str, str, str, str]
_OF_A_YEAR: Final[_Key] = ("maat", "regio", "jaar", "uitsplitsing", "voorkeur")
_OF_A_PART: Final[_Key] = ("maat_binnen_jaar", "regio", "periode", "uitsplitsing", "voorkeur")


def _keys(plan: TablePlan) -> tuple[_Key, ...]:
    return (_OF_A_YEAR, _OF_A_PART) if plan.dataset.binnen_het_jaar else (_OF_A_YEAR,)


def _single(cells: pl.LazyFrame, plan: TablePlan, key: _Key) -> pl.LazyFrame:
    """The cells of measures that are not added: two rows for one figure would leave it to chance which one counts."""
    added = [name for name, measure in plan.dataset.maten.items() if measure.optellen]
    measure = pl.col(key[0])
    return cells.filter(measure.is_not_null() & ~measure.is_in(added))


def _reject_doubles(plan: TablePlan, folder: Path, key: _Key) -> None:
    double = (
        scan_files(*sorted(folder.glob("*.parquet")))
        .pipe(_single, plan, key)
        .group_by(key)
        .agg(pl.len().alias("rows"), pl.col("rij_id"))
        .filter(pl.col("rows") > 1)
        .sort(key)
        .first()
    )
    doubles = double.collect()
    if doubles.is_empty():  # two figures with the same hash
        return
    found = doubles.row(0, named=True)
    measure, region, time, *_ = (found[name] for name in key)
    raise SchemaDriftError(
        f"Table {plan.table.tabel}, measure {measure}: expected one row for {region} in {time}, "
        f"found {found['rows']} (rows {', '.join(map(str, found['rij_id'][:5]))}). Either CBS doubled a row, or "
        f"'dimensies' in {plan.dataset.name}.yml leaves a dimension open; set 'optellen' if they must be added.",
        "Een cijfer staat dubbel in de tabel.",
    )


def to_observations(plan: TablePlan, batch: bytes) -> pl.DataFrame:
    """The observations of one batch of published rows.

    Raises:
        SchemaDriftError: if a column of the metadata is not in the rows, or a number cannot be read as one.
    """
    return _cells(plan, _keyed_rows(plan, batch)).cast(SCHEMA)


def _keyed_rows(plan: TablePlan, batch: bytes) -> pl.DataFrame:
    """The published rows of a batch, with what all cells of a row share beside their texts."""
    columns = [*plan.dimensions, *(topic.key for topic in plan.topics)]
    _require_columns(plan, columns, batch)
    rows = pl.read_ndjson(batch, schema={"ID": pl.Int64, **dict.fromkeys(columns, pl.String)})
    _reject_gaps(plan, rows)
    return with_keys(plan, rows.with_columns(pl.col(key).str.strip_chars() for key in plan.dimensions))


def _require_columns(plan: TablePlan, columns: Sequence[str], batch: bytes) -> None:
    """Reading with a schema turns an absent column into NULLs, so compare with the first row before that can happen."""
    published = json.loads(batch.split(b"\n", 1)[0])
    if set(published) != {"ID", *columns}:
        raise SchemaDriftError(
            f"Table {plan.table.tabel}: rows and DataProperties differ; only in the metadata: "
            f"{sorted({'ID', *columns} - set(published))}, "
            f"only in the rows: {sorted(set(published) - {'ID', *columns})}. "
            "CBS may be changing the table right now; refresh again later.",
            "De rijen van de tabel hebben andere kolommen dan haar beschrijving.",
        )


def _reject_gaps(plan: TablePlan, rows: pl.DataFrame) -> None:
    """CBS writes text in every cell, so a NULL is a cell that the row does not have: drift, not a figure's absence."""
    gaps = [key for key, count in rows.null_count().row(0, named=True).items() if count]
    if gaps:
        first = rows.filter(pl.any_horizontal(pl.col(gaps).is_null()))["ID"][0]
        raise SchemaDriftError(
            f"Table {plan.table.tabel}: expected text in every cell, "
            f"found no value in {', '.join(gaps)} of row {first}. "
            "CBS may be changing the table right now; refresh again later.",
            "In rijen van de tabel ontbreken cellen.",
        )


def with_keys(plan: TablePlan, rows: pl.DataFrame) -> pl.DataFrame:
    """Derive region kind, year, status and the JSON of the other dimensions from trimmed codes, once per row."""
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
            f"Table {plan.table.tabel}, column {key}: {error}. Correct 'periode' in the yml.",
            "De tabel heeft een periode die de monitor niet kent.",
        ) from error
    statuses = {period: plan.statuses.get(period, codes.UNKNOWN_STATUS) for period in periods}
    return [
        pl.col(key).alias("periode"),
        pl.col(key).replace_strict(years, return_dtype=pl.Int16).alias("jaar"),
        pl.col(key).replace_strict(kinds, return_dtype=pl.String).alias("periode_soort"),
        pl.col(key).replace_strict(statuses, return_dtype=pl.String).alias("status"),
    ]


_SHARED = ("dataset", "tabel_id", "rij_id", "regio", "regio_soort", "periode", "jaar", "dimensies", "status")
_MEASURE = {"maat": _NUMBERED, "maat_binnen_jaar": _NUMBERED, "voorkeur": pl.Int8(), "uitsplitsing": _NUMBERED}


def _cells(plan: TablePlan, rows: pl.DataFrame) -> pl.DataFrame:
    """One row per cell, column by column in the order of the table: all of them in one go, not a frame per column.

    The columns are those of ``SCHEMA``, with most of the texts numbered.
    """
    topics = [topic.key for topic in plan.topics]
    texts = [topic.key for topic in plan.topics if topic.is_text]
    numbered = rows.with_columns(pl.col(name).cast(_NUMBERED) for name in _SHARED if SCHEMA[name] == pl.String)
    published = numbered.unpivot(topics, index=_SHARED, variable_name="onderwerp", value_name="tekst")
    cells = valued(
        published.lazy().with_columns(
            *_measured(plan, rows), tekst=pl.col("tekst").str.strip_chars(), is_tekst=_any_of("onderwerp", texts)
        ),
        plan,
    )
    _reject_unreadable(plan, cells["onleesbaar"], rows)
    return cells.drop("onleesbaar")


def valued(cells: pl.LazyFrame, plan: TablePlan) -> pl.DataFrame:
    """Finish cells that have all but what their trimmed ``tekst`` says; ``onleesbaar`` marks what says nothing.

    ``is_tekst`` says of each whether it is one of a text column.
    """
    return (
        cells.with_columns(pl.col("onderwerp").cast(_NUMBERED), is_symbool=_any_of("tekst", [MISSING, IMPOSSIBLE]))
        .with_columns(*_value_columns(plan))
        .select(*SCHEMA, "is_tekst")
        .with_columns(onleesbaar=~pl.col("is_tekst") & pl.col("waarde").is_null() & pl.col("symbool").is_null())
        .drop("is_tekst")
        .collect()
    )


def measured_alone(plan: TablePlan, rows: pl.DataFrame) -> pl.DataFrame:
    """``rows`` of one cell each, of the topic in ``onderwerp``, with the measure that the yml makes of it."""
    numbered = rows.with_columns(pl.col(name).cast(_NUMBERED) for name in _SHARED if SCHEMA[name] == pl.String)
    found = [
        numbered.filter(pl.col("onderwerp") == key).with_columns(_named_measure(_measure_columns(columns)))
        for key, columns in plan.mapped.items()
    ]
    nothing = [pl.lit(None, dtype=dtype) for dtype in _MEASURE.values()]
    unused = numbered.filter(~pl.col("onderwerp").is_in(list(plan.mapped)))
    return pl.concat([*found, unused.with_columns(_named_measure(nothing))])


def _named_measure(values: Sequence[pl.Expr]) -> list[pl.Expr]:
    return [value.alias(name) for name, value in zip(_MEASURE, values, strict=True)]


def _any_of(column: str, values: Sequence[str]) -> pl.Expr:
    return pl.any_horizontal(pl.lit(False), *(pl.col(column) == value for value in values))


def _measured(plan: TablePlan, rows: pl.DataFrame) -> list[pl.Series]:
    """The columns of ``_MEASURE`` of every cell; worked out per column that a measure reads, not per cell."""
    used = rows.select(
        expression.alias(f"{key} {name}")
        for key, columns in plan.mapped.items()
        for name, expression in zip(_MEASURE, _measure_columns(columns), strict=True)
    )
    # A run of columns that no measure reads is one piece: a wide table has a hundred of them.
    runs = [
        (key, sum(1 for _ in run)) for key, run in groupby(t.key if t.key in plan.mapped else None for t in plan.topics)
    ]
    return [
        pl.concat(
            used[f"{key} {name}"] if key else pl.repeat(None, rows.height * length, dtype=dtype, eager=True)
            for key, length in runs
        ).alias(name)
        for name, dtype in _MEASURE.items()
    ]


def _measure_columns(columns: Sequence[MappedColumn]) -> tuple[pl.Expr, ...]:
    """The measure of each row of a topic: the yml allows at most one per cell, so the first match is the match."""
    name, name_in_year, preference, split = (pl.lit(None, dtype=dtype) for dtype in _MEASURE.values())
    for column in columns:
        rule, part_rule = _row_rules(column)
        measure = pl.lit(column.measure, dtype=_NUMBERED)
        name = pl.when(rule).then(measure).otherwise(name)
        name_in_year = pl.when(part_rule).then(measure).otherwise(name_in_year)
        place = pl.lit(column.preference, dtype=pl.Int8)
        preference = pl.when(rule | part_rule).then(place).otherwise(preference)
        if column.definition.uitsplitsing:
            split = pl.when(rule).then(pl.col(column.definition.uitsplitsing).cast(_NUMBERED)).otherwise(split)
    return name, name_in_year, preference, split


def _row_rules(column: MappedColumn) -> tuple[pl.Expr, pl.Expr]:
    """The rows of a column that are this measure of a year, and of a part of one: by the codes of their dimensions, the
    years in this table and the kind of period."""
    codes_fit = pl.lit(True)
    for key, selection in column.selection.items():
        codes_fit = codes_fit & _selects(pl.col(key), selection)
    year, kind = pl.col("jaar"), pl.col("periode_soort")
    # Not all years of the measure: those that the yml takes from another table have rows in this one too.
    of_a_year = year.is_in(column.years) & (kind == column.definition.periode) & codes_fit
    if not column.part_years:
        return of_a_year, pl.lit(False)
    return of_a_year, year.is_in(column.part_years) & kind.is_in(codes.PARTS_OF_A_YEAR) & codes_fit


def _selects(code: pl.Expr, selection: CodeSelection) -> pl.Expr:
    if isinstance(selection, PrefixSelection):
        return code.str.starts_with(selection.begint_met)
    return code.is_in([selection] if isinstance(selection, str) else selection)


def _value_columns(plan: TablePlan) -> list[pl.Expr]:
    """waarde, tekst, symbool and reden_ontbreekt of stripped cells; what is neither number nor symbol has none."""
    text, is_text, is_symbol = pl.col("tekst"), pl.col("is_tekst"), pl.col("is_symbool")
    number = text.cast(pl.Float64, strict=False)
    is_dot = text == MISSING
    return [
        # "inf" and "NaN" read as numbers, but are none that CBS publishes.
        pl.when(~is_text & number.is_finite()).then(number).alias("waarde"),
        pl.when(is_text & ~is_symbol).then(text).alias("tekst"),
        pl.when(is_symbol).then(_either(is_dot, MISSING, IMPOSSIBLE)).alias("symbool"),
        pl.when(is_symbol)
        .then(pl.when(is_dot).then(_meaning_of_dot(plan)).otherwise(pl.lit(_REASON_IMPOSSIBLE, dtype=_NUMBERED)))
        .alias("reden_ontbreekt"),
    ]


def _meaning_of_dot(plan: TablePlan) -> pl.Expr:
    """What a dot says in this dataset; in a hole of a recorded table only that the copy lacked the cell."""
    meaning: pl.Expr = pl.lit(plan.dataset.punt, dtype=_NUMBERED)
    for hole in plan.holes:
        is_hole = (pl.col("maat") == hole.measure) & (pl.col("regio_soort") == hole.level)
        meaning = (
            pl.when(is_hole & pl.col("jaar").is_in(hole.years))
            .then(pl.lit(_REASON_UNRECORDED, dtype=_NUMBERED))
            .otherwise(meaning)
        )
    return meaning


def _either(condition: pl.Expr, then: str, otherwise: str) -> pl.Expr:
    return pl.when(condition).then(pl.lit(then, dtype=_NUMBERED)).otherwise(pl.lit(otherwise, dtype=_NUMBERED))


def _reject_unreadable(plan: TablePlan, unreadable: pl.Series, rows: pl.DataFrame) -> None:
    """A cell that is neither a number nor a symbol would silently become NULL; that is drift, not absence."""
    if not unreadable.any():
        return
    column, row = divmod(int(unreadable.arg_max() or 0), rows.height)
    topic, found = plan.topics[column], rows.row(row, named=True)
    count = unreadable.slice(column * rows.height, rows.height).sum()
    raise SchemaDriftError(
        f"Table {plan.table.tabel}, column '{topic.full_path}' ({topic.key}): expected a number, '.' or blank, "
        f"found '{found[topic.key]}' in row {found['rij_id']} ({count} such cells). "
        "CBS changed the type of this column; check the table on StatLine.",
        "In een kolom met getallen staat iets anders dan een getal.",
    )
