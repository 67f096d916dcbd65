"""Widening a made table to its live size: its description on the disk, and its rows as Parquet in pages of CBS.

A row of the made table becomes one row for each combination of codes that are like its own, so the rows that were there
stay, with the figures that they had. Memory is that of some ten thousand rows, whatever the size of the table.
"""

import gzip
import hashlib
import io
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from tests.live_size.sizes import Filler, Row, Size, count_to_grow
from tests.support import cbs_2026

PAGE = 10_000
# Rows and columns of one step together; a step of a wide table has fewer rows.
_CELLS_AT_A_TIME = 3_000_000
MADE_UP = "Verzonnen, om de tabel zo groot te maken als die van CBS"
_GROUP = "Verzonnen kolommen, om de tabel zo breed te maken als die van CBS"
_CHANGED, _EMPTY, _LIKE, _NEW, _WEIGHT, _TEXT = "_changed", "_empty", "_like", "_new", "_weight", "_text "


@dataclass(frozen=True)
class Description:
    """What a table says of itself: its topics and dimensions, each a row of DataProperties, and its codes."""

    properties: list[Row]
    codes: dict[str, list[Row]]

    @property
    def topics(self) -> list[Row]:
        """The columns with figures or texts, in their order."""
        return [row for row in self.properties if row["Type"] == "Topic"]


def read_description(folder: Path) -> Description:
    """Read the metadata of a recorded table."""
    properties: list[Row] = json.loads((folder / "DataProperties.json").read_bytes())
    dimensions = [row["Key"] for row in properties if row["Type"] not in ("Topic", "TopicGroup")]
    return Description(properties, {key: json.loads((folder / f"{key}.json").read_bytes()) for key in dimensions})


def inflate(folder: Path, target: Path, size: Size, share: float) -> tuple[int, int]:
    """Widen the made table in ``folder``, whose rows go to the Parquet file ``target``; give its rows and columns.

    With ``share`` below 1 it becomes so much smaller than it is at CBS.
    """
    made, description = _read_rows(folder / "UntypedDataSet.json.gz"), read_description(folder)
    filler = _fillers(made, description, size, share)
    wide = round(size.columns * share)
    fillers = [_filler_topic(number) for number in range(1, wide - len(description.topics) + 1)]
    writer = PageWriter(
        target, ["ID", *description.codes, *(topic["Key"] for topic in [*description.topics, *fillers])]
    )
    with writer:
        for part in _parts(made, filler, description, [topic["Key"] for topic in fillers]):
            writer.write(part)
    _rewrite(folder, description, filler, fillers)
    return writer.row_count, len(description.codes) + len(description.topics) + len(fillers)


def _read_rows(path: Path) -> pl.DataFrame:
    rows: list[Row] = json.loads(gzip.decompress(path.read_bytes()))
    return pl.DataFrame(rows).drop("ID")


def _fillers(made: pl.DataFrame, description: Description, size: Size, share: float) -> dict[str, list[Filler]]:
    """The codes that are added, by dimension; of those of a fixed number the part ``share``."""
    found: dict[str, list[Filler]] = {}
    for key, codes in size.codes.items():
        every = list(codes(description.codes[key]))
        found[key] = every[: ceil(len(every) * share)]
    if size.grown is not None:
        key, grown = size.grown
        like = next(grown(description.codes[key], 1)).like
        by_code = _rows_by_code(made, found, key)
        count = count_to_grow(round(size.rows * share), by_code, like, sum(by_code.values()))
        found[key] = list(grown(description.codes[key], count))
    return found


def _rows_by_code(made: pl.DataFrame, filler: Mapping[str, Sequence[Filler]], key: str) -> dict[str, int]:
    """How many rows each code of ``key`` will have once the other dimensions are widened."""
    counted = made.with_columns(_times(filler)).group_by(pl.col(key).str.strip_chars()).agg(pl.col("times").sum())
    return dict(counted.iter_rows())


def _times(filler: Mapping[str, Sequence[Filler]]) -> pl.Expr:
    """How many rows come of each."""
    times = pl.lit(1)
    for key, codes in filler.items():
        more = Counter(code.like for code in codes)
        times = times * pl.col(key).str.strip_chars().replace_strict(more, default=0, return_dtype=pl.Int64).add(1)
    return times.alias("times")


