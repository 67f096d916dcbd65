"""Dagster's own administration of runs, events and schedules: where it is kept, and without telemetry."""

import os
from pathlib import Path

from pipelines.settings import Settings

# `nux` is the window that asks for an e-mail address at the first visit.
_DAGSTER_YAML = "telemetry:\n  enabled: false\nnux:\n  enabled: false\n"


def prepare(settings: Settings) -> Path:
    """Make the folder, with telemetry off, and point ``DAGSTER_HOME`` of this process at it."""
    home = Path(os.environ.setdefault("DAGSTER_HOME", str(settings.monitor_warehouse / "dagster")))
    home.mkdir(parents=True, exist_ok=True)
    if not (home / "dagster.yaml").exists():
        (home / "dagster.yaml").write_text(_DAGSTER_YAML, encoding="utf-8")
    return home


if __name__ == "__main__":
    prepare(Settings())
