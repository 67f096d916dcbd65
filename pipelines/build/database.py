"""Build the indicator set: a fresh DuckDB file from the observations in use, and from nothing else."""

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipelines.build import dbt
from pipelines.build.inputs import inputs_of
from pipelines.build.workspace import Workspace
from pipelines.common.sql import quoted
from pipelines.observations.reading import ObservationStore, gather
from pipelines.sources.datasets import Dataset

# A file of this version opens in DuckDB 1.1 to 2.0.
STORAGE_VERSION = "v1.0.0"


class BuildError(Exception):
    """No complete set of tables could be built; the message names what is missing or which model or test failed."""


@dataclass(frozen=True)
class BuildResult:
    """dbt's results of a build, in the order of running."""

    nodes: list[dbt.NodeResult]

    @property
    def complete(self) -> bool:
        """Whether dbt came to its end and everything succeeded; no results at all is not complete."""
        return bool(self.nodes) and not self.failed

    @property
    def failed(self) -> list[dbt.NodeResult]:
        """Models and tests that failed, without those that were only skipped because of them."""
        return [node for node in self.nodes if not node.ok and node.status not in ("skipped", "warn")]


def gather_inputs(workspace: Workspace, datasets: Iterable[Dataset]) -> dict[str, str]:
    """Freeze what this build will read: links to the observations in use, and the hash of everything that goes in.

    Raises:
        BuildError: if a table of the sources has never been understood, so that figures would silently lack.
    """
    datasets = list(datasets)
    observations = ObservationStore(workspace.warehouse)
    inputs = inputs_of(datasets, observations)
    workspace.write("inputs", inputs)
    shutil.rmtree(workspace.sources, ignore_errors=True)
    unusable = gather(datasets, observations, workspace.sources)
    if unusable:
        told = {failure["tabel"]: failure["melding"] for failure in workspace.failures()}
        raise BuildError(
            f"No release: of {len(unusable)} table(s) there is no usable version at all.\n"
            + "\n".join(f"- {told.get(table, reason)}" for table, reason in unusable.items())
        )
    return inputs


def build_database(workspace: Workspace) -> BuildResult:
    """Build ``workspace.database`` from the gathered observations and write down what dbt reported (``dbt``).

    Raises:
        DbtError: if dbt could not run at all.
    """
    # Results and verdict of an earlier build would otherwise seem to be those of this one, should it be cut short.
    for name in ("dbt", "audit"):
        workspace.forget(name)
    for path in (workspace.database, workspace.intermediate):
        _fresh_database(path)
    result = BuildResult(dbt.build_models(workspace.folder))
    workspace.write("dbt", [node.as_json() for node in result.nodes])
    return result


def read_result(workspace: Workspace) -> BuildResult:
    """What an earlier ``build`` of this run reported."""
    return BuildResult([dbt.NodeResult(**node) for node in workspace.read("dbt") or []])


def _fresh_database(path: Path) -> None:
    for leftover in (path, path.with_suffix(".duckdb.wal")):
        leftover.unlink(missing_ok=True)
    with duckdb.connect() as connection:
        connection.execute(f"attach {quoted(path)} as fresh (storage_version '{STORAGE_VERSION}')")
