"""The tests that stand in the files of a dbt project: which checks a build of it owes, whatever dbt then does.

Read from the yml and SQL alone, not from a manifest: what leaves tests out of a run (a variable, a selector, `enabled`,
a typing error in the name of a model) leaves them out of the manifest and the results of that run as well. Whoever
wants to be rid of a test takes it out of its file. What does not belong here: carrying them out (``dbt``).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

# Where dbt looks for properties, whatever `dbt_project.yml` says: a path left out there leaves its tests out.
_FOLDERS = ("macros", "models", "seeds", "snapshots", "tests")
_TABLES = ("models", "seeds", "snapshots")
_TESTS = ("data_tests", "tests")
# What stands beside the arguments of a test, and is no part of its name.
_STORED = ("alias", "database", "limit", "schema", "store_failures", "store_failures_as")
_JUDGED = ("enabled", "error_if", "fail_calc", "severity", "warn_if", "where")
_TOLD = ("description", "meta", "name", "tags")
_NO_ARGUMENTS = frozenset(("arguments", "config", "test_name", *_STORED, *_JUDGED, *_TOLD))
_NO_WORD = re.compile("[^0-9a-zA-Z_]+")
# In `tests/generic` lie the kinds of tests, which test nothing by themselves.
_KINDS = "generic"


class WrittenTestsError(Exception):
    """A file of the dbt project does not say which tests stand in it; the message names it."""


def written_tests(project: Path) -> list[str]:
    """The name of every test in the files of ``project``, as dbt names them; sorted, doubles included.

    Raises:
        WrittenTestsError: a file is no yml, or a test stands in it in a form that dbt does not know.
    """
    folder = project / "tests"
    names = [path.stem for path in folder.rglob("*.sql") if path.relative_to(folder).parts[0] != _KINDS]
    for path in (path for name in _FOLDERS for path in (project / name).rglob("*")):
        if path.suffix in (".yml", ".yaml"):
            names += _names_in(path)
    return sorted(names)


def _names_in(path: Path) -> list[str]:
    try:
        # The loader in C: thirty files in 40 ms, of which none needs its lines.
        content = yaml.load(path.read_bytes(), yaml.CSafeLoader) or {}
        return [*_tests_in(content)]
    except (yaml.YAMLError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise WrittenTestsError(
            f"{path}: expected the tests of tables in the form that dbt takes, found something else "
            f"({type(error).__name__}: {error}); correct the file"
        ) from error


def _tests_in(content: Mapping[str, Any]) -> Iterator[str]:
    for section in _TABLES:
        for table in content.get(section) or ():
            yield from _tests_of(table["name"], table)
    for source in content.get("sources") or ():
        for table in source.get("tables") or ():
            yield from _tests_of(f"{source['name']}_{table['name']}", table, of="source_")


def _tests_of(name: str, table: Mapping[str, Any], of: str = "") -> Iterator[str]:
    """The tests on a table and on its columns."""
    for part in (table, *(table.get("columns") or ())):
        column = {} if part is table else {"column_name": part["name"]}
        for test in (test for key in _TESTS for test in part.get(key) or ()):
            yield _name(of, name, test, column)


def _name(of: str, table: str, test: Any, column: Mapping[str, Any]) -> str:
    """What dbt calls a test: by its own name, or by its kind, the table and its arguments in alphabetical order."""
    kind, given = _kind_and_words(test)
    if given.get("name"):
        return str(given["name"])
    arguments = {word: value for word, value in given.items() if word not in _NO_ARGUMENTS}
    arguments |= {**(given.get("arguments") or {}), **column}
    words = [str(part) for _, value in sorted(arguments.items()) for part in _parts(value)]
    told = "__".join(_NO_WORD.sub("_", word) for word in words)
    return f"{of}{kind.replace('.', '_')}_{table}_{told}"


def _parts(value: Any) -> Iterable[Any]:
    if isinstance(value, Mapping):
        return value.values()
    return value if isinstance(value, list) else [value]


def _kind_and_words(test: Any) -> tuple[str, Mapping[str, Any]]:
    """The kind of a test and what stands with it: dbt takes ``kind``, ``{kind: {...}}`` and ``{test_name: kind}``."""
    if isinstance(test, str):
        return test, {}
    if "test_name" in test:
        return test["test_name"], test
    ((kind, words),) = test.items()
    return kind, words or {}
