"""Apache Superset reads a release while three refreshes publish new ones: no error, and new figures after each swap.

By hand, on a copy of a good warehouse, with the path of an environment that has Superset and a folder to work in:

    python -m venv SUPERSET
    SUPERSET/bin/pip install apache-superset==6.1.0 duckdb==1.5.5 duckdb-engine==0.17.0 gunicorn rich cachetools \\
        'flask-caching<2.4' 'cachelib<0.14'
    python -m tests.support.superset_demo SUPERSET WAREHOUSE FOLDER [--keep]

Superset runs on loopback with the release as a read-only database, a dataset on ``mart_gemeente_jaar`` and a saved bar
chart of one gemeente. Three people ask for that chart in a loop. Meanwhile CBS revises a figure three times (in a copy
of the recording), and ``monitor refresh`` publishes it. What must hold: every answer is a figure of a release, a
question that began after a swap gets the new one, and there is no error at all.

What makes it so is ``cache_timeout = -1`` on the database: Superset opens the file anew for each question (NullPool),
but keeps answers. A second chart that has a cache of its own (86400) is asked too, and is expected to lag.

``--keep`` leaves Superset running until Enter is pressed, to look at the chart.
"""

import argparse
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipelines.releases.store import Releases
from tests.support.altered_recording import AlteredRecording
from tests.support.place import the_project
from tests.support.superset_service import USER, Superset, SupersetApi, running_superset
from tests.support.warehouses import copy_warehouse, query

GEMEENTE, JAAR, MEASURE, TABLE = "GM0141", 2022, "jeugdzorg_jongeren", "mart_gemeente_jaar"
_FIGURE = f"select {MEASURE} from {TABLE} where gm_code = '{GEMEENTE}' and jaar = {JAAR}"
# Multiples of 5, as CBS rounds them, and near the recorded 2175.
REVISED = (2155, 2190, 2205)
PEOPLE = 3
# What a person in SQL Lab may not do: change the release, read other files, or undo the lock.
FORBIDDEN = (f"delete from {TABLE}", "select * from read_text('/etc/hostname')", "set enable_external_access = true")


@dataclass(frozen=True)
class Answer:
    """One question to the chart: when it began and ended, and the figure or the error that came."""

    began: float
    ended: float
    figure: float | None
    error: str = ""


@dataclass
class Swap:
    """A release that was published: its figure, and the moment at which the link was seen to lead to it."""

    release_id: str
    figure: float
    moment: float


@dataclass
class Seen:
    """All that the people at one chart saw."""

    answers: list[Answer] = field(default_factory=list)

    def figures_after(self, swap: Swap, until: float) -> list[Answer]:
        return [a for a in self.answers if swap.moment <= a.began and a.ended < until]


