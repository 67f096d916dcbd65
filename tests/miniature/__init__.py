"""A monitor of three real CBS tables and four models, small enough to refresh a hundred times.

It is the project itself (``pipelines``, unchanged) with three of its tables, and with models and expectations of its
own in place of the real ones: fetch, build, audit and publish are the real code, on real figures.
"""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from pipelines.settings import PROJECT, RECORDING

TABLES = ("83262NED", "85098NED", "85335NED")
_HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Place:
    """A project (the miniature, or the whole one) and a warehouse of it."""

    project: Path
    warehouse: Path

    @property
    def is_full(self) -> bool:
        """Whether it is the project itself, with all tables."""
        return self.project == PROJECT

    def start(self, *command: str, url: str = "") -> "subprocess.Popen[str]":
        """Start ``monitor <command>`` apart from this process group, so that killing it leaves its children."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("MONITOR_", "DAGSTER_"))}
        settings = {"PYTHONPATH": str(self.project), "MONITOR_WAREHOUSE": str(self.warehouse), "STATLINE_URL": url}
        return subprocess.Popen(
            [sys.executable, "-m", "pipelines.cli", *command],
            cwd=self.project,
            env=kept | settings | {"COLUMNS": "200"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, *command: str, url: str = "") -> subprocess.CompletedProcess[str]:
        """Run ``monitor <command>`` to its end; what it says is in ``stdout``."""
        process = self.start(*command, url=url)
        said, _ = process.communicate(timeout=600)
        return subprocess.CompletedProcess(process.args, process.returncode, said)


def make_project(folder: Path) -> Path:
    """Make the project in ``folder``, which is not there yet: the root to start ``python -m pipelines.cli`` from."""
    leave_out = shutil.ignore_patterns("__pycache__", "target", "logs")
    shutil.copytree(PROJECT / "pipelines", folder / "pipelines", ignore=leave_out)
    shutil.copy(PROJECT / "pyproject.toml", folder)
    for room in ("dbt_project", "expectations"):
        shutil.copytree(_HERE / room, folder / room, ignore=leave_out)
    for shared in ("profiles.yml", "models/staging/_bron.yml"):
        (folder / "dbt_project" / shared).parent.mkdir(exist_ok=True)
        shutil.copy(PROJECT / "dbt_project" / shared, folder / "dbt_project" / shared)
    for shared in ("handleiding", "methoden", "tests/generic"):
        shutil.copytree(PROJECT / "dbt_project" / shared, folder / "dbt_project" / shared)
    for source in (folder / "pipelines" / "sources").glob("*.yml"):
        _keep_tables(source)
    make_recording(folder / "warehouse" / RECORDING.relative_to(PROJECT / "warehouse"))
    return folder


def make_recording(folder: Path) -> None:
    """Copy what the recording has of the three tables."""
    for table in TABLES:
        shutil.copytree(RECORDING / table, folder / table)
    catalogue: list[dict[str, Any]] = json.loads((RECORDING / "catalog" / "Tables.json").read_bytes())
    rows = [row for row in catalogue if row["Identifier"] in TABLES]
    (folder / "catalog").mkdir()
    (folder / "catalog" / "Tables.json").write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    shutil.copy(RECORDING / "PROVENANCE.csv", folder)


def _keep_tables(source: Path) -> None:
    """Leave the three tables in the yml of a dataset; a dataset without any of them goes."""
    dataset = yaml.safe_load(source.read_text(encoding="utf-8"))
    dataset["tabellen"] = [table for table in dataset["tabellen"] if table["tabel"] in TABLES]
    if dataset["tabellen"]:
        source.write_text(yaml.safe_dump(dataset, allow_unicode=True, sort_keys=False), encoding="utf-8")
    else:
        source.unlink()
