"""No variable of somebody else's reaches the libraries that build, check, serve and keep records."""

import ast
import codecs
import logging
import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import httpx
import pytest

from pipelines.audit import AuditRequest, AuditWorker
from pipelines.common.environment import become_child, child_environment, clear_for_libraries
from pipelines.common.network import Network
from pipelines.common.settings import PROJECT, RECORDING
from pipelines.recording import serve_recording
from tests.support.foreign_environment import MEANT, WRONG

# What a package reads of the environment, as far as the name is its own.
READ = re.compile(r"""(?:environ(?:\.get|\.pop)?[\[(]|getenv\(|envvar=|_env\w*\()\s*["'](\w+)["']""")
OWN_NAMES = {
    "dagster": "DAGSTER_",
    "dbt": "DBT_",
    "great_expectations": "GX_",
    "numpy": "NUMPY_",
    "pandas": "PANDAS_",
    "polars": "POLARS_",
    "pydantic": "PYDANTIC_",
    "scipy": "SCIPY_",
    "uvicorn": "WEB_",
}
KEPT = {"DAGSTER_HOME"}


def read_by(package: str) -> set[str]:
    """The variables of its own name in the source of an installed package."""
    spec = find_spec(package)
    assert spec is not None
    (folder,) = spec.submodule_search_locations or ()
    found = {name for path in Path(folder).rglob("*.py") for name in READ.findall(path.read_text("utf-8", "ignore"))}
    return {name for name in found if name.startswith(OWN_NAMES[package])}


@pytest.fixture
def foreign(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The environment of somebody who set everything; put back afterwards, also what code under test takes out."""
    for name in os.environ:
        monkeypatch.setenv(name, os.environ[name])
    for name, text in WRONG.items():
        monkeypatch.setenv(name, text)
    return monkeypatch


@pytest.mark.parametrize("package", OWN_NAMES)
def test_what_an_installed_library_reads_under_its_own_name_reaches_nobody(
    foreign: pytest.MonkeyPatch, package: str
) -> None:
    names = read_by(package)
    assert names, f"{package} is read otherwise than this test knows"
    for name in names:
        foreign.setenv(name, "x")
    assert names.isdisjoint(child_environment().keys() - KEPT)
    clear_for_libraries()
    assert names & os.environ.keys() <= KEPT


def test_dagster_keeps_what_its_processes_tell_each_other(foreign: pytest.MonkeyPatch) -> None:
    foreign.setenv("DAGSTER_RUN_JOB_NAME", "refresh")
    foreign.setenv("DAGSTER_HOME", "/home/of/dagster")
    clear_for_libraries(within_dagster=True)
    assert os.environ["DAGSTER_RUN_JOB_NAME"] == "refresh"
    assert "DBT_RESOURCE_TYPES" not in os.environ
    clear_for_libraries()
    assert [name for name in os.environ if name.startswith("DAGSTER_")] == ["DAGSTER_HOME"]


def test_settings_and_what_is_of_the_machine_stay(foreign: pytest.MonkeyPatch) -> None:
    meant = {
        "MONITOR_CONTACT": "a@b.nl",
        "STATLINE_URL": "http://127.0.0.1:1",
        "HTTPS_PROXY": "http://p:1",
        "LC_ALL": "C",
    }
    for name, text in meant.items():
        foreign.setenv(name, text)
    clear_for_libraries()
    assert meant.items() <= os.environ.items()
    assert {"HOME", "PATH", "TZ", "LANG", "ALL_PROXY"} <= os.environ.keys()


def test_a_child_gets_nothing_but_what_it_needs(foreign: pytest.MonkeyPatch) -> None:
    foreign.setenv("MONITOR_WEBHOOK_URL", "https://chat.example/secret")
    given = child_environment()
    assert given.keys() & WRONG.keys() <= MEANT
    assert "MONITOR_WEBHOOK_URL" not in given
    become_child()
    assert dict(os.environ) == given


def test_the_audit_worker_has_the_environment_of_a_child(
    foreign: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    # With these Python itself would not start, or the worker would not come up.
    for name in ("PYTHONOPTIMIZE", "PYTHONWARNINGS"):
        foreign.delenv(name)
    with AuditWorker("tests.support.odd_engine") as worker, caplog.at_level(logging.ERROR):
        worker.audit(AuditRequest(database=tmp_path / "environment.duckdb", suites=tmp_path), timeout=60)
    (said,) = [record.getMessage() for record in caplog.records]
    assert set(said.split()) <= child_environment().keys() | {"LC_CTYPE"}


def test_the_recording_is_served_whatever_is_set(foreign: pytest.MonkeyPatch) -> None:
    with serve_recording(RECORDING) as url, httpx.Client(transport=Network()) as client:
        assert client.get(f"{url}/ODataCatalog/Tables?$format=json").is_success


@pytest.mark.parametrize("names", [("PYTHONOPTIMIZE",), ("PYTHONWARNINGS",), tuple(WRONG)])
def test_a_command_is_what_it_is_whatever_steers_python(names: tuple[str, ...], tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": str(PROJECT), "COLUMNS": "200"}
    environment |= {"MONITOR_WAREHOUSE": str(tmp_path / "w")} | {name: WRONG[name] for name in names}
    command = [sys.executable, "-m", "pipelines.cli", "refresh", "--help"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    # Without texts of classes and functions Python would show none.
    assert "Fetch what changed at CBS, build, audit and publish" in done.stdout
    assert not done.stderr


def test_nothing_of_the_shell_completes_a_command(tmp_path: Path) -> None:
    environment = child_environment({"_MONITOR_COMPLETE": "bash_source", "MONITOR_WAREHOUSE": str(tmp_path)})
    command = [sys.executable, "-m", "pipelines.cli", "releases"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0
    assert "Shell source" not in done.stdout + done.stderr


def test_names_of_files_are_utf_8_in_every_locale_and_what_is_printed_is_not(tmp_path: Path) -> None:
    """DuckDB and dbt take every name for UTF-8, so Python must too."""
    script = tmp_path / "script.py"
    script.write_text(
        "from pipelines.common import environment\n"
        "environment.restart_if_steered()\n"
        "import os, sys\n"
        "print(ascii((sys.argv[1], os.environ['FOLDER'], sys.getfilesystemencoding(), sys.stdout.encoding)))\n",
        encoding="utf-8",
    )
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(PROJECT), "FOLDER": "ünï"}
    environment |= {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    done = subprocess.run([sys.executable, script, "één"], env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    typed, folder, names, printed = ast.literal_eval(done.stdout)
    assert (typed, folder, names) == ("één", "ünï", "utf-8")
    assert codecs.lookup(printed).name == "ascii"
