"""The rules of the house that a tool can check: who may import what, how long a file may be, what is documented."""

import ast
import csv
import re
import shlex
import subprocess
import tomllib
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import yaml

from pipelines.build.contract import load_contract

PROJECT = Path(__file__).resolve().parents[3]
SOURCES = sorted((PROJECT / "pipelines").rglob("*.py"))
CODE = [*SOURCES, *sorted((PROJECT / "tests").rglob("*.py")), *sorted((PROJECT / "dbt_project").glob("[!t]*/**/*.sql"))]
# From the top: a room uses what lies below it, and nothing on its own floor but itself.
FLOORS = (
    ("cli", "commands"),
    ("definitions", "orchestration"),
    ("refresh",),
    ("publish",),
    ("explain",),
    ("watch",),
    ("audit",),
    ("releases",),
    ("build",),
    ("submissions",),
    ("observations",),
    ("snapshots",),
    ("sources",),
    ("statline",),
    ("recording",),
    ("common",),
)
FLOOR = {room: level for level, rooms in enumerate(FLOORS) for room in rooms}
# Dagster lives in one room; the command line asks it for the same job, in this process.
ROOMS_WITH_DAGSTER = ("orchestration", "definitions", "commands")


def room(path: Path) -> str:
    return path.relative_to(PROJECT / "pipelines").parts[0].removesuffix(".py")


