"""Whether the disk has room for a refresh, asked before it starts; and the sentence for when it is full after all."""

import errno
import shutil
from pathlib import Path

from pipelines.release.releases import Releases

# Beside the release in use stand a build (public and intermediate tables, together about twice its database), new
# snapshots and observations (about half of it), and the draft of a new release: the database with its exports, of which
# the CSV files alone are three times as large. The rest is room to grow.
DATABASE_FACTOR, FOLDER_FACTOR = 4, 1.5
# Of the first refresh nothing is known yet: the recorded tables need 340 MB.
MINIMUM_BYTES = 500 * 1024**2
_MEGABYTE = 1024**2
_WAYS_OUT = ("build", "dagster", "releases", "raw")


class DiskError(Exception):
    """The warehouse's disk is too full; the message says how much is needed and what can go."""


def needed_bytes(warehouse: Path) -> int:
    """Bytes that a refresh may need, by the size of the current release."""
    current = Releases(warehouse).current()
    if current is None:
        return MINIMUM_BYTES
    database = current.database.stat().st_size if current.database.exists() else 0
    return max(MINIMUM_BYTES, int(DATABASE_FACTOR * database + FOLDER_FACTOR * size_of(current.folder)))


def require_space(warehouse: Path) -> None:
    """Check that a refresh fits.

    Raises:
        DiskError: it may not.
    """
    free, needed = shutil.disk_usage(warehouse).free, needed_bytes(warehouse)
    if free < needed:
        raise DiskError(
            f"The disk of {warehouse} has {free // _MEGABYTE:,} MB free, "
            f"a refresh may need {needed // _MEGABYTE:,} MB; {what_can_go(warehouse)}"
        )


def what_can_go(warehouse: Path) -> str:
    """What takes room in the warehouse, and what to do about it."""
    sizes = {name: size_of(warehouse / name) // _MEGABYTE for name in _WAYS_OUT}
    return (
        f"make room: build/ ({sizes['build']:,} MB) may be emptied, in dagster/ ({sizes['dagster']:,} MB) only the "
        f"history of runs is kept, and a lower MONITOR_KEEP_RELEASES removes releases ({sizes['releases']:,} MB) and "
        f"the snapshots only they use (raw/, {sizes['raw']:,} MB) at the end of the next refresh"
    )


def is_full(error: BaseException) -> bool:
    """Whether ``error`` (of Python or DuckDB) says that the disk, or the quota on it, is full."""
    full = {errno.ENOSPC, errno.EDQUOT}
    return (isinstance(error, OSError) and error.errno in full) or "No space left on device" in str(error)


def size_of(folder: Path) -> int:
    """Bytes of the files under ``folder``; what vanishes meanwhile counts nothing."""
    total = 0
    for path in folder.rglob("*") if folder.is_dir() else ():
        try:
            total += path.lstat().st_size
        except FileNotFoundError:
            continue
    return total
