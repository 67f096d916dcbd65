"""The dbt project: its fingerprint and manifest, building it, and what dbt reports of that."""

import fcntl
import json
import shutil
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import yaml

from pipelines.build.dbt_process import DbtProcess
from pipelines.common.files import files_digest, read_text, text_digest
from pipelines.common.settings import DBT_PROJECT
from pipelines.common.troubles import told

_STAMP = "project.sha256"
_PARTIAL_PARSE = "partial_parse.msgpack"
_ASIDE = ".parse-"
_PARSE_LOCK = ".parse.lock"
# Parsing takes half a minute. By age, since the project is not under the lock of a warehouse: two may share it.
_ABANDONED_AFTER = 3600.0
_OK = {"success", "pass"}
# Characters of what dbt printed: its last error with the lines before.
_LAST = 2000
# Not the texts for analysts: no figure rests on them, so an edit of them makes no release.
_PARTS = ("models", "seeds", "macros", "tests", "contract")
_SUFFIXES = {".sql", ".yml", ".yaml", ".csv", ".md", ".json", ".geojson"}
# What dbt reads at the root of a project and ours lacks: each could leave models and tests out.
_BESIDE = ("selectors.yml", ".dbtignore", "packages.yml", "dependencies.yml")


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
    """The dbt project in ``folder``: its fingerprint, its manifest, and what builds it."""

    def __init__(self, folder: Path = DBT_PROJECT) -> None:
        self.folder = folder
        self._target = folder / "target"

    @property
    def fingerprint(self) -> str:
        """Hash over every file that decides what a build holds."""
        parts = [files_digest(self.folder / part, _SUFFIXES) for part in _PARTS]
        beside = [read_text(path) for path in map(self.folder.joinpath, _BESIDE) if path.is_file()]
        return text_digest(read_text(self.folder / "dbt_project.yml") + "".join([*parts, *beside]))

    @property
    def manifest(self) -> Path:
        """The project's manifest, parsed again only when a file of the project changed.

        Raises:
            DbtError: the project cannot be parsed.
        """
        if not self._is_parsed:
            self._parse(self.fingerprint)
        return self._target / "manifest.json"

    @property
    def _is_parsed(self) -> bool:
        stamp = self._target / _STAMP
        if not stamp.exists() or not (self._target / "manifest.json").exists():
            return False
        return stamp.read_text(encoding="utf-8") == self.fingerprint

    @property
    def nodes(self) -> dict[str, Any]:
        """Models, seeds and tests of the manifest, by their unique id."""
        nodes: dict[str, Any] = orjson.loads(self.manifest.read_bytes())["nodes"]
        return nodes

    def variable(self, name: str) -> int:
        """A whole number among the variables of the project."""
        content = yaml.safe_load(read_text(self.folder / "dbt_project.yml"))
        return int(content["vars"][name])

    def copy_parsed(self, target: Path) -> bool:
        """Copy what dbt kept of parsing to ``target``, where dbt goes on from it; returns whether it is of now."""
        if (self._target / _PARTIAL_PARSE).exists():
            shutil.copyfile(self._target / _PARTIAL_PARSE, target / _PARTIAL_PARSE)
        return self._is_parsed

    def _parse(self, fingerprint: str) -> None:
        """Parse aside and move the results into place, so that whoever reads meanwhile never sees half of them."""
        self._target.mkdir(parents=True, exist_ok=True)
        with (self._target / _PARSE_LOCK).open("w") as lock:
            # Of processes that start together one parses, and the others take what it made; the lock ends with it.
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not self._is_parsed:
                self._parse_aside(fingerprint)

    def _parse_aside(self, fingerprint: str) -> None:
        self._remove_abandoned()
        with tempfile.TemporaryDirectory(prefix=_ASIDE, dir=self._target) as folder:
            aside = Path(folder)
            self.copy_parsed(aside)
            with closing(DbtProcess(["parse"], project=self.folder, folder=self.folder, target=aside)) as dbt:
                done = dbt.run()
            if not done.ok:
                raise DbtError(f"dbt parse failed: {_last_words(done.output)}")
            (aside / _STAMP).write_text(fingerprint, encoding="utf-8")
            for name in ("manifest.json", _PARTIAL_PARSE, _STAMP):
                (aside / name).replace(self._target / name)

    def _remove_abandoned(self) -> None:
        """Remove what processes left that were killed while they parsed."""
        for folder in self._target.glob(f"{_ASIDE}*"):
            if time.time() - folder.stat().st_mtime > _ABANDONED_AFTER:
                shutil.rmtree(folder, ignore_errors=True)


class DbtBuilder:
    """Builds a project; begins at once to load dbt and to parse. Close it, which ends the process of dbt.

    Args:
        project: what to build.
        folder: working directory, which exists; profile and sources are relative to it; dbt writes in its ``dbt/``.

    """

    def __init__(self, project: DbtProject, folder: Path) -> None:
        self._project = project
        self._folder = folder
        self._target = folder / "dbt"
        # Loaded with these files; an edit meanwhile makes a process that is waiting worthless.
        self._loaded_for = project.fingerprint
        self._waiting: DbtProcess | None = self._start()

    def build(self) -> list[NodeResult]:
        """Run every seed, model and test.

        Raises:
            DbtError: if dbt ended without results. A failing model or test is a result, not an exception.
        """
        _ = self._project.manifest
        process, self._waiting = self._waiting, None
        if process is not None and self._project.fingerprint != self._loaded_for:
            process.close()
            process = None
        results = self._target / "run_results.json"
        results.unlink(missing_ok=True)
        with closing(process or self._start()) as dbt:
            done = dbt.run()
        if not results.exists():
            raise DbtError(f"dbt build ended without results: {_last_words(done.output)}")
        return [_node(result) for result in json.loads(results.read_bytes())["results"]]

    def _start(self) -> DbtProcess:
        self._target.mkdir(parents=True, exist_ok=True)
        # An exposure is a name for tables: nothing to build. Unit tests are about SQL, not about tonight.
        left_out = ["--exclude-resource-type", "exposure", "--exclude-resource-type", "unit_test"]
        return DbtProcess(
            ["build", *left_out],
            project=self._project.folder,
            folder=self._folder,
            target=self._target,
            parse_ahead=self._project.copy_parsed(self._target),
        )

    def close(self) -> None:
        """End the process that waits for a build which did not come."""
        if self._waiting is not None:
            self._waiting.close()
            self._waiting = None


def _last_words(output: str) -> str:
    """The last that dbt said; of a file or disk in a sentence of our own."""
    return told(output[-_LAST:]) or output[-_LAST:]


def _node(result: dict[str, Any]) -> NodeResult:
    return NodeResult(
        unique_id=result["unique_id"],
        status=result["status"],
        message=result.get("message"),
        seconds=result.get("execution_time") or 0.0,
        failures=result.get("failures"),
    )