def rooms_used(path: Path) -> set[str]:
    """The rooms of ours that a module imports from, also within a function."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "pipelines":
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("pipelines."):
            found.add(str(node.module).split(".")[1])
        elif isinstance(node, ast.Import):
            found |= {alias.name.split(".")[1] for alias in node.names if alias.name.startswith("pipelines.")}
    return found - {"__version__"}


def imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    return {name.split(".")[0] for name in names}


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def test_every_room_has_its_floor() -> None:
    assert {room(path) for path in SOURCES} - {"__init__"} == FLOOR.keys()


def test_no_room_uses_one_above_it() -> None:
    upwards = [
        f"{path.relative_to(PROJECT)} uses {used}"
        for path in SOURCES
        for used in sorted(rooms_used(path))
        if room(path) != "__init__" and FLOOR[used] < FLOOR[room(path)]
    ]
    assert upwards == []


def test_dagster_lives_in_one_room() -> None:
    guilty = [
        path.relative_to(PROJECT).as_posix()
        for path in SOURCES
        if "dagster" in imported(path) and room(path) not in ROOMS_WITH_DAGSTER
    ]
    assert guilty == []


def test_great_expectations_is_imported_in_one_place() -> None:
    guilty = [path.relative_to(PROJECT).as_posix() for path in SOURCES if "great_expectations" in imported(path)]
    assert guilty == ["pipelines/audit/judge.py"]


def test_a_function_fits_a_screen() -> None:
    long = {
        f"{path.relative_to(PROJECT)}: {function.name}": (function.end_lineno or 0) - function.lineno + 1
        for path in SOURCES
        for function in functions(path)
    }
    assert {name: lines for name, lines in long.items() if lines > 40} == {}


def test_no_file_is_longer_than_600_lines() -> None:
    lengths = {
        path.relative_to(PROJECT).as_posix(): len(path.read_text(encoding="utf-8").splitlines()) for path in CODE
    }
    assert {path: lines for path, lines in lengths.items() if lines > 600} == {}


def test_no_function_is_named_as_its_module() -> None:
    """Else a reader cannot tell from an import which of the two is meant."""
    guilty = [
        f"{path.relative_to(PROJECT)}: {node.name}"
        for path in SOURCES
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name in (path.stem, path.parent.name)
    ]
    assert guilty == []


def test_a_class_name_has_one_meaning() -> None:
    named: dict[str, list[str]] = {}
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                named.setdefault(node.name, []).append(path.relative_to(PROJECT).as_posix())
    assert {name: places for name, places in named.items() if len(places) > 1} == {}


def test_definitions_stay_short() -> None:
    assert len((PROJECT / "pipelines" / "definitions.py").read_text(encoding="utf-8").splitlines()) < 40


def test_every_package_says_what_belongs_there() -> None:
    packages = [path for path in SOURCES if path.name == "__init__.py"]
    assert packages
    assert [
        path.as_posix() for path in packages if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ] == []


def marts() -> dict[str, dict[str, dict[str, str]]]:
    """Columns of every mart by name, each with what the yml beside it says."""
    found = {}
    for path in (PROJECT / "dbt_project/models/marts").rglob("*.yml"):
        for model in yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader).get("models", []):
            found[model["name"]] = {column["name"]: column for column in model.get("columns", [])}
    return found


def columns_of_indicators() -> set[str]:
    """What a wide mart has for each indicator; dbt describes those by the text of the indicator itself."""
    with (PROJECT / "dbt_project/seeds/indicatoren/indicator.csv").open(encoding="utf-8") as lines:
        indicators = [row["indicator_id"] for row in csv.DictReader(lines) if row["omschrijving"]]
    return {f"{indicator}{ending}" for indicator in indicators for ending in ("", "_reden")}


def test_every_mart_is_described_as_it_is_published() -> None:
    """The contract is what the published file is held against, column by column and type by type."""
    described, generated = marts(), columns_of_indicators()
    assert described.keys() == {path.stem for path in (PROJECT / "dbt_project/models/marts").rglob("*.sql")}
    assert len(described) > 40
    wrong = {}
    for name, columns in described.items():
        promised = load_contract().tables[name].columns
        wrong[name] = promised.keys() - columns.keys() - generated | columns.keys() - promised.keys()
        wrong[name] |= {column for column, said in columns.items() if not said.get("description", "").strip()}
        types = {column: said["data_type"].upper() for column, said in columns.items() if "data_type" in said}
        wrong[name] |= {column for column, kind in types.items() if kind != promised.get(column)}
    assert {name: columns for name, columns in wrong.items() if columns} == {}


def test_lock_has_hashes_and_no_download_hosts() -> None:
    lock = (PROJECT / "requirements.lock").read_text(encoding="utf-8")
    assert not re.search(r"https?:|\.whl|\.tar\.gz", lock)
    pinned = re.findall(r"^([A-Za-z0-9_.\[\],-]+)==", lock, re.MULTILINE)
    blocks = re.split(r"^(?=[A-Za-z0-9])", lock, flags=re.MULTILINE)
    assert len(pinned) > 100
    assert [block.splitlines()[0] for block in blocks if block.strip() and "--hash=sha256:" not in block] == []


def test_every_direct_dependency_is_in_the_lock() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    wanted = [*project["dependencies"], *(requirement for extra in extras for requirement in extra)]
    names = {re.split(r"[\[<>=~! ]", requirement)[0].lower().replace("_", "-") for requirement in wanted}
    lock = (PROJECT / "requirements.lock").read_text(encoding="utf-8").lower()
    assert {name for name in names if not re.search(rf"^{re.escape(name)}(\[.*\])?==", lock, re.MULTILINE)} == set()


def test_no_test_and_no_helper_lies_loose() -> None:
    """A helper lies in ``support`` (or is the oracle), a test in the folder of its kind and there of its room."""
    tests = PROJECT / "tests"
    assert [path.name for path in tests.glob("*.py")] == ["conftest.py"]
    rooms = {*FLOOR, "house", "dbt_project"}
    loose = [
        path.relative_to(tests).as_posix()
        for path in tests.rglob("test_*.py")
        if path.parent not in (tests / "e2e", tests / "browser")
        and (path.parents[2] != tests or path.parent.name not in rooms)
    ]
    assert loose == []
    beside = [path for kind in ("unit", "integration", "e2e", "browser") for path in (tests / kind).rglob("*.py")]
    assert {path.name for path in beside if not path.name.startswith("test_")} <= {"conftest.py"}


def pytest_options() -> dict[str, Any]:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    options: dict[str, Any] = project["tool"]["pytest"]["ini_options"]
    return options


def test_pytest_passes_by_no_folder_with_tests() -> None:
    """By itself it would leave out every folder named ``build``."""
    folders = {name for path in (PROJECT / "tests").rglob("test_*.py") for name in path.relative_to(PROJECT).parts[:-1]}
    passed_by = pytest_options()["norecursedirs"]
    assert [name for name in folders if any(fnmatch(name, pattern) for pattern in passed_by)] == []


def makes(target: str) -> list[str]:
    """The commands of pytest that a make target would run; ``-o .venv/.ready`` says that nothing is to be installed."""
    command = ["make", "--dry-run", "--no-print-directory", "--assume-old=.venv/.ready", target]
    said = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    return [line.partition(" -m pytest ")[2] for line in said.splitlines() if " -m pytest " in line]


def test_make_test_leaves_out_the_slow_tests_and_make_test_all_runs_them_too() -> None:
    (fast,), everything, checked = makes("test"), makes("test-all"), makes("check")
    assert shlex.split(fast)[-2:] == ["-m", "not slow and not browser"]
    assert [shlex.split(command)[-2:] for command in everything] == [shlex.split(fast)[-2:], ["-m", "slow"]]
    assert checked == everything
    marked = [path for path in (PROJECT / "tests").rglob("test_*.py") if "pytest.mark.slow" in path.read_text("utf-8")]
    assert len(marked) > 3
    # With --strict-markers a marker that is not declared is an error.
    options = pytest_options()
    assert "--strict-markers" in options["addopts"]
    assert [marker.partition(":")[0] for marker in options["markers"]] == ["slow", "browser"]


def test_what_needs_programs_of_the_system_is_run_by_ci_alone() -> None:
    """`make test` and `make test-all` need only Python and make; a slow test of the browser would be run by both."""
    (command,) = makes("test-browser")
    assert shlex.split(command)[-3:] == ["-m", "browser", "tests/browser"]
    tests = sorted((PROJECT / "tests/browser").glob("test_*.py"))
    assert tests
    assert [path.name for path in tests if "pytest.mark.slow" in path.read_text("utf-8")] == []
    steps = (PROJECT / ".ci/run").read_text("utf-8").splitlines()
    assert steps.index("make check") < steps.index("make test-browser")


def test_test_files_have_names_of_their_own() -> None:
    """Without packages pytest imports a test file by its bare name: a second one of that name is not collected."""
    names = [path.name for path in (PROJECT / "tests").rglob("test_*.py")]
    assert sorted(names) == sorted(set(names))
