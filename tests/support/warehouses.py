"""A warehouse as files: copied for a test of its own, asked as an analyst does, and held against what it was."""

import shutil
from pathlib import Path
from typing import Any

import duckdb


def copy_warehouse(source: Path, target: Path) -> Path:
    """A warehouse of its own with the snapshots, observations and releases of ``source``."""
    shutil.copytree(source, target, symlinks=True, ignore=shutil.ignore_patterns("dagster", "build"))
    return target


def query(warehouse: Path, sql: str) -> list[tuple[Any, ...]]:
    """Rows of the release that an analyst reads now."""
    with duckdb.connect(str(warehouse / "monitor.duckdb"), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def files(folder: Path) -> dict[str, bytes]:
    """Every file under ``folder`` with its content."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
