"""Analysts read while releases are published: nobody meets an error, a lock, or figures of two releases at once.

Every release has another figure, so that what a reader sees can be held against the release that it says it is.

``python -m tests.support.readers WAREHOUSE RELEASES [PYTHON...]`` does it by hand with ten readers, on a copy of a good
warehouse; each PYTHON has another version of DuckDB, and reads in a fresh process each time.
"""

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.build.project import Project
from tests.support.published_builds import AuditedBuild, build_of, published, query

# How a BI tool may read: a new connection for each read, one that stays open, or a process for each read.
RECONNECT, HOLD, ONCE = "reconnect", "hold", "once"
# Exact, whatever the order in which threads add: thousandths, as whole numbers.
TOTAL = "select sum(cast(round(waarde * 1000) as hugeint))::varchar, count(*) from fct_indicator"
# Works in every version of DuckDB from 1.1 on. Between the questions of one read a release may be swapped in.
READER = f"""
import json, os, sys, time
import duckdb
path, mode, stop = sys.argv[1:]
def read(connection):
    before = connection.execute("select release_id from release").fetchone()[0]
    total = connection.execute("{TOTAL}").fetchone()
    time.sleep(0.5)
    again = connection.execute("{TOTAL} where indicator_id <> ''").fetchone()
    after = connection.execute("select release_id from release").fetchone()[0]
    print(json.dumps([before, after, *total, *again, duckdb.__version__]), flush=True)
connection = duckdb.connect(path, read_only=True)
while True:
    read(connection)
    if mode == "once" or os.path.exists(stop):
        break
    if mode == "reconnect":
        connection.close()
        connection = duckdb.connect(path, read_only=True)
"""


@dataclass
class Reading:
    """What the readers saw, beside what was published."""

    published: dict[str, tuple[str, int]] = field(default_factory=dict)
    reads: Counter[str] = field(default_factory=Counter)
    seen: dict[str, set[str]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def take(self, reader: str, said: str, errors: str, code: int) -> None:
        """Hold what a reader printed against what was published."""
        if code != 0:
            self.wrong.append(f"{reader} ended with {code}: {errors}")
        for line in said.splitlines():
            before, after, total, count, total_again, count_again, _ = json.loads(line)
            self.reads[reader] += 1
            self.seen.setdefault(reader, set()).add(before)
            expected = self.published.get(before)
            if before != after or (total, count) != (total_again, count_again) or (total, count) != expected:
                self.wrong.append(f"{reader} read {line}, expected {expected} of one release")


def publish_another(source: AuditedBuild, warehouse: Path, number: int) -> tuple[str, tuple[str, int]]:
    """Publish the audited build ``source`` with one figure made ``number``; gives the release and its total."""
    key = "select min(rowid) from fct_indicator where waarde is not null"
    change = f"update fct_indicator set waarde = {number} where rowid = ({key})"
    build = build_of(source, warehouse, f"lezers-{number}", change)
    assert build.inputs
    build.inputs = build.inputs.model_copy(update={"fingerprint": f"{number:064x}"})
    ((total, count),) = query(build.database, TOTAL)
    return published(build).release_id, (total, count)


def read_while_publishing(
    source: AuditedBuild, warehouse: Path, releases: int, readers: Sequence[tuple[str, str]]
) -> Reading:
    """Publish ``releases`` times while all ``readers`` (interpreter, mode) read in a loop."""
    reading = Reading()
    first, total = publish_another(source, warehouse, 1)
    reading.published[first] = total
    stop = warehouse / "stop"
    running = [
        _start(python, mode, warehouse / "monitor.duckdb", stop, warehouse / f"lezer-{number}.log")
        for number, (python, mode) in enumerate(readers)
    ]
    try:
        for number in range(2, releases + 1):
            release_id, total = publish_another(source, warehouse, number)
            reading.published[release_id] = total
    finally:
        stop.touch()
    for number, ((python, mode), process) in enumerate(zip(readers, running, strict=True)):
        _, errors = process.communicate(timeout=120)
        said = (warehouse / f"lezer-{number}.log").read_text(encoding="utf-8")
        reading.take(f"{number} {mode} {Path(python).parent.parent.name}", said, errors, process.returncode)
    return reading


def _start(python: str, mode: str, database: Path, stop: Path, log: Path) -> "subprocess.Popen[str]":
    command = [python, "-c", READER, str(database), mode, str(stop)]
    if mode == ONCE:
        # A pause, or starting Python would take the machine from the publisher.
        command = ["sh", "-c", 'while [ ! -e "$6" ]; do "$@" || exit 1; sleep 0.5; done', "sh", *command]
    # Into a file: a pipe that nobody empties meanwhile would stop the reader once it is full.
    with log.open("w") as file:
        return subprocess.Popen(command, stdout=file, stderr=subprocess.PIPE, text=True)


def _by_hand(warehouse: Path, releases: int, others: Sequence[str]) -> None:
    newest = max((warehouse / "build").glob("*/audit.json"), key=lambda path: path.stat().st_mtime).parent
    fresh = [(python, ONCE) for python in others for _ in range(2)]
    readers = [(sys.executable, HOLD)] * 2 + [(sys.executable, ONCE)] + fresh
    readers += [(sys.executable, RECONNECT)] * (10 - len(readers))
    started = time.monotonic()
    source = AuditedBuild(warehouse, newest.name, Project())
    reading = read_while_publishing(source, warehouse, releases, readers)
    print(f"{len(reading.published)} releases in {time.monotonic() - started:.0f} s")  # noqa: T201
    for reader, count in sorted(reading.reads.items()):
        print(f"{reader:<30} {count:>6} reads, {len(reading.seen[reader]):>3} releases seen")  # noqa: T201
    print("wrong:", len(reading.wrong), *reading.wrong[:3], sep="\n")  # noqa: T201


if __name__ == "__main__":
    _by_hand(Path(sys.argv[1]).absolute(), int(sys.argv[2]), sys.argv[3:])
