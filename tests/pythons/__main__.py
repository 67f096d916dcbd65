"""``make test-pythons``: install, refresh and test with every Python that the monitor takes and that is installed here.

The Python of ``.venv`` makes a release first. Each other one installs the same lock in an environment of its own, makes
a release of the same snapshots, of which every table must be equal, and runs the tests of ``make test``. Some ten
minutes each; one that is not installed is named, and passed by.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from pipelines.common.settings import PROJECT
from pipelines.releases.warehouse import Warehouse


class PythonError(Exception):
    """One of the Pythons does not do; the message says what went wrong."""


def versions() -> list[str]:
    """The Pythons that the monitor takes, as ``3.12``, from the file that every installer reads."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    first, last = (int(bound.split("3.")[1]) for bound in project["requires-python"].split(","))
    return [f"3.{minor}" for minor in range(first, last)]


def run(*command: str | Path, warehouse: Path | None = None) -> str:
    """What a command in the project printed.

    Raises:
        PythonError: it ended with another exit code than 0.
    """
    place = {"MONITOR_WAREHOUSE": str(warehouse), "DAGSTER_HOME": str(warehouse / "dagster")} if warehouse else {}
    done = subprocess.run(
        [str(word) for word in command],
        cwd=PROJECT,
        env={**os.environ, **place},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise PythonError(
            f"{' '.join(str(word) for word in command)} ended with {done.returncode}:\n{done.stdout[-3000:]}"
        )
    return done.stdout


def installed(version: str, folder: Path) -> Path:
    """The Python of a new environment with everything of the lock; the project itself is found by its folder."""
    run(f"python{version}", "-m", "venv", folder)
    python = folder / "bin" / "python"
    quietly = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    run(python, *quietly, "--require-hashes", "--requirement", "requirements.lock")
    run(python, *quietly, "--no-deps", "--no-build-isolation", "--editable", ".")
    return python


def tables(python: str | Path, warehouse: Path) -> dict[str, str]:
    """The hash of every table of a new release in ``warehouse``, made by this Python."""
    run(python, "-m", "pipelines.cli", "refresh", warehouse=warehouse)
    current = Warehouse(warehouse).releases.current()
    if current is None:
        raise PythonError(f"{python} made no release in {warehouse}")
    manifest = json.loads((current.folder / "manifest.json").read_bytes())
    found: dict[str, str] = manifest["tabellen"]
    return found


def tried(version: str, scratch: Path, first: Path, expected: dict[str, str], *, with_tests: bool) -> str:
    """One line on this version.

    Raises:
        PythonError: it does not do.
    """
    python = installed(version, scratch / version)
    warehouse = scratch / f"warehouse-{version}"
    shutil.copytree(first / "raw", warehouse / "raw")
    found = tables(python, warehouse)
    other = sorted(name for name in expected.keys() | found.keys() if expected.get(name) != found.get(name))
    if other:
        raise PythonError(f"Python {version} makes other tables: {', '.join(other)}")
    said = f"{version}: {len(found)} tables equal"
    if not with_tests:
        return said
    cache = ("-o", f"cache_dir={scratch / f'cache-{version}'}")
    beside = ("-n", "3", "--dist", "loadfile", "--no-loadscope-reorder")
    output = run(python, "-m", "pytest", "-q", "-m", "not slow and not browser", *cache, *beside)
    return f"{said}; {output.strip().splitlines()[-1].strip('= ')}"


def main() -> int:
    """Try all, and print a line on each."""
    parser = argparse.ArgumentParser(prog="make test-pythons")
    parser.add_argument("--figures", action="store_true", help="compare the tables only, and run no tests")
    with_tests = not parser.parse_args().figures
    own, failed = f"3.{sys.version_info.minor}", False
    with tempfile.TemporaryDirectory(prefix="pythons-") as name:
        scratch = Path(name)
        first = scratch / f"warehouse-{own}"
        expected = tables(sys.executable, first)
        print(f"{own}: {len(expected)} tables", flush=True)
        for version in versions():
            if version == own:
                continue
            if shutil.which(f"python{version}") is None:
                print(f"{version}: not installed here", flush=True)
                continue
            try:
                print(tried(version, scratch, first, expected, with_tests=with_tests), flush=True)
            except PythonError as error:
                failed = True
                print(f"{version}: {error}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
