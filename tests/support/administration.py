"""Dagster's administration of a warehouse, as its UI reads it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
import pytest

from pipelines.orchestration import home


@contextmanager
def administration_of(warehouse: Path) -> Iterator[dg.DagsterInstance]:
    """What Dagster keeps in ``warehouse``: its own configuration says that it lies in the home of Dagster."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("DAGSTER_HOME", str(warehouse / "dagster"))
        with home.instance() as instance:
            yield instance
