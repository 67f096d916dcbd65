"""A monitor of three real CBS tables and four models, small enough to refresh a hundred times.

It is the project itself (``pipelines``, unchanged) with three of its tables, and with models and expectations of its
own in place of the real ones: fetch, build, audit and publish are the real code, on real figures.
"""

import json
import re
import shutil
from pathlib import Path
from typing import Any

from pipelines.build.project import Project
from pipelines.common.settings import GUIDE_TEXTS, PROJECT, RECORDING

TABLES = ("83262NED", "85098NED", "85335NED")
_HERE = Path(__file__).resolve().parent


def make_project(folder: Path) -> Path:
    """Make the project in ``folder``, which is not there yet: the root to start ``python -m pipelines.cli`` from."""
    leave_out = shutil.ignore_patterns("__pycache__", "target", "logs")
    shutil.copytree(PROJECT / "pipelines", folder / "pipelines", ignore=leave_out)
    shutil.copy(PROJECT / "pyproject.toml", folder)
    for room in ("dbt_project", "expectations"):
        shutil.copytree(_HERE / room, folder / room, ignore=leave_out)
    for shared in ("profiles.yml", "models/staging/_bron.yml", "macros/laad_seed.sql", "seeds/indicatoren/reden.csv"):
        (folder / "dbt_project" / shared).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(PROJECT / "dbt_project" / shared, folder / "dbt_project" / shared)
    shutil.copytree(GUIDE_TEXTS, folder / GUIDE_TEXTS.relative_to(PROJECT))
    shutil.copytree(PROJECT / "dbt_project" / "tests" / "generic", folder / "dbt_project" / "tests" / "generic")
    for source in (folder / "pipelines" / "sources").glob("*.yml"):
        _keep_tables(source)
    make_recording(folder / "warehouse" / RECORDING.relative_to(PROJECT / "warehouse"))
    return folder


def project_in(folder: Path) -> Project:
    """The project in ``folder`` for the code of this process, with its own datasets, models, contract and suites."""
    return Project(
        sources=folder / "pipelines" / "sources",
        dbt_folder=folder / "dbt_project",
        expectations=folder / "expectations",
    )


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
    """Leave the three tables in the yml of a dataset, each a line of it; a dataset without any of them goes."""
    lines = source.read_text(encoding="utf-8").splitlines(keepends=True)
    listed = {line: found[1] for line in lines if (found := re.match(r"  - \{tabel: (\w+)", line))}
    assert listed, f"{source} lists its tables in another form"
    if set(listed.values()) & set(TABLES):
        source.write_text("".join(line for line in lines if listed.get(line, TABLES[0]) in TABLES), encoding="utf-8")
    else:
        source.unlink()
