"""Fixtures that more than one room's tests use, and the order in which tests run.

Two releases are shared by all, and only read: of the whole recording (``warehouse``), and of the miniature.
"""

import gc
import multiprocessing.spawn
import os
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from pipelines.build.project import Project
from pipelines.common.settings import PROJECT
from pipelines.statline.client import StatlineClient
from tests.support.live_release import LiveRelease, make_live_release, read_live_release
from tests.support.miniature import make_project, project_in
from tests.support.place import Place, the_project, warm_place
from tests.support.published_builds import AuditedBuild, the_build_in
from tests.support.shared_releases import SharedReleases, fingerprint
from tests.support.statline_service import Service, proxy, quick_client
from tests.support.warm_python import WarmPython


def pytest_configure() -> None:
    """Collect no garbage while all tests and what they import come in: hardly any of that is garbage."""
    gc.disable()


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """From here on collect, but never look again at what stays to the end."""
    gc.freeze()
    gc.enable()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let all workers be busy from the first second to the last.

    One begins with a file that needs the release of everything, and makes it if it is not there; the others do not
    wait for that, since all that do without come next. Within those the folders keep their order: the long files
    (``e2e``) first, the many short ones (``unit``) last.
    """
    need_all = [item.path for item in items if _needs("whole_release", item)]
    first, later = need_all[:1], set(need_all)
    items.sort(key=lambda item: 0 if item.path in first else 2 if item.path in later else 1)


def _needs(fixture: str, item: pytest.Item) -> bool:
    """Whether a test uses a fixture, or is a case of one that does."""
    case = getattr(item, "callspec", None)
    return fixture in getattr(item, "fixturenames", ()) or (case is not None and fixture in case.params.values())


@pytest.fixture(scope="session", autouse=True)
def _the_usual_umask() -> Iterator[None]:
    """What a test makes by hand has the usual rights, whoever runs it; a test about the umask sets its own."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture(scope="session", autouse=True)
def _nobody_s_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What a test does not point elsewhere comes here, never in the warehouse of whoever runs the tests."""
    folder = tmp_path_factory.mktemp("nobody")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("MONITOR_WAREHOUSE", str(folder))
        environment.setenv("DAGSTER_HOME", str(folder / "dagster"))
        yield


@pytest.fixture(scope="session")
def folder_of_the_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of this run of the tests share; it lasts no longer."""
    session = tmp_path_factory.getbasetemp()
    # The folders of parallel workers lie in that of the whole run.
    return session.parent if "PYTEST_XDIST_WORKER" in os.environ else session


@pytest.fixture(scope="session")
def warm_python(folder_of_the_run: Path) -> Iterator[WarmPython]:
    """A Python that need not import the great libraries; the first worker that asks for it starts it."""
    with closing(WarmPython(folder_of_the_run)) as warm:
        yield warm


@pytest.fixture
def starts_warm(warm_python: WarmPython) -> Iterator[None]:
    """What the code under test starts need not import the great libraries: for what is not about that process."""
    usual = multiprocessing.spawn.get_executable()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "executable", warm_python.executable)
        multiprocessing.set_executable(warm_python.executable)
        yield
        multiprocessing.set_executable(usual)


@pytest.fixture(scope="session")
def shared_releases(request: pytest.FixtureRequest, folder_of_the_run: Path) -> SharedReleases:
    """What is kept between runs; without pytest's cache it lasts as long as the run."""
    cache: pytest.Cache | None = getattr(request.config, "cache", None)
    if cache is not None:
        return SharedReleases(cache.mkdir("releases"), fingerprint())
    folder = folder_of_the_run / "releases"
    folder.mkdir(exist_ok=True)
    return SharedReleases(folder, fingerprint())


@pytest.fixture(scope="session")
def whole_release(shared_releases: SharedReleases, warm_python: WarmPython) -> Iterator[Place]:
    """The project itself, with one release of the whole recording."""
    folder = shared_releases.get("whole", lambda made: _make_whole(made, warm_python))
    yield the_project(folder)
    assert shared_releases.changed(folder) == [], "a test changed the shared release of the whole recording"


def _make_whole(folder: Path, python: WarmPython) -> None:
    with warm_place(PROJECT, folder, python) as place:
        _refreshed(place)


@pytest.fixture(scope="session")
def warehouse(whole_release: Place) -> Path:
    """A warehouse with one release of the whole recording; tests only read it, or copy it first."""
    return whole_release.warehouse


@pytest.fixture(scope="session")
def miniature(shared_releases: SharedReleases, warm_python: WarmPython) -> Iterator[Place]:
    """The miniature with one release; tests only read it, or copy its warehouse first."""
    folder = shared_releases.get("miniature", lambda made: _make_miniature(made, warm_python))
    with warm_place(folder / "project", folder / "warehouse", warm_python) as place:
        yield place
    assert shared_releases.changed(folder) == [], "a test changed the shared release of the miniature"


def _make_miniature(folder: Path, python: WarmPython) -> None:
    with warm_place(make_project(folder / "project"), folder / "warehouse", python) as place:
        _refreshed(place)


def _refreshed(place: Place) -> None:
    done = place.run("refresh")
    assert done.returncode == 0, done.stdout


@pytest.fixture(scope="session")
def live_release(shared_releases: SharedReleases, pytestconfig: pytest.Config) -> Iterator[LiveRelease]:
    """The project with a first release of the made CBS of 2026; it takes minutes, so only slow tests ask for it."""
    cache = pytestconfig.cache.mkdir("cbs_2026")
    folder = shared_releases.get("live", lambda made: make_live_release(made, cache))
    yield read_live_release(folder, cache)
    assert shared_releases.changed(folder) == [], "a test changed the shared release of the made CBS"


@pytest.fixture(scope="session")
def built(warehouse: Path) -> AuditedBuild:
    """The build behind the release of ``warehouse``."""
    return the_build_in(warehouse, Project())


@pytest.fixture(scope="session")
def small_built(miniature: Place) -> AuditedBuild:
    """The build behind the release of the miniature."""
    return the_build_in(miniature.warehouse, project_in(miniature.project))


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
