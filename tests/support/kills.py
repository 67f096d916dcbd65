"""Kill refreshes with SIGKILL at chosen moments, and say whether what analysts read is still whole.

A moment is a stage, recognised by what the run has written so far, and a random while after that. A run that was killed
leaves its children behind, as on a real machine: they must not keep the warehouse.

``python -m tests.support.kills three-tables ROUNDS`` does it by hand with the miniature, ``full ROUNDS`` with the whole
recording; stages may follow. It prints a line per kill and the figures per stage.
"""

import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import Path

import duckdb

from pipelines.common.settings import PROJECT
from pipelines.observations.store import ObservationStore
from pipelines.releases.content import table_hashes
from pipelines.releases.store import Releases
from pipelines.snapshots.records import damage
from pipelines.snapshots.store import SnapshotStore
from tests.support.altered_recording import AlteredRecording
from tests.support.miniature import make_project, make_recording
from tests.support.place import Place
from tests.support.warehouses import query

UTRECHT, ALMELO = "GM0344", "GM0141"
_REVISED = (
    "select waarde from fct_indicator where indicator_id = 'jeugdzorg_jongeren' and jaar = 2022 "
    f"and regio_code = '{ALMELO}' and indeling = 'origineel'"
)


@dataclass(frozen=True)
class Stage:
    """A stretch of a refresh: ``reached`` says that it began; ``seconds`` about how long it lasts, ``full`` of all."""

    reached: Callable[[Path, float], bool]
    seconds: float
    full: float


@dataclass
class Round:
    """One kill: aimed at a stage, the stage that the run had come to, whether it lived, and what was wrong after it."""

    aimed: str
    stage: str
    killed: bool
    wrong: list[str] = field(default_factory=list)


def _written(*patterns: str) -> Callable[[Path, float], bool]:
    """Whether a path of one of these forms was written after the start of the run."""

    def reached(warehouse: Path, started: float) -> bool:
        for path in (path for pattern in patterns for path in warehouse.glob(pattern)):
            try:
                if path.lstat().st_mtime >= started:
                    return True
            except FileNotFoundError:
                continue
        return False

    return reached


STAGES = {
    "start": Stage(_written(".schrijver.lock"), 1.0, 2.0),
    "fetch": Stage(_written("raw/*/.draft-*", "raw/*/current.json"), 0.1, 0.3),
    "observations": Stage(_written("observations/*/.draft-*", "observations/*/current.json"), 0.1, 0.3),
    "build": Stage(_written("build/*/dbt/partial_parse.msgpack"), 3.0, 15.0),
    "audit": Stage(_written("build/*/dbt.json"), 1.0, 8.0),
    "publish": Stage(_written("releases/.draft-*"), 0.08, 1.0),
    "swap": Stage(_written("releases/[!.]*/manifest.json"), 0.05, 0.05),
}


def kill_in(stage: str, run: "subprocess.Popen[str]", place: Place, started: float, chance: random.Random) -> bool:
    """Kill ``run`` at a random moment of ``stage``; False when it ended before that."""
    moment = STAGES[stage]
    while run.poll() is None:
        if moment.reached(place.warehouse, started):
            time.sleep(chance.uniform(0.0, moment.full if place.is_full else moment.seconds))
            break
        time.sleep(0.002)
    alive = run.poll() is None
    run.kill()
    run.wait()
    if run.stdout is not None:
        run.stdout.close()
    return alive


def kill_once(place: Place, stage: str, chance: random.Random, recording: AlteredRecording, url: str) -> Round:
    """Let CBS revise three tables, kill the refresh that follows in ``stage``, and let the next one do its work."""
    revised = revise(recording, chance)
    began = time.time()
    run = place.start("refresh", url=url)
    killed = kill_in(stage, run, place, began, chance)
    result = Round(stage, _came_to(place, began), killed, _unverified(place))
    again = place.run("refresh", url=url)
    if again.returncode != 0:
        result.wrong.append(f"the next refresh ended with {again.returncode}: {again.stdout}")
    if query(place.warehouse, _REVISED) != [(revised,)]:
        result.wrong.append(f"analysts read {query(place.warehouse, _REVISED)}, expected the revised {revised}")
    result.wrong += [*_unverified(place), *leftovers(place.warehouse)]
    return result


def _came_to(place: Place, started: float) -> str:
    """The last stage of which something had been written."""
    reached = [name for name, stage in STAGES.items() if stage.reached(place.warehouse, started)]
    return reached[-1] if reached else "start"


def _unverified(place: Place) -> list[str]:
    """What ``monitor verify`` says when it does not pass, and what this finds by itself."""
    verify = place.run("verify")
    said = [] if verify.returncode == 0 else [f"monitor verify: {verify.stdout}"]
    return [*said, *problems(place.warehouse), *broken_sources(place.warehouse)]


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
    if sha256(current.database.read_bytes()).hexdigest() != manifest.files[current.database.name]:
        found.append(f"{current.release_id}: the file is not the one of the manifest")
    if _hashes(str(current.database), current.database.stat().st_mtime_ns) != manifest.tables:
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


def revise(recording: AlteredRecording, chance: random.Random) -> float:
    """CBS publishes three tables again, with another figure in two of them; gives the one that ``_REVISED`` reads."""
    recording.cell("85098NED", "JongerenMetJeugdhulpInNatura_1", f"{chance.randint(90, 140) / 10:>8}", RegioS=UTRECHT)
    young_people = chance.randint(425, 445) * 5
    recording.cell("85335NED", "TotaalJongerenMetJeugdzorgInNatura_1", f"{young_people:8}", Wijken=ALMELO)
    stamp = f"2026-10-31T{chance.randint(0, 23):02}:{chance.randint(0, 59):02}:{chance.randint(0, 59):02}"
    for table in ("85098NED", "85335NED", "83262NED"):
        recording.stamp(table, Modified=stamp)
    return float(young_people)


def _by_hand(kind: str, rounds: int, stages: list[str]) -> None:
    chance = random.Random(time.time_ns())
    counts: Counter[tuple[str, str]] = Counter()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        full = kind == "full"
        place = Place(PROJECT if full else make_project(folder / "project"), folder / "warehouse")
        if not full:
            make_recording(folder / "recording")
        recording = AlteredRecording(folder / "recording")
        with recording.served() as service:
            print(place.run("refresh", url=service.url).stdout, flush=True)  # noqa: T201
            for number in range(rounds):
                done = kill_once(place, stages[number % len(stages)], chance, recording, service.url)
                outcome = ("killed" if done.killed else "ended before") + (", WRONG" if done.wrong else ", all well")
                counts[done.stage, outcome] += 1
                print(f"{number + 1:>4} {done.aimed:<13} {done.stage:<13} {outcome} {done.wrong or ''}", flush=True)  # noqa: T201
    for (stage, outcome), count in sorted(counts.items(), key=lambda item: (list(STAGES).index(item[0][0]), item[0])):
        print(f"{stage:<13} {outcome:<25} {count:>4}")  # noqa: T201


if __name__ == "__main__":
    _by_hand(sys.argv[1], int(sys.argv[2]), sys.argv[3:] or list(STAGES))
