"""The folder of one run, ``build/<run_id>``: what its steps tell each other, as files.

::

    build/<run_id>/ingest/<dataset>.json         outcomes of fetching the tables of a dataset
    build/<run_id>/observations/<dataset>.json   outcomes of reading them
    build/<run_id>/bron/...                      links to the observations that this build reads
    build/<run_id>/monitor.duckdb, intern.duckdb the public tables, and all before them
    build/<run_id>/eigen.json                    files of municipalities that were not taken in
    build/<run_id>/inputs.json, decision.json    what went in, and whether that makes a release of its own
    build/<run_id>/dbt.json, audit.json          dbt's results, and the signed audit
    build/<run_id>/published.json, rehearsed.json    what came out

Files instead of return values, since a step can be run again on its own and each step must find what the others did.
"""

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Self, TypeVar, overload

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from pipelines.build.checks import SignedAudit
from pipelines.build.counts import CheckCounts, RevisionCounts
from pipelines.build.dbt import NodeResult
from pipelines.build.inputs import Inputs
from pipelines.common.files import replace_file
from pipelines.common.sentences import Sentence
from pipelines.common.troubles import unreadable
from pipelines.observations.observer import ObservationOutcome
from pipelines.snapshots.ingest import TableOutcome
from pipelines.submissions.intake import SubmissionProblem

# The build of this run and two before it, to see what changed in between when something went wrong.
KEEP_BUILDS = 3
# There as long as the run lives: a folder that still has it, while nobody holds the writer lock, is of a killed run.
_RUNNING = ".running"

Content = TypeVar("Content")


class BuildError(Exception):
    """No complete set of tables could be built; the message names what is missing or which model or test failed."""


