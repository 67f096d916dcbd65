"""What runs as a service has all it needs: the image every file that the code opens, the units modules that exist."""

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from pipelines.common.settings import DBT_PROJECT, EXPECTATIONS, GUIDE_TEXTS, PROJECT, RECORDING, Settings

DEPLOY = PROJECT / "deploy"
CONTAINERFILE = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
Known = dict[str, dict[str, Path]]


def copied() -> set[Path]:
    """What the image has of the project: the sources of each COPY."""
    lines = re.findall(r"^COPY (.+) \S+$", CONTAINERFILE, re.MULTILINE)
    return {PROJECT / source for line in lines for source in line.split()}


def in_image(path: Path) -> bool:
    return any(path == source or path.is_relative_to(source) for source in copied())


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(PROJECT).with_suffix("").parts).removesuffix(".__init__")


@cache
def modules() -> dict[str, tuple[Path, ast.Module]]:
    """Every module of the code: where it lies, and what stands in it."""
    files = sorted((PROJECT / "pipelines").rglob("*.py"))
    return {module_of(path): (path, ast.parse(path.read_text(encoding="utf-8"))) for path in files}


def value(node: ast.expr, names: dict[str, Path], file: Path) -> Path | None:
    """The path that an expression stands for, if the code shows it: a constant, a folder above it, or a part of it."""
    match node:
        case ast.Name(id=name):
            return names.get(name)
        case ast.Call(func=ast.Name(id="Path"), args=[ast.Name(id="__file__")]):
            return file
        case ast.Call(func=ast.Attribute(value=inner, attr="resolve" | "absolute")):
            return value(inner, names, file)
        case ast.Attribute(value=inner, attr="parent"):
            found = value(inner, names, file)
            return found.parent if found else None
        case ast.Subscript(value=ast.Attribute(value=inner, attr="parents"), slice=ast.Constant(value=int(place))):
            found = value(inner, names, file)
            return found.parents[place] if found else None
        case ast.BinOp(left=left, op=ast.Div(), right=ast.Constant(value=str(part))):
            found = value(left, names, file)
            return found / part if found else None
    return None


def constants(code: dict[str, tuple[Path, ast.Module]]) -> Known:
    """The paths that modules and classes give a name, also where another module imports it."""
    known: Known = {name: {} for name in code}
    naming = ast.ImportFrom | ast.Assign | ast.AnnAssign
    nodes = {name: [node for node in ast.walk(tree) if isinstance(node, naming)] for name, (_, tree) in code.items()}
    for _ in range(4):  # an import of an import of a constant is the longest way here
        for name, (file, _) in code.items():
            for node in nodes[name]:
                known[name] |= imported(node, known)
                known[name] |= assigned(node, known[name], file)
    return known


def imported(node: ast.AST, known: Known) -> dict[str, Path]:
    """The paths that an import brings in from another module of the code."""
    if not isinstance(node, ast.ImportFrom):
        return {}
    there = known.get(node.module or "", {})
    return {alias.asname or alias.name: there[alias.name] for alias in node.names if alias.name in there}


def assigned(node: ast.AST, names: dict[str, Path], file: Path) -> dict[str, Path]:
    """The path that a statement gives a name, if it does."""
    match node:
        case (
            ast.Assign(targets=[ast.Name(id=target)], value=expression)
            | ast.AnnAssign(target=ast.Name(id=target), value=ast.expr() as expression)
        ):
            found = value(expression, names, file)
            return {target: found} if found else {}
    return {}


def named() -> Iterator[Path]:
    """Every path that the code names, wherever that is in it; of a longer path not the steps."""
    code = modules()
    known = constants(code)
    for name, (file, tree) in code.items():
        nodes = list(ast.walk(tree))
        steps = {id(node.left) for node in nodes if isinstance(node, ast.BinOp)}
        for node in nodes:
            if isinstance(node, ast.BinOp | ast.Name) and id(node) not in steps:
                found = value(node, known[name], file)
                if found:
                    yield found


@pytest.fixture(scope="module")
def in_project() -> set[Path]:
    """What the code names of the project."""
    return {path for path in named() if path.is_relative_to(PROJECT) and path != PROJECT}


def test_the_paths_of_the_code_are_found_in_it(in_project: set[Path]) -> None:
    """Should the code come to name its folders in another way, this fails before the test below has nothing to ask."""
    assert {RECORDING, DBT_PROJECT, EXPECTATIONS, GUIDE_TEXTS, DBT_PROJECT / "contract"} <= in_project


def test_the_image_has_every_path_that_the_code_names(in_project: set[Path]) -> None:
    assert {path.relative_to(PROJECT).as_posix() for path in in_project if not in_image(path)} == set()


def test_the_image_has_what_the_package_is_made_of() -> None:
    content = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = {"pyproject.toml", content["project"]["readme"], *content["project"]["license-files"]}
    wanted |= {*content["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]}
    wanted |= set(re.findall(r"--requirement (\S+)", CONTAINERFILE))
    assert {name for name in wanted if not in_image(PROJECT / name)} == set()


def test_what_the_image_copies_is_there() -> None:
    assert len(copied()) > 5
    assert {path.relative_to(PROJECT).as_posix() for path in copied() if not path.exists()} == set()


@pytest.mark.parametrize("path", sorted(DEPLOY.iterdir()), ids=lambda path: path.name)
def test_every_module_that_is_started_is_there(path: Path) -> None:
    started = re.findall(r"(?:-m|--module-name) (pipelines[\w.]*)", path.read_text(encoding="utf-8"))
    assert [name for name in started if name not in modules()] == []
    assert started or path.name in {"monitor-health.service", "monitor-health.timer", "monitor.env.example"}


def test_the_example_of_settings_names_settings_that_exist() -> None:
    given = set(re.findall(r"^([A-Z_]+)=", (DEPLOY / "monitor.env.example").read_text(encoding="utf-8"), re.MULTILINE))
    assert given - {name.upper() for name in Settings.model_fields} == {"DAGSTER_HOME", "DO_NOT_TRACK"}


def test_every_setting_is_in_the_example() -> None:
    given = set(re.findall(r"^([A-Z_]+)=", (DEPLOY / "monitor.env.example").read_text(encoding="utf-8"), re.MULTILINE))
    assert {name.upper() for name in Settings.model_fields} - given == set()
