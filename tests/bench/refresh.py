"""How long a full refresh into an empty warehouse takes, and a night without news after it."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROUNDS = 3


@dataclass(frozen=True)
class Nights:
    """Seconds per round, in the order in which they ran."""

    full: list[float]
    quiet: list[float]


def measure(scratch: Path, rounds: int = ROUNDS) -> Nights:
    """Refresh twice per round, each round into a warehouse of its own in ``scratch``."""
    full, quiet = [], []
    for number in range(rounds):
        warehouse = scratch / f"warehouse-{number}"
        full.append(refresh(warehouse))
        quiet.append(refresh(warehouse))
    return Nights(full, quiet)


def refresh(warehouse: Path) -> float:
    """Seconds of ``monitor refresh`` as a user types it; it must succeed."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("MONITOR_", "STATLINE_", "DAGSTER_"))
    }
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "pipelines.cli", "refresh"],
        env=kept | {"MONITOR_WAREHOUSE": str(warehouse)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise SystemExit(done.stdout + done.stderr)
    return time.perf_counter() - started