def _parts(
    made: pl.DataFrame, filler: Mapping[str, Sequence[Filler]], description: Description, fillers: Sequence[str]
) -> Iterator[pl.DataFrame]:
    """The widened table, some thousands of rows at a time."""
    maps = {key: _map(description.codes[key], codes, description) for key, codes in filler.items() if codes}
    columns = len(description.codes) + len(description.topics) + len(fillers)
    step = max(1, _CELLS_AT_A_TIME // columns)
    # The codes that others are like give many rows each, all others one.
    part = made.select((_times(filler).cum_sum() - 1) // step).to_series()
    for number in part.unique(maintain_order=True):
        yield _with_fillers(_widened(made.filter(part == number), maps, description), fillers)


def _map(codes: Sequence[Row], filler: Sequence[Filler], description: Description) -> pl.DataFrame:
    """Every code that comes of a code of the made table: itself, and what is like it; each padded as CBS pads them."""
    padded = {row["Key"].strip(): row["Key"] for row in codes}
    width = max(map(len, padded.values()))
    texts = {topic["Title"]: topic["Key"] for topic in description.topics if topic["Datatype"] == "String"}
    rows: list[dict[str, Any]] = [
        {_LIKE: key, _NEW: key, _WEIGHT: 1.0, _CHANGED: False, _EMPTY: False} for key in padded.values()
    ]
    for code in filler:
        replaced = {f"{_TEXT}{texts[title]}": text for title, text in code.texts.items() if title in texts}
        rows.append(
            {
                _LIKE: padded[code.like],
                _NEW: code.key.ljust(width),
                _WEIGHT: code.weight or 0.0,
                _CHANGED: True,
                _EMPTY: code.weight is None,
                **replaced,
            }
        )
    return pl.DataFrame(rows, infer_schema_length=None)


def _widened(made: pl.DataFrame, maps: Mapping[str, pl.DataFrame], description: Description) -> pl.DataFrame:
    """One row for each combination of codes that come of a made row's."""
    rows = made.with_columns(pl.lit(1.0).alias("weight"), pl.lit(False).alias("changed"), pl.lit(False).alias("empty"))
    texts: dict[str, list[str]] = {}
    for number, (key, codes) in enumerate(maps.items()):
        rows = rows.join(
            codes.rename(lambda name, at=number: f"{name} {at}"), left_on=key, right_on=f"{_LIKE} {number}"
        )
        rows = rows.with_columns(
            pl.col(f"{_NEW} {number}").alias(key),
            weight=pl.col("weight") * pl.col(f"{_WEIGHT} {number}"),
            changed=pl.col("changed") | pl.col(f"{_CHANGED} {number}"),
            empty=pl.col("empty") | pl.col(f"{_EMPTY} {number}"),
        )
        for name in (name for name in codes.columns if name.startswith(_TEXT)):
            texts.setdefault(name.removeprefix(_TEXT), []).append(f"{name} {number}")
    figures = [_figure(topic, texts.get(topic["Key"], ())) for topic in description.topics]
    return rows.with_columns(figures).select(
        *description.codes, *(topic["Key"] for topic in description.topics), "empty"
    )


def _figure(topic: Row, replaced: Sequence[str]) -> pl.Expr:
    """What stands in a column of a widened row: as made, unless a code is filler; symbols stay symbols."""
    column, key = pl.col(topic["Key"]), topic["Key"]
    if topic["Datatype"] == "String":
        other = pl.coalesce(*map(pl.col, replaced), column.str.strip_chars()) if replaced else column.str.strip_chars()
        return pl.when(pl.col("changed")).then(_padded(other, column, left=True)).otherwise(column).alias(key)
    if not str(topic["Unit"]).startswith(("aantal", "1 000")):
        # A percentage of a part is of the size of that of the whole.
        return pl.when(pl.col("empty")).then(pl.lit("")).otherwise(column).alias(key)
    decimals = topic["Decimals"] or 0
    value = (column.str.strip_chars().cast(pl.Float64, strict=False) * pl.col("weight")).round(decimals)
    number = value if decimals else value.cast(pl.Int64)
    part = pl.coalesce(_padded(number.cast(pl.String), column, left=False), column)
    return pl.when(pl.col("empty")).then(pl.lit("")).when(pl.col("changed")).then(part).otherwise(column).alias(key)


def _padded(text: pl.Expr, like: pl.Expr, *, left: bool) -> pl.Expr:
    width = like.str.len_chars().max()
    return text.str.pad_end(width) if left else text.str.pad_start(width)


def _with_fillers(rows: pl.DataFrame, fillers: Sequence[str]) -> pl.DataFrame:
    """The same with columns of made-up numbers, which differ from row to row."""
    at = pl.int_range(pl.len(), dtype=pl.Int64)
    numbers = [
        pl.when(pl.col("empty"))
        .then(pl.lit(""))
        .otherwise(((at * (7919 + 2 * number) + number * 104_729) % 99_991).cast(pl.String).str.pad_start(8))
        .alias(key)
        for number, key in enumerate(fillers)
    ]
    return rows.with_columns(numbers).drop("empty")


class PageWriter:
    """Writes rows to a Parquet file in groups of exactly a page of CBS, numbered as they come; a context manager."""

    def __init__(self, path: Path, columns: Sequence[str], *, numbered: bool = True) -> None:
        self.row_count = 0
        self._path, self._draft, self._numbered = path, path.with_suffix(".draft"), numbered
        path.parent.mkdir(parents=True, exist_ok=True)
        self._schema = pa.schema([(name, pa.int64() if name == "ID" else pa.large_string()) for name in columns])
        self._writer = pq.ParquetWriter(self._draft, self._schema, compression="zstd", compression_level=1)
        self._rest: pl.DataFrame | None = None

    def write(self, rows: pl.DataFrame) -> None:
        """Append rows, which have an ID already unless they are numbered here."""
        if self._numbered:
            rows = rows.with_columns((pl.int_range(pl.len(), dtype=pl.Int64) + self.row_count).alias("ID"))
        self.row_count += rows.height
        rows = rows.select(self._schema.names)
        rows = rows if self._rest is None else pl.concat([self._rest, rows])
        whole = rows.height // PAGE * PAGE
        for start in range(0, whole, PAGE):
            self._write_group(rows[start : start + PAGE])
        self._rest = rows[whole:]

    def _write_group(self, rows: pl.DataFrame) -> None:
        table = rows.to_arrow(compat_level=pl.CompatLevel.oldest()).cast(self._schema)
        self._writer.write_table(table, row_group_size=PAGE)

    def __enter__(self) -> "PageWriter":
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if kind is None and self._rest is not None and self._rest.height:
            self._write_group(self._rest)
        self._writer.close()
        if kind is None:
            self._draft.replace(self._path)
        else:
            self._draft.unlink(missing_ok=True)


def _filler_topic(number: int) -> Row:
    return {
        "odata.type": "Cbs.OData.Topic",
        "Type": "Topic",
        "Key": f"VerzonnenKolom{number}_{1_000 + number}",
        "Title": f"Verzonnen kolom {number}",
        "Description": MADE_UP,
        "Datatype": "Long",
        "Unit": "aantal",
        "Decimals": 0,
        "Default": "Missing",
        "PresentationType": "Absolute",
    }


def _rewrite(
    folder: Path, description: Description, filler: Mapping[str, Sequence[Filler]], fillers: list[Row]
) -> None:
    """Write the metadata anew, with the columns and the codes that were added."""
    properties = [*description.properties]
    if fillers:
        number, position = len(properties), len(description.codes) + len(description.topics)
        properties.append(
            {
                "odata.type": "Cbs.OData.TopicGroup",
                "ID": number,
                "Position": None,
                "ParentID": None,
                "Type": "TopicGroup",
                "Key": "",
                "Title": _GROUP,
                "Description": MADE_UP,
            }
        )
        for at, topic in enumerate(fillers):
            properties.append({**topic, "ID": number + 1 + at, "Position": position + at, "ParentID": number})
    _write(folder / "DataProperties.json", properties)
    for key, codes in filler.items():
        known = {row["Key"].strip(): row for row in description.codes[key]}
        width = max(len(row["Key"]) for row in known.values())
        more = [
            {**known[code.like], "Key": code.key.ljust(width), "Title": f"Verzonnen code {code.key}", **code.fields}
            for code in codes
        ]
        _write(folder / f"{key}.json", [*description.codes[key], *more])


def _write(path: Path, rows: Sequence[Row]) -> None:
    path.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")


def list_sizes(folder: Path, sizes: Mapping[str, tuple[int, int]]) -> None:
    """Say in the catalogue how many rows and columns these tables have now."""
    path = folder / "catalog" / "Tables.json"
    rows: list[Row] = json.loads(path.read_bytes())
    for row in rows:
        if row["Identifier"] in sizes:
            row["RecordCount"], row["ColumnCount"] = sizes[row["Identifier"]]
    _write(path, rows)


def state_of_code() -> str:
    """Hash of what decides what is made, and how it is widened."""
    here = Path(__file__)
    made_of = [
        *(here.with_name(name) for name in ("sizes.py", "inflation.py")),
        *Path(cbs_2026.__file__).parent.iterdir(),
    ]
    found = hashlib.sha256()
    for path in sorted(path for path in made_of if path.suffix in (".py", ".csv")):
        found.update(path.read_bytes())
    return found.hexdigest()[:12]


def as_json_lines(rows: pl.DataFrame) -> bytes:
    """The rows as JSON objects, separated by commas."""
    text = io.BytesIO()
    rows.write_ndjson(text)
    return text.getvalue().rstrip(b"\n").replace(b"}\n{", b"},{")
