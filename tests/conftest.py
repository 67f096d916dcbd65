"""Fixtures that more than one room's tests use: one real refresh of the whole recording, shared by all."""

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from pipelines.build import contract
from pipelines.build.workspace import Workspace
from pipelines.statline.client import StatlineClient
from tests.support.miniature import Place, make_project
from tests.support.statline_service import Service, proxy, quick_client

PROJECT = Path(__file__).resolve().parent.parent


def refresh(
    warehouse: Path, *arguments: str, project: Path = PROJECT, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run ``monitor refresh`` as a user does, in a process of its own, into ``warehouse``."""
    return monitor(warehouse, "refresh", *arguments, project=project, **environment)


def monitor(
    warehouse: Path, *arguments: str, project: Path = PROJECT, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run a command of ``monitor`` as a user does, in a process of its own, on ``warehouse``."""
    clean = {
        key: value for key, value in os.environ.items() if not key.startswith(("MONITOR_", "STATLINE_", "DAGSTER_"))
    }
    return subprocess.run(
        [sys.executable, "-m", "pipelines.cli", *arguments],
        cwd=project,
        env={**clean, "PYTHONPATH": str(project), "MONITOR_WAREHOUSE": str(warehouse), "COLUMNS": "200", **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )


@pytest.fixture(scope="session")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse with one release of the whole recording; tests only read it, or copy it first."""
    with made_once(tmp_path_factory, "shared_warehouse") as folder:
        if not (folder / "monitor.duckdb").exists():
            done = refresh(folder)
            assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="session")
def miniature(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The miniature with one release; tests only read it, or copy its warehouse first."""
    with made_once(tmp_path_factory, "shared_miniature") as folder:
        place = Place(folder / "project", folder / "warehouse")
        if not place.project.exists():
            make_project(place.project)
            done = place.run("refresh")
            assert done.returncode == 0, done.stdout
    return place


@pytest.fixture(scope="session")
def small_built(miniature: Place) -> Workspace:
    """The workspace of the build behind the release of the miniature."""
    (folder,) = (miniature.warehouse / "build").iterdir()
    return Workspace(miniature.warehouse, folder.name)


@pytest.fixture(scope="module")
def small_contract() -> Iterator[None]:
    """The contract of the miniature instead of that of the project, for builds of it published in this process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(contract, "CONTRACTS", PROJECT / "tests" / "support" / "miniature" / "dbt_project" / "contract")
        yield


@contextmanager
def made_once(tmp_path_factory: pytest.TempPathFactory, name: str) -> Iterator[Path]:
    """A folder that all tests share, while no other worker makes it: the first one does so for all of them."""
    session = tmp_path_factory.getbasetemp()
    # The folders of parallel workers lie in that of the whole run.
    folder = (session.parent if "PYTEST_XDIST_WORKER" in os.environ else session) / name
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder


@pytest.fixture(scope="session")
def built(warehouse: Path) -> Workspace:
    """The workspace of the build behind the release of ``warehouse``."""
    (folder,) = (warehouse / "build").iterdir()
    return Workspace(warehouse, folder.name)


@pytest.fixture(scope="session")
def release(warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published database, as an analyst opens it."""
    with duckdb.connect(str(warehouse / "monitor.duckdb"), read_only=True) as connection:
        yield connection


@pytest.fixture
def service(recording_url: str) -> Iterator[Service]:
    """A proxy in front of the recording server of the module, that counts requests and fails on demand."""
    with proxy(recording_url) as running:
        yield running


@pytest.fixture
def client(service: Service) -> Iterator[StatlineClient]:
    """A client of that proxy, which waits only briefly before it tries again."""
    with quick_client(service.url) as running:
        yield running
