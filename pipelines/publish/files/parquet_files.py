"""One Parquet file per table, for tools that read folders of files (Power BI, Excel, pandas, polars)."""

from pathlib import Path

from pipelines.releases.reader import ReleaseReader, open_folder

FOLDER = "parquet"
# Small enough that a filter on the sorted columns skips most of a file.
_ROWS_PER_GROUP = 20_000


def write_parquet(folder: Path) -> None:
    """Write ``parquet/<table>.parquet`` for every table of the release in ``folder``, with its rows and types."""
    target = folder / FOLDER
    target.mkdir()
    with open_folder(folder) as release:
        for table in release.tables:
            _write(release, table, target / f"{table}.parquet")


def _write(release: ReleaseReader, table: str, path: Path) -> None:
    release.rows(table).write_parquet(path, compression="zstd", row_group_size=_ROWS_PER_GROUP, statistics=True)
