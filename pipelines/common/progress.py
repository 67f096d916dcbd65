"""Tell whoever watches how a refresh goes: the command line shows it, Dagster keeps it in the log of the step.

A logger rather than a callback, since between the command line and the step that works lies Dagster.
"""

import logging
import time
from collections.abc import Mapping
from typing import Any

LOGGER = logging.getLogger("monitor.progress")
LOGGER.setLevel(logging.INFO)
LOGGER.propagate = False


def stage(name: str) -> None:
    """Say that a stage of the refresh starts."""
    LOGGER.info(name, extra={"stage": name, "at": time.monotonic()})


def table(outcome: Mapping[str, Any]) -> None:
    """Say what became of one table."""
    LOGGER.info("%s: %s", outcome["tabel"], outcome["melding"] or outcome["uitkomst"], extra={"outcome": outcome})


def waiting(sentence: str) -> None:
    """Say for whom the refresh waits before it can start."""
    LOGGER.info(sentence, extra={"waiting": sentence})
