"""Parquet files, read by polars as the very files that they are.

For DuckDB: ``sql.parquet_files``.
"""

from pathlib import Path

import polars as pl


def scan_files(*files: Path) -> pl.LazyFrame:
    """The rows of ``files``, one after the other, read when they are collected.

    No patterns: the name of a folder on the way may hold brackets or a star, or look like a column.
    """
    return pl.scan_parquet(list(files), glob=False, hive_partitioning=False)
