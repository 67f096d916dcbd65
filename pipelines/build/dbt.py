"""Run dbt in a process of its own (dbt inside ours would keep DuckDB's file locked) and read what it reports."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import yaml

from pipelines.common.files import files_digest, text_digest
from pipelines.common.settings import DBT_PROJECT

_STAMP = "project.sha256"
_PARTIAL_PARSE = "partial_parse.msgpack"
_ASIDE = ".parse-"
# Parsing takes half a minute. By age, since the project is not under the lock of a warehouse: two may share it.
_ABANDONED_AFTER = 3600.0
_OK = {"success", "pass"}
# Not the texts for analysts: no figure rests on them, so an edit of them makes no release.
_PARTS = ("models", "seeds", "macros", "tests", "contract")
_SUFFIXES = {".sql", ".yml", ".csv", ".md", ".json", ".geojson"}


class DbtError(Exception):
    """dbt could not do its work at all; the message holds its last words."""


@dataclass(frozen=True)
class NodeResult:
    """What dbt reports of one model, seed or test."""

    unique_id: str
    status: str
    message: str | None
    seconds: float
    failures: int | None

    @property
    def ok(self) -> bool:
        """Whether the node did what it should; a skipped node did not."""
        return self.status in _OK


class DbtProject:
    """The dbt project in ``folder``: its fingerprint, its manifest, and building it."""

    def __init__(self, folder: Path = DBT_PROJECT) -> None:
        self.folder = folder
        self._target = folder / "target"

    @property
    def fingerprint(self) -> str:
        """Hash over every file that decides what a build holds."""
        parts = [files_digest(self.folder / part, _SUFFIXES) for part in _PARTS]
        return text_digest((self.folder / "dbt_project.yml").read_text(encoding="utf-8") + "".join(parts))

    @property
    def manifest(self) -> Path:
        """The project's manifest, parsed again only when a file of the project changed.

        Raises:
            DbtError: the project cannot be parsed.
        """
        path, stamp = self._target / "manifest.json", self._target / _STAMP
        wanted = self.fingerprint
        if not path.exists() or not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
            self._parse(wanted)
        return path

    @property
    def nodes(self) -> dict[str, Any]:
        """Models, seeds and tests of the manifest, by their unique id."""
        nodes: dict[str, Any] = orjson.loads(self.manifest.read_bytes())["nodes"]
        return nodes

    def variable(self, name: str) -> int:
        """A whole number among the variables of the project."""
        content = yaml.safe_load((self.folder / "dbt_project.yml").read_text(encoding="utf-8"))
        return int(content["vars"][name])

    def build(self, folder: Path) -> list[NodeResult]:
        """Run every seed, model and test with ``folder`` as working directory: profile and sources are relative to it.

        Raises:
            DbtError: if dbt ended without results. A failing model or test is a result, not an exception.
        """
        _ = self.manifest
        target = folder / "dbt"
        target.mkdir(parents=True, exist_ok=True)
        if (self._target / _PARTIAL_PARSE).exists():
            shutil.copyfile(self._target / _PARTIAL_PARSE, target / _PARTIAL_PARSE)
        results = target / "run_results.json"
        results.unlink(missing_ok=True)
        # An exposure is a name for tables: nothing to build. Unit tests are about SQL, not about tonight.
        left_out = ["--exclude-resource-type", "exposure", "--exclude-resource-type", "unit_test"]
        output = self._run(["build", *left_out], cwd=folder, target=target, check=False)
        if not results.exists():
            raise DbtError(f"dbt build ended without results: {output[-2000:]}")
        return [_node(result) for result in json.loads(results.read_bytes())["results"]]

    def _parse(self, fingerprint: str) -> None:
        """Parse aside and move the results into place, so that two processes that start together do not mix theirs."""
        self._target.mkdir(parents=True, exist_ok=True)
        self._remove_abandoned()
        with tempfile.TemporaryDirectory(prefix=_ASIDE, dir=self._target) as folder:
            aside = Path(folder)
            if (self._target / _PARTIAL_PARSE).exists():
                shutil.copyfile(self._target / _PARTIAL_PARSE, aside / _PARTIAL_PARSE)
            self._run(["parse"], cwd=self.folder, target=aside)
            (aside / _STAMP).write_text(fingerprint, encoding="utf-8")
            for name in ("manifest.json", _PARTIAL_PARSE, _STAMP):
                (aside / name).replace(self._target / name)

    def _remove_abandoned(self) -> None:
        """Remove what processes left that were killed while they parsed."""
        for folder in self._target.glob(f"{_ASIDE}*"):
            if time.time() - folder.stat().st_mtime > _ABANDONED_AFTER:
                shutil.rmtree(folder, ignore_errors=True)

    def _run(self, arguments: list[str], *, cwd: Path, target: Path, check: bool = True) -> str:
        command = [sys.executable, "-m", "dbt.cli.main", "--no-use-colors", *arguments]
        command += ["--project-dir", str(self.folder), "--profiles-dir", str(self.folder)]
        environment = {
            **os.environ,
            "DBT_TARGET_PATH": str(target),
            "DBT_LOG_PATH": str(target),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
            # Every statement, at the level of debug, would be 2 MB a night; the SQL lies in the target folder anyway.
            "DBT_LOG_LEVEL_FILE": "info",
        }
        done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
        if check and done.returncode != 0:
            raise DbtError(f"dbt {arguments[0]} failed: {(done.stdout + done.stderr)[-2000:]}")
        return done.stdout + done.stderr


def _node(result: dict[str, Any]) -> NodeResult:
    return NodeResult(
        unique_id=result["unique_id"],
        status=result["status"],
        message=result.get("message"),
        seconds=result.get("execution_time") or 0.0,
        failures=result.get("failures"),
    )
