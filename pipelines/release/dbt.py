"""Run dbt in a process of its own (dbt inside ours would keep DuckDB's file locked) and read what it reports."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pipelines.release.fingerprint import dbt_project_hash
from pipelines.settings import DBT_PROJECT

TARGET = DBT_PROJECT / "target"
_STAMP = "project.sha256"
_PARTIAL_PARSE = "partial_parse.msgpack"
_ASIDE = ".parse-"
# Parsing takes half a minute. By age, since the project is not under the lock of a warehouse: two may share it.
_ABANDONED_AFTER = 3600.0
_OK = {"success", "pass"}


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

    def as_json(self) -> dict[str, Any]:
        """The result as a JSON object."""
        return asdict(self)


def manifest_path() -> Path:
    """Path of the project's manifest, parsed again only when a file of the project changed."""
    manifest, stamp = TARGET / "manifest.json", TARGET / _STAMP
    wanted = dbt_project_hash()
    if not manifest.exists() or not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
        _parse(wanted)
    return manifest


def _parse(project_hash: str) -> None:
    """Parse aside and move the results into place, so that two processes that start together do not mix theirs."""
    TARGET.mkdir(parents=True, exist_ok=True)
    _remove_abandoned()
    with tempfile.TemporaryDirectory(prefix=_ASIDE, dir=TARGET) as folder:
        aside = Path(folder)
        if (TARGET / _PARTIAL_PARSE).exists():
            shutil.copyfile(TARGET / _PARTIAL_PARSE, aside / _PARTIAL_PARSE)
        _run(["parse"], cwd=DBT_PROJECT, target=aside)
        (aside / _STAMP).write_text(project_hash, encoding="utf-8")
        for name in ("manifest.json", _PARTIAL_PARSE, _STAMP):
            (aside / name).replace(TARGET / name)


def _remove_abandoned() -> None:
    """Remove what processes left that were killed while they parsed."""
    for folder in TARGET.glob(f"{_ASIDE}*"):
        if time.time() - folder.stat().st_mtime > _ABANDONED_AFTER:
            shutil.rmtree(folder, ignore_errors=True)


def build(folder: Path) -> list[NodeResult]:
    """Run every seed, model and test with ``folder`` as working directory: profile and sources are relative to it.

    Raises:
        DbtError: if dbt ended without results. A failing model or test is a result, not an exception.
    """
    manifest_path()
    target = folder / "dbt"
    target.mkdir(parents=True, exist_ok=True)
    if (TARGET / _PARTIAL_PARSE).exists():
        shutil.copyfile(TARGET / _PARTIAL_PARSE, target / _PARTIAL_PARSE)
    results = target / "run_results.json"
    results.unlink(missing_ok=True)
    # An exposure is a name for tables; there is nothing to build of it. Unit tests are about SQL, not about tonight.
    left_out = ["--exclude-resource-type", "exposure", "--exclude-resource-type", "unit_test"]
    output = _run(["build", *left_out], cwd=folder, target=target, check=False)
    if not results.exists():
        raise DbtError(f"dbt build ended without results: {output[-2000:]}")
    return [_node(result) for result in json.loads(results.read_bytes())["results"]]


def _run(arguments: list[str], *, cwd: Path, target: Path, check: bool = True) -> str:
    command = [sys.executable, "-m", "dbt.cli.main", "--no-use-colors", *arguments]
    command += ["--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT)]
    environment = {
        **os.environ,
        "DBT_TARGET_PATH": str(target),
        "DBT_LOG_PATH": str(target),
        # Every statement, at the level of debug, would be 2 MB a night; the SQL lies in the target folder anyway.
        "DBT_LOG_LEVEL_FILE": "info",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
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
