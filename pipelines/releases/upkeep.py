"""Keeping the warehouse in order: room on its disk, versions nobody needs any more, and what a killed process left.

What does not belong here: which releases stay (``store``).
"""

import os
import shutil
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from pipelines.build.inputs import tables_of
from pipelines.build.workspace import Workspace
from pipelines.common.troubles import trouble_in
from pipelines.releases.decisions import REFUSED
from pipelines.releases.store import DATABASE, DRAFT_PREFIX
from pipelines.releases.warehouse import Warehouse
from pipelines.snapshots.store import Snapshot, SnapshotError

# Beside the release in use stand a build (public and intermediate tables, together about twice its database), and the
# draft of a new release: the database with its exports, of which the CSV files alone are three times as large. The rest
# is room to grow. CBS may have changed every table, so that all snapshots and observations are there twice.
DATABASE_FACTOR, FOLDER_FACTOR = 4, 1.5
# Of the first refresh nothing is known yet: the recorded tables need 340 MB, made ones of the size of the live service
# 1,100 (docs/performance.md).
MINIMUM_BYTES = 500 * 1024**2
MINIMUM_LIVE_BYTES = 2 * 1024**3
_MEGABYTE = 1024**2
_WAYS_OUT = ("build", "dagster", "releases", "raw")


class DiskError(Exception):
    """The warehouse's disk is too full; the message says how much is needed and what can go."""


def needed_bytes(warehouse: Warehouse) -> int:
    """Bytes that a refresh may need, by the size of the current release and of the tables in use."""
    current = warehouse.releases.current()
    least = MINIMUM_LIVE_BYTES if warehouse.is_live and not _has_live_tables(warehouse) else MINIMUM_BYTES
    if current is None:
        return least
    release = DATABASE_FACTOR * _size(current.database) + FOLDER_FACTOR * size_of(current.folder)
    return max(least, int(release) + _size_of_tables(warehouse))


def require_space(warehouse: Warehouse) -> None:
    """Check that a refresh fits.

    Raises:
        DiskError: it may not.
    """
    free, needed = shutil.disk_usage(warehouse.folder).free, needed_bytes(warehouse)
    if free < needed:
        raise DiskError(
            f"The disk of {warehouse.folder} has {free // _MEGABYTE:,} MB free, "
            f"a refresh may need {needed // _MEGABYTE:,} MB; {what_can_go(warehouse)}"
        )


def _in_use(warehouse: Warehouse) -> Iterator[Snapshot]:
    """The snapshots in use; one that is not whole is fetched again anyway."""
    for table in warehouse.snapshots.tables():
        with suppress(SnapshotError):
            found = warehouse.snapshots.current(table)
            if found is not None:
                yield found


def _has_live_tables(warehouse: Warehouse) -> bool:
    """Whether any table came of a live service, so that the size of those is known."""
    return any(snapshot.kind == "live" for snapshot in _in_use(warehouse))


def _size_of_tables(warehouse: Warehouse) -> int:
    """Bytes of the tables in use, as published and as cells."""
    return sum(snapshot.record.bytes for snapshot in _in_use(warehouse)) + size_of(warehouse.observations.root)


def what_can_go(warehouse: Warehouse) -> str:
    """What takes room in the warehouse, and what to do about it."""
    sizes = {name: size_of(warehouse.folder / name) // _MEGABYTE for name in _WAYS_OUT}
    return (
        f"make room: build/ ({sizes['build']:,} MB) may be emptied, in dagster/ ({sizes['dagster']:,} MB) only the "
        f"history of runs is kept, and a lower MONITOR_KEEP_RELEASES removes releases ({sizes['releases']:,} MB) and "
        f"the snapshots only they use (raw/, {sizes['raw']:,} MB) at the end of the next refresh"
    )


def is_full(error: BaseException) -> bool:
    """Whether ``error`` (of Python or DuckDB) says that the disk, or the quota on it, is full."""
    found = trouble_in(error)
    return found is not None and found.is_full


def size_of(folder: Path) -> int:
    """Bytes of the files under ``folder``, each once, however many names it has there.

    What vanishes meanwhile, or is closed to this user, counts nothing.
    """
    statuses = filter(None, map(_status, folder.rglob("*"))) if folder.is_dir() else ()
    return sum({(status.st_dev, status.st_ino): status.st_size for status in statuses}.values())


def _size(path: Path) -> int:
    status = _status(path)
    return 0 if status is None else status.st_size


def _status(path: Path) -> os.stat_result | None:
    try:
        return path.lstat()
    except (FileNotFoundError, PermissionError):
        return None


def prune_snapshots(warehouse: Warehouse) -> list[str]:
    """Remove the versions that nothing is made of; returns ``<tabel>/<hash>`` of each.

    A figure of any release on disk can be followed back to its published cells: `monitor explain` reads them in raw/.
    """
    needed: dict[str, set[str]] = defaultdict(set)
    for release in warehouse.releases.all():
        try:
            parts = release.manifest.parts
        except (OSError, ValueError):
            # Of a damaged release it is not known what it was made of, and somebody may yet repair it.
            return []
        for table, version in tables_of(parts).items():
            needed[table].add(_snapshot_of(version))
    snapshots = warehouse.snapshots
    for table in snapshots.folders():
        # Of a table that is no longer understood these are of an older version than the snapshot in use.
        in_use = warehouse.observations.current(table)
        if in_use is not None:
            needed[table].add(_snapshot_of(in_use.name))
    return [f"{table}/{name}" for table in snapshots.folders() for name in snapshots.prune(table, needed[table])]


def _snapshot_of(version: str) -> str:
    """The snapshot that a version of observations was made of (``<snapshot>-<yml>-<soort>``)."""
    return version.partition("-")[0]


def clear_leftovers(warehouse: Warehouse, workspace: Workspace) -> list[Path]:
    """Remove unfinished files of dead processes, builds of runs that were killed, and the oldest other builds.

    A run that is started again after it was killed keeps its own build folder. Returns what was removed.
    """
    found = [*_unfinished(warehouse.folder), *workspace.dead_builds()]
    for path in found:
        _remove(path)
    return [*found, *workspace.prune_others()]


def _unfinished(warehouse: Path) -> list[Path]:
    """Drafts of all that is kept in versions and of releases, and files and links that did not get their name."""
    found = [path for name in (DATABASE, REFUSED) for path in warehouse.glob(f".{name}.*")]
    found += (warehouse / "releases").glob(f"{DRAFT_PREFIX}*")
    for store in ("raw", "observations", "eigen"):
        found += [*(warehouse / store).glob("*/.draft-*"), *(warehouse / store).glob("*/.*.json.*")]
    return sorted(found)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
