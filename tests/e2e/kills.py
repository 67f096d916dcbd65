"""Kill refreshes with SIGKILL at chosen moments, and say whether what analysts read is still whole.

A moment is a stage, recognised by what the run has written so far, and a random while after that. A run that was killed
leaves its children behind, as on a real machine: they must not keep the warehouse.

``python -m tests.e2e.kills WAREHOUSE ROUNDS [STAGE...]`` does it by hand, on a copy of a good warehouse; with
``only-publishing`` or ``only-fetching`` for the stages, only that part of a refresh is started and killed.
"""

import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

import duckdb

from pipelines.release.content import table_hashes
from pipelines.release.releases import Releases
from pipelines.settings import PROJECT
from pipelines.statline.observation_store import ObservationStore
from pipelines.statline.snapshot_files import damage
from pipelines.statline.snapshots import SnapshotStore
from tests.e2e.conftest import AlteredRecording

UTRECHT, AALTEN = "GM0344", "GM0197"
# Publishes the audited build of a run again, as the last steps of a refresh do: with the lock, and after cleaning up.
PUBLISH = """
import sys
from pipelines.refresh import Refresh
from pipelines.release import dbt
from pipelines.release.publish import publish
from pipelines.settings import Settings
with Refresh(Settings(), sys.argv[1], wait=0) as refresh:
    publish(refresh.workspace, 3, dbt.manifest_path())
    refresh.prune()
"""
# Fetches three tables anew and reads them, as the first steps of a refresh do.
FETCH = """
import sys
from pipelines.refresh import Refresh
from pipelines.settings import Settings
from pipelines.statline.ingest import ingest_dataset
from pipelines.statline.observing import observe_dataset
with Refresh(Settings(), sys.argv[1], wait=0) as refresh:
    for name in ("jeugdzorg_wijken", "jeugdzorg_indicatoren"):
        dataset = refresh.datasets[name]
        ingest_dataset(dataset, None, refresh.client, refresh.snapshots, force=True)
        observe_dataset(dataset, None, refresh.snapshots, refresh.observations)
    refresh.prune()
"""


@dataclass(frozen=True)
class Stage:
    """A stretch of a refresh: ``reached`` says that it began, ``seconds`` about how long it lasts."""

    reached: Callable[[Path, float], bool]
    seconds: float


def _written(pattern: str) -> Callable[[Path, float], bool]:
    """Whether a path of this form came after the start of the run."""

    def reached(warehouse: Path, started: float) -> bool:
        for path in warehouse.glob(pattern):
            try:
                if path.lstat().st_mtime >= started:
                    return True
            except FileNotFoundError:
                continue
        return False

    return reached


STAGES = {
    "start": Stage(_written(".schrijver.lock"), 2.0),
    "fetch": Stage(_written("raw/*/.draft-*"), 0.3),
    "observations": Stage(_written("observations/*/.draft-*"), 0.3),
    "build": Stage(_written("build/*/dbt"), 15.0),
    "audit": Stage(_written("build/*/dbt.json"), 8.0),
    "publish": Stage(_written("releases/.draft-*"), 1.0),
    "swap": Stage(_written("releases/[!.]*/manifest.json"), 0.05),
}


