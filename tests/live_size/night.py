"""``monitor refresh`` as a user types it: how long it takes, how much memory all its processes, and what it leaves."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from pipelines.snapshots.store import SnapshotStore

# Reading /proc of some ten processes takes a few milliseconds, walking through a warehouse some hundred.
_EVERY, _DISK_EVERY = 0.25, 20
_PAGE = os.sysconf("SC_PAGE_SIZE")
FOLDERS = ("raw", "observations", "build", "releases")


@dataclass(frozen=True)
class Night:
    """One refresh: its exit code and words, seconds, and the most MB that all its processes had together.

    ``alone`` is the most of any one process; ``own`` the most of all together without files that they only look into.
    ``disk`` has the MB in each folder of the warehouse afterwards, with what several share in each, ``whole`` those of
    all of it, and ``most`` the most that it was meanwhile; ``rows`` and ``cells`` are those of all tables in use.
    """

    code: int
    said: str
    seconds: float
    peak: float
    alone: float
    own: float
    disk: Mapping[str, float]
    whole: float
    most: float
    rows: int
    cells: int


def refresh(url: str, warehouse: Path, home: Path) -> Night:
    """Refresh ``warehouse`` from the service at ``url``; Dagster writes in ``home``."""
    settings = {"STATLINE_URL": url, "MONITOR_WAREHOUSE": str(warehouse), "DAGSTER_HOME": str(home)}
    kept = {key: text for key, text in os.environ.items() if not key.startswith(("MONITOR_", "STATLINE_", "DAGSTER_"))}
    home.mkdir(parents=True, exist_ok=True)
    said = home / "said.txt"
    started = time.perf_counter()
    with said.open("w") as words:
        process = subprocess.Popen(
            [sys.executable, "-m", "pipelines.cli", "refresh"],
            env=kept | settings | {"COLUMNS": "200"},
            stdout=words,
            stderr=subprocess.STDOUT,
        )
        peak, alone, own, most = _watched(process, warehouse)
    seconds = time.perf_counter() - started
    sizes = {name: _size_of(warehouse / name) for name in FOLDERS}
    whole = _size_of(warehouse)
    words_said = said.read_text(encoding="utf-8")
    most, (rows, cells) = max(most, whole), _in_use(warehouse)
    return Night(process.returncode, words_said, seconds, peak, alone, own, sizes, whole, most, rows, cells)


def _in_use(warehouse: Path) -> tuple[int, int]:
    """How many rows and cells the warehouse has of all tables."""
    store = SnapshotStore(warehouse)
    snapshots = [store.current(table) for table in store.tables()]
    parts = (warehouse / "observations").glob("*/[!.]*/cellen/*.parquet")
    cells = sum(pq.read_metadata(part).num_rows for part in parts)
    return sum(snapshot.row_count for snapshot in snapshots if snapshot), cells


def _watched(process: "subprocess.Popen[bytes]", warehouse: Path) -> tuple[float, float, float, float]:
    """The most MB of memory, as ``Night`` has it, and of disk, until the process ends."""
    peak = alone = own = looks = 0
    most = 0.0
    while process.poll() is None:
        memory = _memory_of_tree(process.pid)
        peak = max(peak, sum(resident for resident, _ in memory))
        alone = max([alone, *(resident for resident, _ in memory)])
        own = max(own, sum(private for _, private in memory))
        if looks % _DISK_EVERY == 0:
            most = max(most, _size_of(warehouse))
        looks += 1
        time.sleep(_EVERY)
    return peak / 1024**2, alone / 1024**2, own / 1024**2, most


def _memory_of_tree(root: int) -> list[tuple[int, int]]:
    """Bytes in memory of a process and all below it: all of each, and without what is shared with files."""
    parents: dict[int, int] = {}
    memory: dict[int, tuple[int, int]] = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            stat = (folder / "stat").read_text().rpartition(")")[2].split()
            resident, shared = (int(number) for number in (folder / "statm").read_text().split()[1:3])
        except OSError:
            continue  # it ended meanwhile
        parents[int(folder.name)] = int(stat[1])
        memory[int(folder.name)] = (resident * _PAGE, (resident - shared) * _PAGE)
    return [memory[process] for process in memory if _is_below(process, root, parents)]


def _is_below(process: int, root: int, parents: Mapping[int, int]) -> bool:
    while process not in (0, root):
        process = parents.get(process, 0)
    return process == root


def _size_of(folder: Path) -> float:
    """MB on the disk, a file with several names counted once."""
    found = {}
    for path in folder.rglob("*"):
        try:
            stat = path.lstat()
        except OSError:
            continue  # it went meanwhile
        found[stat.st_ino] = stat.st_blocks * 512
    return sum(found.values()) / 1024**2
