"""dbt loads ahead of its work, does it with the files of now, and never stays behind."""

import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from pipelines.build.database import build_database
from pipelines.build.dbt import DbtBuilder, DbtError, DbtProject
from pipelines.build.workspace import Workspace

PROJECT = """
name: klein
version: "1.0"
config-version: 2
profile: klein
model-paths: [models]
vars: {}
"""
PROFILE = """
klein:
  target: build
  outputs: {build: {type: duckdb, path: monitor.duckdb, attach: [{path: intern.duckdb, alias: intern}], threads: 1}}
"""


@pytest.fixture(scope="module")
def parsed(tmp_path_factory: pytest.TempPathFactory) -> DbtProject:
    """A project with one table that holds 1, which dbt has read."""
    folder = tmp_path_factory.mktemp("parsed") / "project"
    (folder / "models").mkdir(parents=True)
    (folder / "dbt_project.yml").write_text(PROJECT, encoding="utf-8")
    (folder / "profiles.yml").write_text(PROFILE, encoding="utf-8")
    answer(folder, 1)
    project = DbtProject(folder)
    _ = project.manifest
    return project


@pytest.fixture
def project(parsed: DbtProject, tmp_path: Path) -> DbtProject:
    """A copy of that project, which a test may change."""
    return DbtProject(Path(shutil.copytree(parsed.folder, tmp_path / "project")))


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    workspace = Workspace(tmp_path / "warehouse", "run")
    workspace.folder.mkdir(parents=True)
    return workspace


def answer(project: Path, number: int) -> None:
    text = f"{{{{ config(materialized='table') }}}} select {number} as getal"
    (project / "models" / "antwoord.sql").write_text(text, encoding="utf-8")


def built(workspace: Workspace) -> list[tuple[int]]:
    with duckdb.connect(workspace.database, read_only=True) as connection:
        return connection.execute("select getal from antwoord").fetchall()


@pytest.mark.usefixtures("starts_warm")
@pytest.mark.slow
def test_it_builds_what_it_loaded_ahead_and_again(project: DbtProject, workspace: Workspace) -> None:
    with closing(DbtBuilder(project, workspace.folder)) as builder:
        for _ in range(2):
            result = build_database(workspace, builder)
            assert [node.unique_id for node in result.nodes if node.ok] == ["model.klein.antwoord"]
            assert built(workspace) == [(1,)]
    # What is copied and hashed later is the file alone.
    assert not list(workspace.folder.glob("*.wal"))


@pytest.mark.usefixtures("starts_warm")
@pytest.mark.slow
def test_an_edit_while_it_waits_is_built(project: DbtProject, workspace: Workspace) -> None:
    with closing(DbtBuilder(project, workspace.folder)) as builder:
        answer(project.folder, 2)
        assert build_database(workspace, builder).complete
    assert built(workspace) == [(2,)]


@pytest.mark.usefixtures("starts_warm")
def test_a_project_that_dbt_cannot_read_is_an_error_with_its_words(project: DbtProject, workspace: Workspace) -> None:
    (project.folder / "models" / "antwoord.sql").write_text("{{ onbekend(", encoding="utf-8")
    with closing(DbtBuilder(project, workspace.folder)) as builder, pytest.raises(DbtError, match=r"(?s)antwoord\.sql"):
        build_database(workspace, builder)


def test_a_process_that_was_not_needed_is_gone_with_its_builder(project: DbtProject, workspace: Workspace) -> None:
    with closing(DbtBuilder(project, workspace.folder)):
        assert soon(lambda: bool(waiting(workspace)))
    assert not waiting(workspace)


@pytest.mark.slow
def test_it_ends_when_whoever_started_it_is_killed(project: DbtProject, workspace: Workspace) -> None:
    script = (
        "import sys, time; from pathlib import Path; from pipelines.build.dbt import DbtBuilder, DbtProject; "
        "builder = DbtBuilder(DbtProject(Path(sys.argv[1])), Path(sys.argv[2])); print('began', flush=True); "
        "time.sleep(60)"
    )
    command = [sys.executable, "-c", script, str(project.folder), str(workspace.folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "began\n"
        began = soon(lambda: bool(waiting(workspace)))
        parent.send_signal(signal.SIGKILL)
    assert began
    assert soon(lambda: not waiting(workspace))


def soon(condition: Callable[[], bool]) -> bool:
    """Whether it comes to be so within half a minute: a process has its command line a moment after it was started."""
    until = time.monotonic() + 30
    while not condition() and time.monotonic() < until:
        time.sleep(0.1)
    return condition()


def waiting(workspace: Workspace) -> list[str]:
    """Processes of dbt that work in the folder of ``workspace``."""
    found = []
    for name in filter(str.isdigit, (path.name for path in Path("/proc").iterdir())):
        try:
            command = (Path("/proc") / name / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            folder = (Path("/proc") / name / "cwd").readlink()
        except OSError:
            continue
        if "pipelines.build.dbt_process" in command and folder == workspace.folder:
            found.append(command)
    return found
