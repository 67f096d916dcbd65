"""Build the indicator set: a fresh DuckDB file from the observations in use, and from nothing else."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipelines.release import dbt
from pipelines.release.fingerprint import inputs_of
from pipelines.release.workspace import Workspace
from pipelines.statline.datasets import Dataset
from pipelines.statline.observing import ObservationStore, gather

# A file of this version opens in DuckDB 1.1 to 2.0.
STORAGE_VERSION = "v1.0.0"


class BuildError(Exception):
    """No complete set of tables could be built; the message names what is missing or which model or test failed."""


@dataclass(frozen=True)
class BuildResult:
    """dbt's results of a build, in the order of running."""

    nodes: list[dbt.NodeResult]

    @property
    def failed(self) -> list[dbt.NodeResult]:
        """Models and tests that failed, without those that were only skipped because of them."""
        return [node for node in self.nodes if not node.ok and node.status not in ("skipped", "warn")]


def build(workspace: Workspace, datasets: Iterable[Dataset]) -> BuildResult:
    """Build ``workspace.database`` and write down what went in (``inputs``) and what dbt reported (``dbt``).

    Raises:
        BuildError: if a table of the sources has never been understood, so that figures would silently lack.
        DbtError: if dbt could not run at all.
    """
    datasets = list(datasets)
    observations = ObservationStore(workspace.warehouse)
    workspace.write("inputs", inputs_of(datasets, observations))
    missing = gather(datasets, observations, workspace.sources)
    if missing:
        raise BuildError(
            f"No release: of {len(missing)} table(s) there is no usable version at all: {', '.join(missing)}. "
            "See the failed fetch of each; correct its yml or take the table out of 'tabellen'."
        )
    for path in (workspace.database, workspace.intermediate):
        _fresh_database(path)
    result = BuildResult(dbt.build(workspace.folder))
    workspace.write("dbt", [node.as_json() for node in result.nodes])
    return result


def _fresh_database(path: Path) -> None:
    for leftover in (path, path.with_suffix(".duckdb.wal")):
        leftover.unlink(missing_ok=True)
    with duckdb.connect() as connection:
        connection.execute(f"attach '{path}' as fresh (storage_version '{STORAGE_VERSION}')")
