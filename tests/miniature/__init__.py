"""A monitor of three real CBS tables and four models, small enough to refresh a hundred times.

It is the project itself (``pipelines``, unchanged) with three of its tables, and with models and expectations of its
own in place of the real ones: fetch, build, audit and publish are the real code, on real figures.
"""

import json
import shutil
from pathlib import Path
from typing import Any

import yaml

from pipelines.settings import PROJECT, RECORDING

TABLES = ("83262NED", "85098NED", "85335NED")
_HERE = Path(__file__).resolve().parent


def make_project(folder: Path) -> Path:
    """Make the project in ``folder``, which is not there yet: the root to start ``python -m pipelines.cli`` from."""
    leave_out = shutil.ignore_patterns("__pycache__", "target", "logs")
    shutil.copytree(PROJECT / "pipelines", folder / "pipelines", ignore=leave_out)
    shutil.copy(PROJECT / "pyproject.toml", folder)
    for room in ("dbt_project", "expectations"):
        shutil.copytree(_HERE / room, folder / room, ignore=leave_out)
    shutil.copy(PROJECT / "dbt_project" / "profiles.yml", folder / "dbt_project")
    shutil.copy(PROJECT / "dbt_project" / "macros" / "tests.sql", folder / "dbt_project" / "macros")
    shutil.copy(PROJECT / "dbt_project" / "models" / "staging" / "_bron.yml", folder / "dbt_project/models/staging")
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
