"""How much longer fetching and reading takes than what an analyst's script does with the same tables.

Run it as ``python -m tests.bench.fetch`` on a quiet machine. In one process, from one recording server, alternating:

- the analyst: ``cbsodata.get_data`` of every table into a ``pandas.DataFrame``, in memory and gone afterwards;
- ours: every table into snapshots and observations of an empty warehouse, on the disk, hashed and checked.

Everything is imported before the first clock starts; the medians are of seconds by the wall.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import cbsodata
import pandas as pd

from pipelines.common.settings import RECORDING
from pipelines.observations.drift import Known
from pipelines.observations.intake import Intake, Order
from pipelines.observations.observer import Observer
from pipelines.observations.store import ObservationStore
from pipelines.recording import serve_recording
from pipelines.snapshots.store import SnapshotStore
from pipelines.sources.datasets import Dataset
from pipelines.sources.seeds import municipality_names
from pipelines.statline.client import StatlineClient
from tests.support.recorded_datasets import recorded_datasets

ROUNDS = 3


@dataclass(frozen=True)
class Rounds:
    """Seconds per round of both, in the order in which they ran, and the cells that each got."""

    analyst: list[float]
    ours: list[float]
    analyst_cells: int
    our_cells: int

    @property
    def ratio(self) -> float:
        """Our median over the analyst's."""
        return statistics.median(self.ours) / statistics.median(self.analyst)

    @property
    def lines(self) -> list[str]:
        """What was measured, a line each."""
        return [
            *(
                f"{name:8} {statistics.median(seconds):6.2f} s "
                f"(of {', '.join(f'{s:.2f}' for s in seconds)}), {cells:,} cells"
                for name, seconds, cells in (
                    ("analyst", self.analyst, self.analyst_cells),
                    ("ours", self.ours, self.our_cells),
                )
            ),
            f"ratio    {self.ratio:6.2f}",
        ]


def measure(rounds: int = ROUNDS) -> Rounds:
    """Time both ``rounds`` times, alternating, from one recording server."""
    datasets = recorded_datasets()
    analyst: list[float] = []
    ours: list[float] = []
    analyst_cells = our_cells = 0
    with serve_recording(RECORDING) as url:
        for _ in range(rounds):
            seconds, analyst_cells = _timed(lambda: read_as_analyst(url, datasets))
            analyst.append(seconds)
            with tempfile.TemporaryDirectory(prefix="bench-") as folder:
                seconds, our_cells = _timed(lambda: fetch_and_observe(url, datasets, Path(folder)))
                ours.append(seconds)
    return Rounds(analyst, ours, analyst_cells, our_cells)


def read_as_analyst(url: str, datasets: Mapping[str, Dataset]) -> int:
    """Read every table into pandas with cbsodata; returns the number of cells, those of dimensions included."""
    cbsodata.options.use_https = False
    cbsodata.options.catalog_url = url.removeprefix("http://")
    cbsodata.options.requests = {}
    return sum(
        pd.DataFrame(cbsodata.get_data(table.tabel)).size for dataset in datasets.values() for table in dataset.tabellen
    )


def fetch_and_observe(url: str, datasets: Mapping[str, Dataset], warehouse: Path) -> int:
    """Bring every table into an empty ``warehouse``; returns the number of observations.

    Raises:
        RuntimeError: a table failed, so that the time says nothing.
    """
    snapshots, observations = SnapshotStore(warehouse), ObservationStore(warehouse)
    orders = [Order(dataset) for dataset in datasets.values()]
    observer = Observer(snapshots, observations, Known(municipality_names))
    with StatlineClient(url) as client, Intake(lambda: client, observer, snapshots) as intake:
        intake.begin(orders)
        fetched = [outcome for order in orders for outcome in intake.fetched(order)]
        read = [outcome for order in orders for outcome in intake.observed(order)]
    for outcome in (*fetched, *read):
        if outcome.result not in ("fetched", "read"):
            raise RuntimeError(str(outcome.problem))
    return sum(outcome.observations or 0 for outcome in read)


def _timed(work: Callable[[], int]) -> tuple[float, int]:
    started = time.perf_counter()
    count = work()
    return time.perf_counter() - started, count


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    print("\n".join(measure(parser.parse_args().rounds).lines))
