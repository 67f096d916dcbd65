"""The folder of one run, ``build/<run_id>``: what its steps tell each other, as files.

::

    build/<run_id>/ingest/<dataset>.json         outcomes of fetching the tables of a dataset
    build/<run_id>/observations/<dataset>.json   outcomes of reading them
    build/<run_id>/bron/...                      links to the observations that this build reads
    build/<run_id>/monitor.duckdb, intern.duckdb the public tables, and all before them
    build/<run_id>/{inputs,dbt,audit,published}.json  what went in, dbt's results, the signed audit, what came out

Files instead of return values, since a step can be run again on its own and each step must find what the others did.
"""

import json
import shutil
from pathlib import Path
from typing import Any

from pipelines.common.files import replace_file

# The build of this run and two before it, to see what changed in between when something went wrong.
KEEP_BUILDS = 3
# There as long as the run lives: a folder that still has it, while nobody holds the writer lock, is of a killed run.
_RUNNING = ".running"


class Workspace:
    """Paths and small JSON files of one run."""

    def __init__(self, warehouse: Path, run_id: str) -> None:
        self.warehouse = warehouse
        self.run_id = run_id
        self.folder = warehouse / "build" / run_id

    @property
    def database(self) -> Path:
        """The build's public tables."""
        return self.folder / "monitor.duckdb"

    @property
    def intermediate(self) -> Path:
        """Everything before the public tables."""
        return self.folder / "intern.duckdb"

    @property
    def sources(self) -> Path:
        """Links to the observations that this build reads."""
        return self.folder / "bron"

    def write(self, name: str, content: Any) -> None:
        """Write ``content`` as ``<name>.json`` (``name`` may have a folder in it)."""
        path = self.folder / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        # In one step: a run that was killed and is started again must not find half an answer.
        replace_file(path, json.dumps(content, ensure_ascii=False, indent=1).encode())

    def read(self, name: str) -> Any:
        """What ``write`` wrote, or None when that step did not run."""
        path = self.folder / f"{name}.json"
        return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None

    def forget(self, name: str) -> None:
        """Remove what ``write`` wrote under ``name``, if anything."""
        (self.folder / f"{name}.json").unlink(missing_ok=True)

    def outcomes(self, step: str) -> list[dict[str, Any]]:
        """All table outcomes of a step (``ingest`` or ``observations``), in order of dataset."""
        files = sorted((self.folder / step).glob("*.json"))
        return [outcome for file in files for outcome in json.loads(file.read_text(encoding="utf-8"))]

    def failures(self) -> list[dict[str, Any]]:
        """The tables that could not be fetched or understood in this run, one entry each."""
        failed = [o for step in ("ingest", "observations") for o in self.outcomes(step) if o["uitkomst"] == "mislukt"]
        return list({outcome["tabel"]: outcome for outcome in reversed(failed)}.values())[::-1]

    def warnings(self) -> dict[str, list[str]]:
        """What looks wrong about tables that are in use all the same, by table; only of tables that this run read."""
        found: dict[str, list[str]] = {}
        for outcome in (o for step in ("ingest", "observations") for o in self.outcomes(step)):
            found.setdefault(outcome["tabel"], []).extend(outcome.get("waarschuwingen") or ())
        return {table: sentences for table, sentences in found.items() if sentences}

    def begin(self) -> None:
        """Make the folder and mark it as that of a living run."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / _RUNNING).touch()

    def end(self) -> None:
        """Take away the mark of a living run."""
        (self.folder / _RUNNING).unlink(missing_ok=True)

    def dead_builds(self) -> list[Path]:
        """Folders of other runs that were killed; only for the holder of the writer lock."""
        return [folder for folder in self._others() if (folder / _RUNNING).exists()]

    def prune_others(self) -> list[Path]:
        """Remove all but the newest builds; a release holds copies of its own.

        Only for the holder of the writer lock, so that no other run works in one of them.
        """
        old = sorted(self._others(), key=lambda folder: folder.stat().st_mtime, reverse=True)[KEEP_BUILDS - 1 :]
        for folder in old:
            shutil.rmtree(folder, ignore_errors=True)
        return old

    def _others(self) -> list[Path]:
        builds = self.folder.parent
        return [p for p in builds.iterdir() if p.is_dir() and p != self.folder] if builds.is_dir() else []