def start(warehouse: Path, *command: str, url: str = "") -> "subprocess.Popen[str]":
    """Start ``python <command>`` on ``warehouse``, apart from this process group."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MONITOR_", "DAGSTER_"))}
    settings = {"PYTHONPATH": str(PROJECT), "MONITOR_WAREHOUSE": str(warehouse), "STATLINE_URL": url}
    return subprocess.Popen(
        [sys.executable, *command],
        cwd=PROJECT,
        env=kept | settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def kill_in(stage: str, run: "subprocess.Popen[str]", warehouse: Path, started: float, chance: random.Random) -> bool:
    """Kill ``run`` at a random moment of ``stage``; False when it ended before that."""
    moment = STAGES[stage]
    while run.poll() is None:
        if moment.reached(warehouse, started):
            time.sleep(chance.uniform(0.0, moment.seconds))
            break
        time.sleep(0.005)
    alive = run.poll() is None
    run.kill()
    run.wait()
    if run.stdout is not None:
        run.stdout.close()
    return alive


@cache
def _hashes(database: str, written: int) -> dict[str, str]:
    """The hashes of the tables in a file, worked out once per moment of writing: that takes seconds."""
    return table_hashes(Path(database))


def problems(warehouse: Path) -> list[str]:
    """What is wrong with the release that analysts read: not whole, not what was signed, or of two releases at once."""
    current = Releases(warehouse).current()
    if current is None:
        return ["monitor.duckdb points at nothing"]
    manifest = current.manifest
    found = []
    if sha256(current.database.read_bytes()).hexdigest() != manifest["bestanden"][current.database.name]:
        found.append(f"{current.release_id}: the file is not the one of the manifest")
    if _hashes(str(current.database), current.database.stat().st_mtime_ns) != manifest["tabellen"]:
        found.append(f"{current.release_id}: the tables are not those that were signed")
    with duckdb.connect(str(warehouse / "monitor.duckdb"), read_only=True) as connection:
        inside = connection.execute("select release_id from release").fetchall()
    if inside != [(current.release_id,)]:
        found.append(f"{current.release_id}: the file says that it is {inside}")
    return found


def broken_sources(warehouse: Path) -> list[str]:
    """Snapshots and observations in use that are not byte for byte what was written."""
    snapshots, observations = SnapshotStore(warehouse), ObservationStore(warehouse)
    found = []
    for table in snapshots.tables():
        snapshot = snapshots.current(table)
        assert snapshot
        found += [damage(snapshot.folder, snapshot.record), observations.damage(table)]
    return [problem for problem in found if problem is not None]


def leftovers(warehouse: Path) -> list[str]:
    """Everything unfinished in the warehouse; nothing after a run that ended well."""
    hidden = {*warehouse.glob("r*/**/.*"), *warehouse.glob("observations/**/.*"), *warehouse.glob(".monitor*")}
    return sorted(str(path.relative_to(warehouse)) for path in {*hidden, *warehouse.glob("build/*/.running")})


def revise(recording: AlteredRecording, chance: random.Random) -> None:
    """CBS revises a figure in each of three tables."""
    recording.cell("85098NED", "JongerenMetJeugdhulpInNatura_1", f"    {chance.randint(90, 140) / 10}", RegioS=UTRECHT)
    figure = f"     {chance.randint(24, 34) * 10}"
    recording.cell("85039NED", "PersonenPerSoortUitkeringBijstand_83", figure, WijkenEnBuurten=AALTEN)
    recording.stamp("83262NED")
    stamp = f"2026-10-31T{chance.randint(0, 23):02}:{chance.randint(0, 59):02}:{chance.randint(0, 59):02}"
    for table in ("85098NED", "85039NED", "83262NED"):
        recording.stamp(table, Modified=stamp)


def last_build(warehouse: Path) -> str:
    """Id of the newest run that was audited."""
    return max((warehouse / "build").glob("*/audit.json"), key=lambda path: path.stat().st_mtime).parent.name


def kill_part(part: str, warehouse: Path, stage: str, chance: random.Random, url: str = "") -> tuple[bool, list[str]]:
    """Kill a process that does only ``part`` (FETCH or PUBLISH) of a refresh, then let another one do it to the end.

    Returns:
        Whether it was killed in time, and everything that is not as it should be.
    """
    run_id = last_build(warehouse) if part == PUBLISH else "ophalen"
    began = time.time()
    hit = kill_in(stage, start(warehouse, "-c", part, run_id, url=url), warehouse, began, chance)
    wrong = [*problems(warehouse), *broken_sources(warehouse)]
    again = start(warehouse, "-c", part, run_id, url=url)
    told, _ = again.communicate()
    if again.returncode != 0:
        wrong.append(f"the next one failed: {told}")
    return hit, [*wrong, *problems(warehouse), *broken_sources(warehouse), *leftovers(warehouse)]


def _part_by_hand(part: str, warehouse: Path, rounds: int, stages: tuple[str, ...]) -> None:
    chance = random.Random(time.time_ns())
    recording = AlteredRecording(warehouse.with_name(f"{warehouse.name}-recording"))
    killed: Counter[tuple[str, bool]] = Counter()
    with recording.served() as service:
        for number in range(rounds):
            stage = stages[number % len(stages)]
            if part == FETCH:
                revise(recording, chance)
            hit, wrong = kill_part(part, warehouse, stage, chance, service.url)
            killed[stage, hit] += 1
            print(stage, hit, wrong, flush=True)  # noqa: T201
    print(killed)  # noqa: T201


def _by_hand(warehouse: Path, rounds: int, stages: list[str]) -> None:
    chance = random.Random(time.time_ns())
    recording = AlteredRecording(warehouse.with_name(f"{warehouse.name}-recording"))
    killed: Counter[str] = Counter()
    with recording.served() as service:
        for number in range(rounds):
            stage = stages[number % len(stages)]
            revise(recording, chance)
            began = time.time()
            hit = kill_in(
                stage,
                start(warehouse, "-m", "pipelines.cli", "refresh", url=service.url),
                warehouse,
                began,
                chance,
            )
            killed[stage] += hit
            print(stage, "killed" if hit else "ended first", problems(warehouse), leftovers(warehouse), flush=True)  # noqa: T201
            next_run = start(warehouse, "-m", "pipelines.cli", "refresh", url=service.url)
            told, _ = next_run.communicate()
            print("  next", next_run.returncode, problems(warehouse), leftovers(warehouse), flush=True)  # noqa: T201
            if next_run.returncode != 0:
                print(told, flush=True)  # noqa: T201
    print(json.dumps(killed))  # noqa: T201


if __name__ == "__main__":
    folder, times, chosen = Path(sys.argv[1]).absolute(), int(sys.argv[2]), sys.argv[3:] or list(STAGES)
    if chosen == ["only-publishing"]:
        _part_by_hand(PUBLISH, folder, times, ("publish", "publish", "swap"))
    elif chosen == ["only-fetching"]:
        _part_by_hand(FETCH, folder, times, ("fetch", "observations"))
    else:
        _by_hand(folder, times, chosen)
