"""``make bench``: what the monitor costs, measured in one run, as rows for docs/performance.md.

Machines differ and are shared: only what ran beside each other can be compared. It takes some ten minutes.
"""

import os
import platform
import statistics
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from tests.bench import build, fetch, refresh


def main() -> None:
    """Measure all, and print it as Markdown."""
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        reading = fetch.measure()
        nights = refresh.measure(Path(scratch))
        building = build.measure(build.last_build(Path(scratch) / "warehouse-0"))
    packages = ", ".join(f"{name} {version(name)}" for name in ("duckdb", "polars", "dbt-core", "cbsodata"))
    print(f"{datetime.now(UTC):%Y-%m-%d}; {os.cpu_count()} cores, {platform.machine()}; {packages}\n")
    print("| what | seconds | beside | seconds | ratio |")
    print("|---|---|---|---|---|")
    compared("fetch and observations", reading.ours, "`cbsodata.get_data` into pandas", reading.analyst)
    compared("build, with every test", building.ours, "the same SQL over the same bytes", building.bare)
    print(f"| full refresh | {statistics.median(nights.full):.1f} | | | |")
    print(f"| quiet night | {statistics.median(nights.quiet):.1f} | | | |")


def compared(what: str, ours: Sequence[float], beside: str, theirs: Sequence[float]) -> None:
    """One row: two medians, and their ratio."""
    mine, other = statistics.median(ours), statistics.median(theirs)
    print(f"| {what} | {mine:.1f} | {beside} | {other:.1f} | {mine / other:.2f} |")


if __name__ == "__main__":
    main()
