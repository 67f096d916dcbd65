"""The rows of one widened table, as a StatLine service gives them: a page at a time, selected and filtered."""

import hashlib
import re
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from threading import Lock

import polars as pl
import pyarrow.parquet as pq

from pipelines.recording.filters import parse_filter
from pipelines.recording.query import Query, QueryError
from tests.live_size.inflation import PAGE, Description, PageWriter, as_json_lines, read_description

_GROUPS_AT_A_TIME = 30


class Pages:
    """The pages of the table described in ``folder``, whose rows are in ``rows``; safe to share between threads."""

    def __init__(self, folder: Path, rows: Path) -> None:
        self.rows = rows
        self.description = read_description(folder)
        self._lock = Lock()

    def page(self, query: Query, *, typed: bool) -> tuple[bytes, bool]:
        """The rows that ``query`` asks, as JSON objects with commas between, and whether more follow.

        Raises:
            QueryError: it selects a column that is not there.
            FilterError: its filter can't be read.
        """
        columns = list(query.select) or pq.read_schema(self.rows).names
        unknown = set(columns) - set(pq.read_schema(self.rows).names)
        if unknown:
            raise QueryError(f"$select names {', '.join(sorted(unknown))}, which does not exist here.")
        file = pq.ParquetFile(self._filtered(query.filter) if query.filter else self.rows)
        count = file.metadata.num_rows
        end = min(query.skip + PAGE, count) if query.top is None else min(query.skip + min(query.top, PAGE), count)
        more = query.top is None and end < count
        groups = range(query.skip // PAGE, -(-end // PAGE))
        if end <= query.skip:
            return b"", False
        table = file.read_row_groups(list(groups), columns=columns, use_threads=False)
        found = pl.from_arrow(table)
        assert isinstance(found, pl.DataFrame)
        rows = found[query.skip - groups[0] * PAGE : end - groups[0] * PAGE].select(columns)
        return as_json_lines(_typed(rows, self.description) if typed else rows), more

    def _filtered(self, text: str) -> Path:
        """The Parquet file of the rows that satisfy a filter; made when it is first asked, kept beside the others."""
        path = self.rows.with_name(f"{self.rows.stem}-{hashlib.sha256(text.encode()).hexdigest()[:12]}.parquet")
        with self._lock:
            if not path.exists():
                _write_filtered(self.rows, path, _satisfying(text, self.description))
        return path


def _satisfying(text: str, description: Description) -> pl.DataFrame:
    """The combinations of codes, of the dimensions that the filter names, that satisfy it."""
    words = re.findall(r"\w+", re.sub(r"'(?:[^']|'')*'", "''", text))
    named = [key for key in description.codes if key in words]
    test = parse_filter(text, [*description.codes])
    lists: Sequence[Sequence[str]] = [[row["Key"] for row in description.codes[key]] for key in named]
    found = [codes for codes in product(*lists) if test(dict(zip(named, codes, strict=True)))]
    return pl.DataFrame(found, schema=dict.fromkeys(named, pl.String), orient="row")


def _write_filtered(rows: Path, path: Path, wanted: pl.DataFrame) -> None:
    file = pq.ParquetFile(rows)
    with PageWriter(path, file.schema_arrow.names, numbered=False) as writer:
        for start in range(0, file.num_row_groups, _GROUPS_AT_A_TIME):
            groups = range(start, min(start + _GROUPS_AT_A_TIME, file.num_row_groups))
            part = pl.from_arrow(file.read_row_groups(list(groups)))
            assert isinstance(part, pl.DataFrame)
            writer.write(part.join(wanted, on=wanted.columns, how="semi", maintain_order="left"))


def _typed(rows: pl.DataFrame, description: Description) -> pl.DataFrame:
    """The same with numbers where the metadata says so, and nothing for symbols."""
    numbers = {
        topic["Key"]: pl.Float64 if topic["Datatype"] in ("Double", "Float") else pl.Int64
        for topic in description.topics
        if topic["Datatype"] != "String"
    }
    return rows.with_columns(
        pl.col(key).str.strip_chars().cast(dtype, strict=False) for key, dtype in numbers.items() if key in rows.columns
    )
