"""Build the indicator set: a fresh DuckDB file from the observations in use, and from nothing else."""

from collections.abc import Mapping
from pathlib import Path

import duckdb

from pipelines.build.dbt import DbtBuilder
from pipelines.build.inputs import Inputs, freeze, inputs_of
from pipelines.build.project import Project
from pipelines.build.workspace import BuildError, BuildResult, Workspace
from pipelines.common.sql import quoted
from pipelines.observations.store import ObservationStore
from pipelines.submissions.intake import TakenIn

# A file of this version opens in DuckDB 1.1 to 2.0.
STORAGE_VERSION = "v1.0.0"


def gather_inputs(
    workspace: Workspace,
    project: Project,
    observations: ObservationStore,
    released: Mapping[str, str] | None = None,
    own: TakenIn = TakenIn(),  # noqa: B008 - it is frozen
) -> Inputs:
    """Freeze what this build will read: links to the observations in use, and the hash of everything that goes in.

    ``released`` are the versions of the tables that the current release was made of, by id; ``own`` is what the files
    of municipalities came to.

    Raises:
        BuildError: if there is no usable version of a table that no release can do without, or whose figures were
            released before.
    """
    inputs = inputs_of(project, observations, own.versions)
    workspace.own_problems = own.problems
    workspace.inputs = inputs
    # What an earlier attempt of this run decided was about other inputs.
    del workspace.decision
    unusable = freeze(project, observations, workspace.sources, released, own.submissions)
    if unusable:
        told = {failure.table: failure.problem.english for failure in workspace.failures}
        raise BuildError(
            f"No release: of {len(unusable)} table(s) there is no usable version at all.\n"
            + "\n".join(f"- {told.get(table, reason)}" for table, reason in unusable.items())
        )
    return inputs


def build_database(workspace: Workspace, builder: DbtBuilder) -> BuildResult:
    """Build ``workspace.database`` from the gathered observations and write down what dbt reported.

    ``builder`` works in the folder of the workspace.

    Raises:
        DbtError: if dbt could not run at all.
    """
    # Results and verdict of an earlier build would otherwise seem to be those of this one, should it be cut short.
    del workspace.built
    del workspace.audit
    for path in (workspace.database, workspace.intermediate):
        _fresh_database(path)
    result = BuildResult(nodes=tuple(builder.build()))
    for path in (workspace.database, workspace.intermediate):
        _write_through(path)
    workspace.built = result
    return result


def _write_through(path: Path) -> None:
    """See to it that the file holds all: what is copied and hashed later is this file alone."""
    if _log_of(path).exists():
        with duckdb.connect(path) as connection:
            connection.execute("checkpoint")


def _log_of(path: Path) -> Path:
    return path.with_suffix(".duckdb.wal")


def _fresh_database(path: Path) -> None:
    for leftover in (path, _log_of(path)):
        leftover.unlink(missing_ok=True)
    with duckdb.connect() as connection:
        connection.execute(f"attach {quoted(path)} as fresh (storage_version '{STORAGE_VERSION}')")