class _HandOff(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class BuildResult(_HandOff):
    """dbt's results of a build, in the order of running."""

    nodes: tuple[NodeResult, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether dbt came to its end and everything succeeded; no results at all is not complete."""
        return bool(self.nodes) and not self.failed

    @property
    def failed(self) -> list[NodeResult]:
        """Models and tests that failed, without those that were only skipped because of them."""
        return [node for node in self.nodes if not node.ok and node.status not in ("skipped", "warn")]


class Decision(_HandOff):
    """Whether this run builds, or the release ``stands`` stays (None: build); decided once, from the inputs.

    ``words`` is the reason as a run shows it (Dutch); ``held`` the sentence of the hold that is the reason, if one is.
    """

    stands: str | None = None
    words: str = ""
    held: str | None = None


class Published(_HandOff):
    """The release that this run published."""

    release_id: str


class Rehearsed(_HandOff):
    """The release that this run would have published: where its notes are, and what differs from the current one.

    ``checks`` and ``revisions`` are what its manifest would say of them.
    """

    release_id: str
    notes: Path
    difference: str | None
    checks: CheckCounts
    revisions: RevisionCounts


@dataclass(frozen=True)
class FailedTable:
    """A table that could not be fetched or understood: why, and which version is in use (None: none).

    ``checked`` is when that version was last found up to date (UTC, ISO 8601), None where that is not known. Of one
    that ``is_partial`` the newest version is in use, without the measures that were not understood.
    """

    table: str
    problem: Sentence
    version: str | None
    checked: str | None
    is_partial: bool = False


class HandOff(Generic[Content]):
    """An attribute of a `Workspace` that is kept as ``<name>.json``, by the name of the attribute unless told
    otherwise: None until a step has set it."""

    def __init__(self, model: type[Content], name: str = "") -> None:
        self._adapter = TypeAdapter(model)
        self._name = name

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = self._name or name

    @overload
    def __get__(self, workspace: None, owner: type) -> Self: ...
    @overload
    def __get__(self, workspace: "Workspace", owner: type) -> Content | None: ...
    def __get__(self, workspace: "Workspace | None", owner: type) -> "Self | Content | None":
        if workspace is None:
            return self
        path = self._path(workspace)
        return _read(path, self._adapter) if path.exists() else None

    def __set__(self, workspace: "Workspace", content: Content) -> None:
        path = self._path(workspace)
        path.parent.mkdir(parents=True, exist_ok=True)
        # In one step: a run that was killed and is started again must not find half an answer.
        replace_file(path, self._adapter.dump_json(content, indent=1))

    def __delete__(self, workspace: "Workspace") -> None:
        self._path(workspace).unlink(missing_ok=True)

    def _path(self, workspace: "Workspace") -> Path:
        return workspace.folder / f"{self._name}.json"


def _read(path: Path, adapter: TypeAdapter[Content]) -> Content:
    try:
        return adapter.validate_json(path.read_bytes())
    except ValidationError as error:
        raise BuildError(
            f"{path} is not what this version of the monitor writes: start a new refresh instead of executing an "
            f"old run again ({error.error_count()} differences)."
        ) from error
    except OSError as error:
        raise BuildError(f"{unreadable(path, error)}; start a new refresh.") from error


_FETCHED = TypeAdapter(tuple[TableOutcome, ...])
_OBSERVED = TypeAdapter(tuple[ObservationOutcome, ...])


class Workspace:
    """Paths and hand-offs of one run."""

    own_problems = HandOff(tuple[SubmissionProblem, ...], "eigen")
    inputs = HandOff(Inputs)
    decision = HandOff(Decision)
    built = HandOff(BuildResult, "dbt")
    audit = HandOff(SignedAudit)
    published = HandOff(Published)
    rehearsed = HandOff(Rehearsed)

    def __init__(self, warehouse: Path, run_id: str) -> None:
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

    def keep_fetched(self, dataset: str, outcomes: Iterable[TableOutcome]) -> None:
        """Write down what became of fetching the tables of ``dataset``."""
        self._keep(self.folder / "ingest" / f"{dataset}.json", _FETCHED.dump_json(tuple(outcomes), indent=1))

    def keep_observed(self, dataset: str, outcomes: Iterable[ObservationOutcome]) -> None:
        """Write down what became of reading the tables of ``dataset``."""
        self._keep(self.folder / "observations" / f"{dataset}.json", _OBSERVED.dump_json(tuple(outcomes), indent=1))

    @property
    def fetched(self) -> list[TableOutcome]:
        """What became of fetching each table, in order of dataset."""
        files = sorted((self.folder / "ingest").glob("*.json"))
        return [outcome for file in files for outcome in _read(file, _FETCHED)]

    @property
    def observed(self) -> list[ObservationOutcome]:
        """What became of reading each table, in order of dataset."""
        files = sorted((self.folder / "observations").glob("*.json"))
        return [outcome for file in files for outcome in _read(file, _OBSERVED)]

    @property
    def tables(self) -> list[str]:
        """Ids of the tables that this run looked at, in alphabetical order."""
        return sorted({outcome.table for outcome in self._outcomes})

    @property
    def failures(self) -> list[FailedTable]:
        """The tables that could not be fetched or understood in this run, wholly or in part, one entry each; and the
        files of municipalities that were not taken in, by the name of the file."""
        # Of a table that failed twice the fetch counts: the rest follows from it.
        found = {outcome.table: _partial(outcome) for outcome in self.observed if outcome.lacking}
        found |= {outcome.table: _failed(outcome) for outcome in self.observed if outcome.result == "failed"}
        found |= {outcome.table: _failed(outcome) for outcome in self.fetched if outcome.result == "failed"}
        found |= {
            each.file: FailedTable(each.file, each.problem, each.version, None) for each in self.own_problems or ()
        }
        return [found[table] for table in sorted(found)]

    @property
    def warnings(self) -> dict[str, list[Sentence]]:
        """What looks wrong about tables that are in use all the same, by table; only of tables that this run read."""
        found: dict[str, list[Sentence]] = {}
        for outcome in self._outcomes:
            found.setdefault(outcome.table, []).extend(outcome.warnings)
        return {table: sentences for table, sentences in found.items() if sentences}

    @property
    def _outcomes(self) -> list[TableOutcome | ObservationOutcome]:
        return [*self.fetched, *self.observed]

    def begin(self) -> None:
        """Make the folder and mark it as that of a living run."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / _RUNNING).touch()

    def end(self) -> None:
        """Take away the mark of a living run."""
        (self.folder / _RUNNING).unlink(missing_ok=True)

    def remove(self) -> None:
        """Remove the folder of a run that needed none after all."""
        shutil.rmtree(self.folder, ignore_errors=True)

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

    def _keep(self, path: Path, content: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, content)


def _partial(outcome: ObservationOutcome) -> FailedTable:
    """A table that lacks measures, with what to do about all of them: one edit of the yml may mend more than one."""
    told = Sentence(
        " ".join(lacking.english for lacking in outcome.lacking), " ".join(lacking.dutch for lacking in outcome.lacking)
    )
    return FailedTable(outcome.table, told, None, None, is_partial=True)


def _failed(outcome: TableOutcome | ObservationOutcome) -> FailedTable:
    version, checked = (outcome.hash, outcome.checked) if isinstance(outcome, TableOutcome) else (None, None)
    return FailedTable(
        outcome.table,
        outcome.problem or Sentence("", ""),
        version,
        None if checked is None else checked.isoformat(),
    )
