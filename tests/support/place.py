"""Where ``monitor`` runs: a project (the miniature, or the whole one) and a warehouse of it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.common.settings import PROJECT, RECORDING
from tests.support.warm_command import WarmCommand
from tests.support.warm_python import WarmPython

# Every command hangs up by itself long before this; only a test that hangs comes here.
LONGEST = 600


@dataclass(frozen=True)
class Place:
    """A project and a warehouse; with ``warm`` its commands need not import the project anew."""

    project: Path
    warehouse: Path
    warm: WarmCommand | None = field(default=None, compare=False)

    @property
    def is_full(self) -> bool:
        """Whether it is the project itself, with all tables."""
        return self.project == PROJECT

    @property
    def recording(self) -> Path:
        """The recording that the project has."""
        return self.project / RECORDING.relative_to(PROJECT)

    def with_warehouse(self, warehouse: Path) -> "Place":
        """The same project with another warehouse."""
        return Place(self.project, warehouse, self.warm)

    def run(self, *command: str, url: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
        """Run ``monitor <command>`` to its end; what it says is in ``stdout``."""
        if self.warm is not None:
            return self.warm.run(command, self._settings(url) | environment)
        return self.run_anew(*command, url=url, **environment)

    def run_anew(self, *command: str, url: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
        """Run it in a new process that imports all it needs, also where a warm one would do."""
        process = self.start(*command, url=url, **environment)
        said, _ = process.communicate(timeout=LONGEST)
        return subprocess.CompletedProcess(process.args, process.returncode, said)

    def start(self, *command: str, url: str = "", **environment: str) -> "subprocess.Popen[str]":
        """Start ``monitor <command>`` apart from this process group, so that killing it leaves its children."""
        return subprocess.Popen(
            [sys.executable, "-m", "pipelines.cli", *command],
            cwd=self.project,
            env=environment_of(self.project) | self._settings(url) | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def _settings(self, url: str) -> dict[str, str]:
        return {"MONITOR_WAREHOUSE": str(self.warehouse), "STATLINE_URL": url}


def the_project(warehouse: Path) -> Place:
    """The project itself, with all its tables."""
    return Place(PROJECT, warehouse)


@contextmanager
def warm_place(project: Path, warehouse: Path, python: WarmPython) -> Iterator[Place]:
    """A project, so as it is at the first command, of which the commands need not import it anew."""
    with closing(WarmCommand(project, environment_of(project), python)) as warm:
        yield Place(project, warehouse, warm)


def environment_of(project: Path) -> dict[str, str]:
    """The environment of a command: of ours, but for what sets the monitor or Dagster."""
    kept = {key: text for key, text in os.environ.items() if not key.startswith(("MONITOR_", "STATLINE_", "DAGSTER_"))}
    return kept | {"PYTHONPATH": str(project), "COLUMNS": "200"}
