"""The rules of the house that a tool can check: who may import what, how long a file may be, what is documented."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
SOURCES = sorted((PROJECT / "pipelines").rglob("*.py"))
CODE = [*SOURCES, *sorted((PROJECT / "tests").rglob("*.py")), *sorted((PROJECT / "dbt_project").glob("[!t]*/**/*.sql"))]
ROOMS_WITHOUT_DAGSTER = ("statline", "quality", "release")


def imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    return {name.split(".")[0] for name in names}


@pytest.mark.parametrize("room", ROOMS_WITHOUT_DAGSTER)
def test_room_knows_nothing_of_dagster(room: str) -> None:
    guilty = [path.name for path in (PROJECT / "pipelines" / room).rglob("*.py") if "dagster" in imported(path)]
    assert guilty == []


def test_great_expectations_is_imported_in_one_place() -> None:
    guilty = [path.relative_to(PROJECT).as_posix() for path in SOURCES if "great_expectations" in imported(path)]
    assert guilty == ["pipelines/quality/judge.py"]


def test_no_file_is_longer_than_300_lines() -> None:
    lengths = {
        path.relative_to(PROJECT).as_posix(): len(path.read_text(encoding="utf-8").splitlines()) for path in CODE
    }
    assert {path: lines for path, lines in lengths.items() if lines > 300} == {}


def test_definitions_stay_short() -> None:
    assert len((PROJECT / "pipelines" / "definitions.py").read_text(encoding="utf-8").splitlines()) < 40


def test_every_package_says_what_belongs_there() -> None:
    packages = [path for path in SOURCES if path.name == "__init__.py"]
    assert packages
    assert [
        path.as_posix() for path in packages if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ] == []


def test_lock_has_hashes_and_no_download_hosts() -> None:
    lock = (PROJECT / "requirements.lock").read_text(encoding="utf-8")
    assert not re.search(r"https?:|\.whl|\.tar\.gz", lock)
    pinned = re.findall(r"^([A-Za-z0-9_.\[\],-]+)==", lock, re.MULTILINE)
    blocks = re.split(r"^(?=[A-Za-z0-9])", lock, flags=re.MULTILINE)
    assert len(pinned) > 100
    assert [block.splitlines()[0] for block in blocks if block.strip() and "--hash=sha256:" not in block] == []


def test_every_direct_dependency_is_in_the_lock() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = {re.split(r"[\[<>=~! ]", requirement)[0].lower().replace("_", "-") for requirement in wanted}
    lock = (PROJECT / "requirements.lock").read_text(encoding="utf-8").lower()
    assert {name for name in names if not re.search(rf"^{re.escape(name)}(\[.*\])?==", lock, re.MULTILINE)} == set()


def test_test_files_have_names_of_their_own() -> None:
    """Without packages pytest imports a test file by its bare name: a second one of that name is not collected."""
    names = [path.name for path in (PROJECT / "tests").rglob("test_*.py")]
    assert sorted(names) == sorted(set(names))