class SwapWatch(threading.Thread):
    """Notes at which moment the link of the warehouse leads to another release, to some milliseconds."""

    def __init__(self, warehouse: Path, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.link, self.stop, self.moments = warehouse / "monitor.duckdb", stop, dict[str, float]()

    def run(self) -> None:
        while not self.stop.wait(0.004):
            name = self.link.resolve().parent.name
            self.moments.setdefault(name, time.monotonic())


def ask_until(stop: threading.Event, ask: Callable[[], list[dict[str, Any]]], seen: Seen) -> None:
    """Ask for the chart again and again; an error is an answer too."""
    while not stop.is_set():
        began = time.monotonic()
        try:
            (figure,) = (row[MEASURE] for row in ask() if row["jaar"] == JAAR)
            answer = Answer(began, time.monotonic(), figure)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what we are here to see
            answer = Answer(began, time.monotonic(), None, f"{type(error).__name__}: {error}")
        seen.answers.append(answer)
        time.sleep(0.3)


def connect(api: SupersetApi, database: Path) -> tuple[int, int, int]:
    """The recipe: a read-only, locked database without a cache, a dataset and a chart; and a chart that has a cache."""
    # As text: Superset hands them to DuckDB as they are.
    config = {"enable_external_access": "false", "lock_configuration": "true"}
    number = api.database(
        "monitor",
        f"duckdb:///{database}",
        cache_timeout=-1,
        connect_args={"read_only": True, "config": config},
    )
    dataset, where = api.dataset(number, TABLE), {"gm_code": GEMEENTE}
    chart = api.bar_chart(dataset, f"{MEASURE} in {GEMEENTE}", MEASURE, where)
    return number, chart, api.bar_chart(dataset, "met cache", MEASURE, where, cache_timeout=86_400)


def publish_three(warehouse: Path, recording: AlteredRecording) -> None:
    """CBS revises one figure three times, and a refresh publishes each."""
    with recording.served() as service:
        for number, figure in enumerate(REVISED):
            recording.cell("85335NED", "TotaalJongerenMetJeugdzorgInNatura_1", f"{figure:8}", Wijken=GEMEENTE)
            recording.stamp("85335NED", Modified=f"2026-10-31T0{number + 1}:00:00")
            done = the_project(warehouse).run("refresh", url=service.url)
            if done.returncode != 0 or query(warehouse, _FIGURE) != [(figure,)]:
                raise RuntimeError(f"refresh {number + 1} did not publish {figure}: {done.stdout}")
            print(f"refresh {number + 1} published {figure}", flush=True)  # noqa: T201


def demonstrate(superset: Superset, warehouse: Path, recording: AlteredRecording) -> bool:
    """Let people look at charts while releases come; prints what they saw, and gives whether all was well."""
    api = SupersetApi(superset.url, superset.password)
    database, chart, lagging = connect(api, warehouse / "monitor.duckdb")
    refused = [text for text in FORBIDDEN if not api.sql(database, text).is_error]
    stop = threading.Event()
    watch, seen, cached = SwapWatch(warehouse, stop), Seen(), Seen()
    clients = [SupersetApi(superset.url, superset.password) for _ in range(PEOPLE + 1)]
    people = [
        threading.Thread(target=ask_until, args=(stop, lambda c=client: c.chart_data(chart), seen))
        for client in clients[:PEOPLE]
    ]
    people.append(threading.Thread(target=ask_until, args=(stop, lambda: clients[-1].chart_data(lagging), cached)))
    ((first,),) = query(warehouse, _FIGURE)
    watch.start()
    for person in people:
        person.start()
    try:
        time.sleep(5.0)
        publish_three(warehouse, recording)
        time.sleep(5.0)
    finally:
        stop.set()
        for person in people:
            person.join()
    swaps = [Swap(name, f, m) for (name, m), f in zip(watch.moments.items(), (first, *REVISED), strict=True)]
    well = tell(swaps, seen, cached, time.monotonic())
    held = superset.open_files(Releases(warehouse).root.resolve())
    print(f"files of releases that Superset still holds open: {held or 'none'}")  # noqa: T201
    print(f"forbidden in SQL Lab, yet done: {refused or 'none'}; the chart: {superset.url}/explore/?slice_id={chart}")  # noqa: T201
    return well and not held and not refused


def tell(swaps: list[Swap], seen: Seen, cached: Seen, end: float) -> bool:
    """Print what was seen per release; whether no answer was an error, or of another release than the current one."""
    errors = [answer.error for answer in (*seen.answers, *cached.answers) if answer.error]
    waits = sorted(answer.ended - answer.began for answer in seen.answers)
    wrong = 0
    print(f"{'release':<42}{'figure':>8}{'answers':>9}{'of it':>7}  first answer of it after the swap (or the start)")  # noqa: T201
    for swap, until in zip(swaps, [*(later.moment for later in swaps[1:]), end], strict=True):
        answers = seen.figures_after(swap, until)
        of_it = [answer for answer in answers if answer.figure == swap.figure]
        wrong += len(answers) - len(of_it)
        first = min((answer.ended for answer in of_it), default=float("nan")) - swap.moment
        print(f"{swap.release_id:<42}{swap.figure:>8.0f}{len(answers):>9}{len(of_it):>7}  {first:.2f} s")  # noqa: T201
    known = {swap.figure for swap in swaps}
    strange = [answer for answer in seen.answers if not answer.error and answer.figure not in known]
    old = {answer.figure for answer in cached.answers if not answer.error}
    print(f"answers {len(seen.answers)}, errors {len(errors)}, of no release {len(strange)}, late {wrong}")  # noqa: T201
    print(f"an answer took {waits[len(waits) // 2]:.2f} s (median), {waits[int(len(waits) * 0.95)]:.2f} s (p95)")  # noqa: T201
    print(f"with a cache of a day: {len(cached.answers)} answers, which gave {sorted(old)}")  # noqa: T201
    print(*errors[:3], sep="\n")  # noqa: T201
    return not errors and not strange and not wrong and all(seen.figures_after(s, end) for s in swaps)


def _by_hand() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("superset", type=Path, help="environment with bin/superset and bin/gunicorn")
    parser.add_argument("warehouse", type=Path, help="a warehouse with a release; it is copied")
    parser.add_argument("folder", type=Path, help="folder to work in; must not exist")
    parser.add_argument("--keep", action="store_true", help="leave Superset running until Enter is pressed")
    arguments = parser.parse_args()
    folder = arguments.folder.absolute()
    (folder / "superset").mkdir(parents=True)
    warehouse = copy_warehouse(arguments.warehouse, folder / "warehouse")
    recording = AlteredRecording(folder / "statline")
    with running_superset(arguments.superset.absolute(), folder / "superset") as superset:
        well = demonstrate(superset, warehouse, recording)
        if arguments.keep:
            input(f"Log in as {USER} with {superset.password}; Enter stops Superset ")
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(_by_hand())
