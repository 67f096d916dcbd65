"""Which Python the Makefile takes: the newest of those that may be used and can, else one sentence."""

import os
import subprocess
import tomllib
from pathlib import Path

import pytest

from pipelines.common.settings import PROJECT
from tests.pythons.__main__ import versions

SUPPORTED = ("3.11", "3.12", "3.13")
SENTENCE = "Python 3.11, 3.12 or 3.13 is needed"
# Runs what the Makefile asks it as the Python of a version; the environment that it should make it only names.
PRETENDED = """#!/bin/sh
case "$1" in
  -c) exec {real} -c 'import sys; sys.version_info = ({version}, 0, "final", 0)
{spoilt}
exec(sys.argv[1])' "$2" ;;
  *) echo "made by {name}"; exit 3 ;;
esac
"""


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """A folder with the programs that a recipe needs, and no Python."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("sh", "make", "touch", "grep", "awk", "echo", "cat"):
        found = next((Path(part) / name for part in ("/usr/bin", "/bin") if (Path(part) / name).exists()), None)
        if found is not None:
            (folder / name).symlink_to(found)
    return folder


def put(tools: Path, name: str, version: str, spoilt: str = "") -> None:
    """A Python under this name, of this version; ``spoilt`` is a line of code that takes something from it."""
    real = Path(os.path.realpath("/proc/self/exe"))
    text = PRETENDED.format(real=real, version=version.replace(".", ", "), name=name, spoilt=spoilt)
    (tools / name).write_text(text, encoding="utf-8")
    (tools / name).chmod(0o755)


def setup(tools: Path, tmp_path: Path, *arguments: str) -> str:
    """What ``make setup`` prints in a fresh checkout, where making an environment always fails."""
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        (checkout / name).write_bytes((PROJECT / name).read_bytes())
    done = subprocess.run(
        [str(tools / "make"), "setup", *arguments],
        cwd=checkout,
        env={"PATH": str(tools), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    return done.stdout + done.stderr


def test_the_newest_that_may_be_used_is_taken(tools: Path, tmp_path: Path) -> None:
    for version in ("3.10", "3.11", "3.12", "3.14"):
        put(tools, f"python{version}", version)
    put(tools, "python3", "3.14")
    assert "made by python3.12" in setup(tools, tmp_path)


def test_a_plain_name_will_do(tools: Path, tmp_path: Path) -> None:
    put(tools, "python3", "3.13")
    assert "made by python3\n" in setup(tools, tmp_path)


@pytest.mark.parametrize("lacks", ["ensurepip", "venv"])
def test_one_that_cannot_make_an_environment_is_passed_by(lacks: str, tools: Path, tmp_path: Path) -> None:
    """As on Debian, where it is a package of its own."""
    put(tools, "python3.13", "3.13", spoilt=f'sys.modules["{lacks}"] = None')
    put(tools, "python3.11", "3.11")
    assert "made by python3.11" in setup(tools, tmp_path)


def test_a_name_on_the_path_that_runs_nothing_is_passed_by(tools: Path, tmp_path: Path) -> None:
    (tools / "python3.13").write_text("#!/bin/sh\necho 'python3.13: command not found' >&2\nexit 127\n", "utf-8")
    (tools / "python3.13").chmod(0o755)
    put(tools, "python3.12", "3.12")
    assert "made by python3.12" in setup(tools, tmp_path)


@pytest.mark.parametrize(
    ("arguments", "found"), [((), "none was found"), (("PYTHON=python3",), "'python3' is not that")]
)
def test_another_version_is_one_sentence(arguments: tuple[str, ...], found: str, tools: Path, tmp_path: Path) -> None:
    put(tools, "python3", "3.14")
    said = setup(tools, tmp_path, *arguments)
    assert SENTENCE in said
    assert found in said
    assert "Traceback" not in said
    assert "made by" not in said


def test_everything_names_the_same_versions() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["requires-python"] == ">=3.11,<3.14"
    assert tuple(versions()) == SUPPORTED
    assert project["tool"]["mypy"]["python_version"] == SUPPORTED[0]
    assert project["tool"]["ruff"]["target-version"] == f"py{SUPPORTED[0].replace('.', '')}"
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    names = makefile.partition("set -- ")[2].partition(";")[0].split()
    assert names == [*(f"python{version}" for version in reversed(SUPPORTED)), "python3"]
