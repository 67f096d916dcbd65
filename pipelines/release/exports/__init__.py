"""What a release offers beside its database, each made from the finished ``monitor.duckdb`` of that release alone.

So the same release always gives the same files, and no export can say anything else than the database does. What does
not belong here: figures, choices about figures, and the pages that people read (``pages``).
"""

from pathlib import Path

from pipelines.release.exports.parquet import write_parquet

__all__ = ["write_exports"]


def write_exports(folder: Path, public_url: str = "") -> None:  # noqa: ARG001 - for metadata that names addresses
    """Write every export of the release in ``folder``, of which ``monitor.duckdb`` is finished.

    ``public_url`` is where analysts find the warehouse over http(s), without a slash at its end; empty: nowhere.
    """
    write_parquet(folder)
