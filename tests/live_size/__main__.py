"""What tables of the live size, and a whole refresh of them, take: as Markdown for docs/performance.md."""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from urllib.parse import quote

import httpx

from pipelines.sources.datasets import load_datasets
from tests.live_size.making import make
from tests.live_size.night import FOLDERS, Night, refresh
from tests.live_size.ours import Took, dataset_of
from tests.live_size.service import counts_of, served
from tests.live_size.sizes import ALONE, SIZES

# An analyst waits no longer than this for one table.
_PATIENCE = 600


def main() -> None:
    """Make what is not there yet, measure what is asked, and print it."""
    given = _arguments()
    only_alone = given.tables if given.without_refresh else list(SIZES)
    sizes = make(given.folder, given.share, only_alone)
    packages = ", ".join(f"{name} {version(name)}" for name in ("duckdb", "polars", "dbt-core", "cbsodata"))
    say(
        f"{datetime.now(UTC):%Y-%m-%d}; {os.cpu_count()} cores, {platform.machine()}; {packages}; share {given.share}\n"
    )
    with served(given.folder, storm=given.storm) as url:
        warm(url, only_alone, storm=given.storm)
        with tempfile.TemporaryDirectory(prefix="live-size-", dir=given.scratch) as scratch:
            if not given.without_tables:
                measure_tables(url, given.tables, sizes, Path(scratch), whole=given.whole)
            if not given.without_refresh:
                measure_nights(url, Path(scratch))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.live_size", description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="where the made tables are kept between runs")
    parser.add_argument("--share", type=float, default=1.0, help="of the live size, for a quick try")
    parser.add_argument("--tables", nargs="*", default=list(ALONE), help="those measured on their own")
    parser.add_argument("--whole", action="store_true", help="each table also without the filter of its yml")
    parser.add_argument("--storm", action="store_true", help="every third request is refused with 503")
    parser.add_argument("--without-tables", action="store_true")
    parser.add_argument("--without-refresh", action="store_true")
    parser.add_argument("--scratch", type=Path, help="where the warehouses are for as long as it runs")
    return parser.parse_args()


def warm(url: str, tables: Iterable[str], *, storm: bool) -> None:
    """Ask a row of each table with its filter, so that the service has it at hand: as CBS, which has an index."""
    filters = {table.tabel: dataset.filter for dataset in load_datasets().values() for table in dataset.tabellen}
    for table in tables:
        # Of a table that was found for a series no yml tells it: there the service filters when it is first asked.
        condition = filters.get(table)
        if condition:
            address = f"{url}/ODataFeed/odata/{table}/UntypedDataSet?$format=json&$top=1&$filter={quote(condition)}"
            while httpx.get(address, timeout=600, trust_env=False).status_code == 503 and storm:
                continue
    counts_of(url)


def measure_tables(
    url: str, tables: Sequence[str], sizes: dict[str, tuple[int, int]], scratch: Path, *, whole: bool
) -> None:
    """Print a row for each table."""
    say("| table | at CBS | asked | rows | cells | requests | at once | s | MB | `cbsodata`: cells | s | MB |")
    say("|---|---|---|---|---|---|---|---|---|---|---|---|")
    for table in tables:
        rows, columns = sizes[table]
        filters = dict.fromkeys([dataset_of(table).filter, *([None] if whole else [])])
        for condition in filters:
            ours, counts = bring_in(url, table, scratch / table, whole=condition is None)
            theirs = read_as_analyst(url, table, condition)
            asked = "with the filter" if condition else "all"
            mine = f"{ours.rows:,} | {ours.cells:,} | {ours.requests} | {counts['most_at_once']}"
            mine += f" | {ours.seconds:.0f} | {ours.peak:,.0f}"
            beside = f"{theirs.problem or f'{theirs.cells:,}'} | {theirs.seconds:.0f} | {theirs.peak:,.0f}"
            say(f"| {table} | {rows:,} x {columns} | {asked} | {ours.problem or mine} | {beside} |")


def bring_in(url: str, table: str, warehouse: Path, *, whole: bool) -> tuple[Took, dict[str, object]]:
    """What one table takes into an empty warehouse, and what the service was asked for it."""
    counts_of(url)
    command = ["tests.live_size.ours", "--url", url, "--table", table, "--warehouse", str(warehouse)]
    took = _told([*command, *(["--whole"] if whole else [])], limit=3_600)
    shutil.rmtree(warehouse, ignore_errors=True)
    return took, counts_of(url)


def read_as_analyst(url: str, table: str, condition: str | None) -> Took:
    """What it takes with cbsodata."""
    command = ["tests.live_size.analyst", "--url", url, "--table", table]
    return _told([*command, *(["--filter", condition] if condition else [])], limit=_PATIENCE)


def _told(command: Sequence[str], limit: float) -> Took:
    try:
        done = subprocess.run(
            [sys.executable, "-m", *command], capture_output=True, text=True, check=False, timeout=limit
        )
    except subprocess.TimeoutExpired:
        return Took(0, 0, 0, limit, 0.0, f"not there after {limit / 60:.0f} minutes")
    if done.returncode:
        return Took(0, 0, 0, 0.0, 0.0, (done.stderr.strip().splitlines() or [f"ended with {done.returncode}"])[-1])
    return Took(**json.loads(done.stdout))


def measure_nights(url: str, scratch: Path) -> None:
    """Print a whole refresh into an empty warehouse, and the quiet night after it."""
    say("\n| night | code | rows | cells | requests | at once | s | MB of all | of the largest | without files |")
    say("|---|---|---|---|---|---|---|---|---|---|")
    nights: list[Night] = []
    for name in ("first", "quiet"):
        counts_of(url)
        night = refresh(url, scratch / "warehouse", scratch / "home")
        counts = counts_of(url)
        requests = counts["requests"]
        assert isinstance(requests, dict)
        say(
            f"| {name} | {night.code} | {night.rows:,} | {night.cells:,} | {sum(requests.values())} "
            f"| {counts['most_at_once']} | {night.seconds:.0f} "
            f"| {night.peak:,.0f} | {night.alone:,.0f} | {night.own:,.0f} |"
        )
        nights.append(night)
        # Its end tells what was not understood, and why there is no release if there is none.
        sys.stderr.write(f"--- the {name} night\n{night.said}\n")
    say(f"\n| disk, MB | {' | '.join(FOLDERS)} | all of it | most meanwhile |\n|---|{'---|' * (len(FOLDERS) + 2)}")
    for name, night in zip(("after the first", "after the quiet"), nights, strict=True):
        sizes = [*(night.disk[folder] for folder in FOLDERS), night.whole, night.most]
        say(f"| {name} | {' | '.join(f'{size:,.0f}' for size in sizes)} |")


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
