"""One table fetched and observed as a refresh does it, in a process of its own, so that its memory is only its own.

``python -m tests.live_size.ours --url URL --table ID --warehouse FOLDER [--whole]`` prints what it took as JSON;
``--whole`` asks without the filter of the yml.
"""

import argparse
import json
import re
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from pipelines.observations.drift import Known
from pipelines.observations.intake import Intake, Order
from pipelines.observations.observer import Observer
from pipelines.observations.store import ObservationStore
from pipelines.snapshots.store import SnapshotStore
from pipelines.sources.datasets import Dataset, load_datasets
from pipelines.sources.seeds import municipal_lists, municipality_names
from pipelines.statline.client import StatlineClient


@dataclass(frozen=True)
class Took:
    """What one table took: ``cells`` are figures and texts; ``peak`` is MB of the process; ``problem`` if it failed."""

    rows: int
    cells: int
    requests: int
    seconds: float
    peak: float
    problem: str = ""


def dataset_of(table: str) -> Dataset:
    """The dataset that reads ``table``, with that table only."""
    for dataset in load_datasets().values():
        listed = [reference for reference in dataset.tabellen if reference.tabel == table]
        if listed:
            return dataset.model_copy(update={"tabellen": listed})
    raise LookupError(f"No dataset lists table {table}.")


def bring_in(url: str, dataset: Dataset, warehouse: Path) -> Took:
    """Fetch and observe the one table of ``dataset`` into an empty warehouse."""
    snapshots, store = SnapshotStore(warehouse), ObservationStore(warehouse)
    observer = Observer(snapshots, store, Known(municipality_names, lists=municipal_lists))
    started = time.perf_counter()
    with StatlineClient(url) as client, Intake(lambda: client, observer, snapshots) as intake:
        order = Order(dataset)
        intake.begin([order])
        (fetched,), (read,) = intake.fetched(order), intake.observed(order)
    seconds = time.perf_counter() - started
    problems = [outcome.problem.english for outcome in (fetched, read) if outcome.problem]
    return Took(
        rows=fetched.row_count or 0,
        cells=read.observations or 0,
        requests=fetched.requests,
        seconds=seconds,
        peak=peak_of_this_process(),
        problem=" ".join(problems),
    )


def peak_of_this_process() -> float:
    """The most memory that this process had, in MB; ``getrusage`` would count in what its parent had."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found is not None
    return int(found[1]) / 1024


def main() -> None:
    """Bring one table in, and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", required=True)
    parser.add_argument("--table", required=True)
    parser.add_argument("--warehouse", type=Path, required=True)
    parser.add_argument("--whole", action="store_true")
    given = parser.parse_args()
    dataset = dataset_of(given.table)
    if given.whole:
        dataset = dataset.model_copy(update={"filter": None})
    sys.stdout.write(json.dumps(vars(bring_in(given.url, dataset, given.warehouse))))


if __name__ == "__main__":
    main()
