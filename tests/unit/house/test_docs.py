"""What the docs say of the code is so, and what the code offers is in the docs; every link and path leads somewhere.

What a release holds is in ``tests/integration/test_docs_and_release.py``, the Dutch guide in ``test_guide.py``.
"""

import ast
import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path
from typing import get_args

import click
import pytest
from pydantic import SecretStr
from typer.main import get_command

from pipelines.build.contract import load_contract
from pipelines.cli import app
from pipelines.commands import refresh as refresh_command
from pipelines.common.durations import LONGEST_RUN, LONGEST_WRITE, NIGHT
from pipelines.common.settings import PROJECT, Settings
from pipelines.snapshots.freshness import FAIL_AFTER, WARN_AFTER
from pipelines.sources.datasets import Dataset, Measure, Series, TableReference
from pipelines.sources.drift_rules import DEFAULTS
from pipelines.watch.health import Health
from pipelines.watch.webhook import Kind, Message, Severity

ENGLISH = [*(PROJECT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "warehouse/README.md"))]
ENGLISH += [PROJECT / "expectations" / "README.md", *sorted((PROJECT / "docs").glob("*.md"))]
DUTCH = sorted((PROJECT / "docs" / "nl").rglob("*.md"))
DUTCH += [PROJECT / "dbt_project" / "contract" / "wijzigingen.md", PROJECT / "dbt_project/seeds/referentie/README.md"]
DOCS = [*ENGLISH, *DUTCH]
# Names of files and settings, not messages.
NO_MESSAGE = {"wmo_regio.yml:12", "journaal.ndjson"}
# What is made by tools, and the tables of the recording.
# Also what tests make beside each other: a folder of theirs can go while it is looked at.
LEFT_OUT = {".git", ".venv", ".pytest_cache", "__pycache__", "target", "logs", "recording"}


def name_of(path: Path) -> str:
    return path.relative_to(PROJECT).as_posix()


@cache
def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


OPERATE, CONTRACT, DRIFT = (text_of(PROJECT / "docs" / f"{name}.md") for name in ("operate", "contract", "drift"))
CONTRIBUTING, README = text_of(PROJECT / "CONTRIBUTING.md"), text_of(PROJECT / "README.md")
MAKEFILE = text_of(PROJECT / "Makefile")
SOURCES, ARCHITECTURE = text_of(PROJECT / "docs" / "sources.md"), text_of(PROJECT / "docs" / "architecture.md")


def without_fences(text: str) -> str:
    return re.sub(r"^ *```.*?^ *```$", "", text, flags=re.DOTALL | re.MULTILINE)


def fences(text: str) -> list[str]:
    return re.findall(r"^ *```\w*\n(.*?)^ *```$", text, re.DOTALL | re.MULTILINE)


def spans(text: str) -> list[str]:
    """What stands between backticks in a text."""
    return [span.replace("\n", " ") for span in re.findall(r"`([^`]+)`", without_fences(text))]


def code_in(text: str) -> list[str]:
    """All that stands in a text as code: between backticks, and line by line of its blocks."""
    return [*spans(text), *(line for block in fences(text) for line in block.splitlines())]


def tables(text: str, heading: str) -> list[list[list[str]]]:
    """The cells of each row of each table under a heading, up to the next heading."""
    after = re.split(r"^#+ ", text.split(f"{heading}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]
    found = re.findall(r"(?:^\|.*\n)+", after, re.MULTILINE)
    return [[[c.strip() for c in line.strip("|").split(" | ")] for line in t.splitlines()[2:]] for t in found]


def first_cells(text: str, heading: str, table: int = 0) -> list[str]:
    """The names between backticks in the first column of a table."""
    return [name for row in tables(text, heading)[table] for name in re.findall(r"`([^`]+)`", row[0])]


# --- links


def anchors(text: str) -> set[str]:
    """The addresses of the headings of a text, as a reader of Markdown makes them."""
    seen: Counter[str] = Counter()
    found = set()
    for heading in re.findall(r"^#+ (.+)$", without_fences(text), re.MULTILINE):
        name = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        found.add(f"{name}-{seen[name]}" if seen[name] else name)
        seen[name] += 1
    return found


@pytest.mark.parametrize("path", DOCS, ids=name_of)
def test_every_link_leads_somewhere(path: Path) -> None:
    lost = []
    for link in re.findall(r"\]\(([^)\s]+)\)", without_fences(text_of(path))):
        file, _, anchor = link.partition("#")
        target = (path.parent / file).resolve() if file else path
        if link.startswith("https://"):
            continue
        if not target.exists() or (anchor and anchor not in anchors(text_of(target))):
            lost.append(link)
    assert lost == []


def test_every_doc_is_reached_from_the_readme() -> None:
    reached, waiting = set[Path](), [PROJECT / "README.md"]
    while waiting:
        path = waiting.pop()
        if path in reached or path.suffix != ".md":
            continue
        reached.add(path)
        links = re.findall(r"\]\(([^)\s#]+)", without_fences(text_of(path)))
        waiting += [(path.parent / link).resolve() for link in links if not link.startswith("https://")]
    assert {name_of(path) for path in DOCS} - {name_of(path) for path in reached} == set()


# --- paths and modules


@cache
def tree() -> frozenset[str]:
    """Every file and folder of the project, without what is made at run time."""
    found, waiting = set[str](), [PROJECT]
    while waiting:
        for path in waiting.pop().iterdir():
            found.add(name_of(path))
            runtime = path.parent == PROJECT / "warehouse" and path.name != "README.md"
            if path.is_dir() and path.name not in LEFT_OUT and not runtime:
                waiting.append(path)
    return frozenset(found)


@cache
def said() -> tuple[str, ...]:
    """Every text in the code; what a message fills in stands as an ellipsis."""
    texts = []
    for path in (PROJECT / "pipelines").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                texts.append("".join(str(v.value) if isinstance(v, ast.Constant) else "…" for v in node.values))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                texts.append(node.value)
    return tuple(texts)


@cache
def spoken_of(segment: str) -> bool:
    """Whether the code says a name that it gives at run time: of a file in the warehouse or in a release."""
    pattern = re.compile(rf"(?<![\w.]){re.escape(segment)}(?!\w)")
    made = [MAKEFILE, *(text_of(path) for path in sorted((PROJECT / "pipelines" / "sources").glob("*.yml")))]
    return any(pattern.search(text) for text in (*said(), *made))


def paths_in(text: str) -> Iterator[str]:
    """What stands in a text as a path or the name of a file; what it leaves open (``<id>``) as ``*``."""
    endings = r"\.(?:md|py|yml|csv|sql|json|toml|lock|geojson|parquet|html|xlsx|txt|duckdb|ndjson|gz|jsonld|example)"
    for span in spans(text):
        path = re.sub(r"<[^>]+>|…", "*", span).rstrip("/")
        if re.fullmatch(r"[\w.*-]+(?:/[\w.*-]+)*", path) and ("/" in span or re.search(endings + "$", path)):
            yield path


def is_there(path: str, doc: Path) -> bool:
    """Whether a path is in the project, seen from its root, from the doc or from any folder, or made at run time."""
    folder = name_of(doc.parent) if doc.parent != PROJECT else ""
    if path in tree() or f"{folder}/{path}".lstrip("/") in tree():
        return True
    if any(fnmatch(known, path) or fnmatch(known, f"*/{path}") for known in tree()):
        return True
    first = path.split("/", 1)[0]
    of_project = (PROJECT / first).exists() and first not in ("warehouse", ".venv")
    parts = [part for part in path.split("/") if part != "warehouse" and "*" not in part]
    return f"{path}/" in rooms() or (not of_project and all(map(spoken_of, parts)))


@pytest.mark.parametrize("path", DOCS, ids=name_of)
def test_every_path_that_is_named_is_there(path: Path) -> None:
    named = set(paths_in(text_of(path)))
    # Paths of the guide's examples are those of an analyst's own machine; test_verbinden runs them.
    if path.name == "verbinden.md":
        return
    assert {found for found in named if not is_there(found, path)} == set()


def test_a_path_that_is_not_there_is_seen() -> None:
    lost = ("pipelines/nergens.py", "tests/unit/test_niets.py", "niets.csv", "docs/nergens/", "raw/<id>/niets.json")
    found = list(paths_in(" ".join(f"`{path}`" for path in lost)))
    assert len(found) == len(lost)
    assert [path for path in found if is_there(path, PROJECT / "README.md")] == []


@pytest.mark.parametrize("path", DOCS, ids=name_of)
def test_every_module_that_is_named_is_there(path: Path) -> None:
    modules = {name for name in tree() if name.startswith("pipelines/")}
    named = {name.replace(".", "/") for name in re.findall(r"\bpipelines(?:\.\w+)+", text_of(path))}
    named = {re.sub(r"/(?:yml|py)$", "", name) for name in named}
    assert {name for name in named if not {name, f"{name}.py"} & modules} == set()


@pytest.mark.parametrize("path", ENGLISH, ids=name_of)
def test_every_place_of_the_service_is_one_of_its_units(path: Path) -> None:
    units = "".join(text_of(file) for file in sorted((PROJECT / "deploy").iterdir()))
    places = set(re.findall(r"(?<![\w.<>/])/(?:opt|etc|var)/[\w./-]*\w", "\n".join(code_in(text_of(path)))))
    ours = {place for place in places if not place.startswith(("/opt/monitor/", "/etc/systemd/"))}
    assert {place for place in ours if place not in units} == set()
    within = {place.removeprefix("/opt/monitor/") for place in places if place.startswith("/opt/monitor/")}
    assert {
        place for place in within if not (place in tree() or f"/{place}" in units or place.startswith(".venv/"))
    } == set()


# --- settings, commands, targets, exit codes


def names_of_settings(text: str) -> set[str]:
    return set(re.findall(r"\b(?:MONITOR|STATLINE|DAGSTER)_[A-Z_]*[A-Z]\b", text))


SETTINGS = {name.upper(): field for name, field in Settings.model_fields.items()}


def test_every_setting_has_a_row() -> None:
    assert SETTINGS.keys() <= set(first_cells(OPERATE, "## Settings"))


@pytest.mark.parametrize("name", sorted({name for path in DOCS for name in names_of_settings(text_of(path))}))
def test_every_setting_that_is_named_exists(name: str) -> None:
    assert name in {*SETTINGS, "DAGSTER_HOME"}


def test_defaults_are_those_of_the_settings() -> None:
    compared = 0
    for row in tables(OPERATE, "## Settings")[0]:
        stated = re.fullmatch(r"`([^`]+)`", row[1])
        for name in SETTINGS.keys() & set(re.findall(r"`([A-Z_]+)`", row[0])):
            if stated or row[1].startswith("empty"):
                default = SETTINGS[name].default
                value = default.get_secret_value() if isinstance(default, SecretStr) else str(default)
                value = value.lower() if isinstance(default, bool) else value
                assert value == (stated[1] if stated else ""), name
                compared += 1
    assert compared > 7


COMMANDS: dict[str, click.Command] = get_command(app).commands  # type: ignore[attr-defined]


def typed(text: str) -> list[tuple[str, list[str]]]:
    """(command, options) of each command of ours that stands in a text as code."""
    found = []
    for code in code_in(text):
        for command, rest in re.findall(r"(?:^|[\s(]|bin/)monitor ([a-z][a-z-]+)([^`|;&]*)", code):
            found.append((command, re.findall(r"--[a-z][a-z-]*", rest)))
    return found


TYPED = {f"monitor {name}": options for path in DOCS for name, options in typed(text_of(path))}


def test_every_command_has_a_row() -> None:
    rows = " ".join(first_cells(OPERATE, "## Commands"))
    assert {name for name in COMMANDS if not re.search(rf"monitor {name}(?![\w-])", rows)} == set()


@pytest.mark.parametrize("name", sorted(TYPED))
def test_every_command_that_is_named_exists(name: str) -> None:
    assert name.removeprefix("monitor ") in COMMANDS


def test_every_option_that_is_named_exists() -> None:
    used = [(name, option) for path in DOCS for name, options in typed(text_of(path)) for option in options]
    assert len(used) > 15
    known = {name: {opt for p in command.params for opt in p.opts} for name, command in COMMANDS.items()}
    assert [(name, option) for name, option in used if name in known and option not in known[name]] == []


def test_every_option_is_explained() -> None:
    rows = dict(typed("\n".join(" ".join(row) for row in tables(OPERATE, "## Commands")[0])))
    known = {
        name: {opt for p in command.params for opt in p.opts if opt.startswith("--")}
        for name, command in COMMANDS.items()
    }
    assert {name: known[name] - set(rows[name]) for name in known if known[name] - set(rows[name])} == {}


TARGETS = set(re.findall(r"^([a-z][a-z-]*):", MAKEFILE, re.MULTILINE))


def targets(text: str) -> set[str]:
    return {name for code in code_in(text) for name in re.findall(r"(?:^|[\s(])make (?:-C \S+ )?([a-z][a-z-]*)", code)}


def test_every_target_has_a_row() -> None:
    assert TARGETS - {name.removeprefix("make ") for name in first_cells(CONTRIBUTING, "## Set up")} == set()


@pytest.mark.parametrize("name", sorted({f"make {name}" for path in DOCS for name in targets(text_of(path))}))
def test_every_target_that_is_named_exists(name: str) -> None:
    assert name.removeprefix("make ") in TARGETS


def test_exit_codes_are_those_of_the_code() -> None:
    rows = tables(OPERATE, "## Commands")[1]
    codes = {
        command: {int(row[1]): row[2] for row in rows if f"`monitor {command}`" in row[0]}
        for command in ("refresh", "health", "freshness")
    }
    code = refresh_command
    assert set(codes["refresh"]) == {code.RELEASED, code.NO_RELEASE, code.RELEASED_WITH_FAILURES}
    assert codes["refresh"][code.NO_RELEASE].startswith("no release")
    assert "a table failed" in codes["refresh"][code.RELEASED_WITH_FAILURES]
    assert set(codes["health"]) == set(codes["freshness"]) == {health.value for health in Health}
    assert codes["health"][Health.CRITICAL] == "look now"


# --- messages


MESSAGES = [
    (message, heading)
    for text, heading in ((OPERATE, "## What a message means"), (DRIFT, "## What a message about a table means"))
    for message in first_cells(text, heading)
    if message not in NO_MESSAGE
]


def test_the_pages_explain_messages() -> None:
    assert len(MESSAGES) > 40


@pytest.mark.parametrize("message", [message for message, _ in MESSAGES])
def test_each_message_that_is_explained_is_one_that_the_code_says(message: str) -> None:
    # What is printed before a warning stands apart from the warning itself.
    parts = message.removeprefix("WARNING ").split("...")
    pattern = re.compile(".*".join(re.escape(part) for part in parts), re.DOTALL)
    assert [text for text in said() if pattern.search(text)] != []


# --- Dagster, webhook, drift, yml


def test_jobs_schedules_and_sensors_are_explained() -> None:
    defined = json.loads(text_of(PROJECT / "tests" / "integration" / "orchestration" / "definitions.json"))
    names = [*defined["jobs"], *defined["schedules"], *defined["sensors"]]
    assert len(names) > 6
    assert {name for name in names if f"`{name}`" not in OPERATE} == set()


def test_times_are_those_of_the_code() -> None:
    hour = 3600
    assert f"After {WARN_AFTER.total_seconds() / hour:.0f} hours a table warns, after {FAIL_AFTER.days} days" in OPERATE
    assert f"no refresh ended for {NIGHT.total_seconds() / hour:.0f} hours and none is under way" in OPERATE
    assert f"one is under way for {LONGEST_RUN.total_seconds() / hour:.0f}" in OPERATE
    assert f"waits for at most {LONGEST_WRITE.total_seconds() / hour:.0f} hours" in OPERATE


def test_the_fields_of_a_message_are_those_that_are_posted() -> None:
    posted = Message("geen_run", "kritiek", "t", "b").as_json(Settings())
    assert sorted(first_cells(OPERATE, "## The webhook")) == sorted(posted)
    rows = {row[0]: row[1] for row in tables(OPERATE, "## The webhook")[0]}
    assert set(re.findall(r"`(\w+)`", rows["`soort`"])) == set(get_args(Kind))
    assert set(re.findall(r"`(\w+)`", rows["`ernst`"])) == set(get_args(Severity))


def test_the_rules_of_drift_are_those_of_the_code() -> None:
    rows = {row[0].strip("`"): row[1].strip("`") for row in tables(DRIFT, "## The rules")[0]}
    assert rows == {kind.value: level for kind, level in DEFAULTS.items()}


def test_the_keys_of_a_yml_are_those_that_it_may_have() -> None:
    heading = "### What a yml says"
    for place, model in enumerate((Dataset, TableReference, Measure, Series)):
        assert set(first_cells(SOURCES, heading, place)) == set(model.model_fields), model.__name__


# --- contract, licence, rooms


def test_every_public_table_is_named() -> None:
    named = set(first_cells(CONTRACT, "## The tables"))
    assert named == set(load_contract().tables)
    assert f"[All {len(named)} tables]" in README


def test_the_licence_is_the_eupl() -> None:
    licence = text_of(PROJECT / "LICENSE")
    assert licence.startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2\n")
    assert all(f"\n{number}." in licence for number in range(1, 16))
    assert "Appendix" in licence
    project = tomllib.loads(text_of(PROJECT / "pyproject.toml"))["project"]
    assert (project["license"], project["license-files"]) == ("EUPL-1.2", ["LICENSE"])
    assert "CC BY 4.0" in README
    assert "> Bron: CBS" in README


def rooms() -> list[str]:
    return [name for row in tables(ARCHITECTURE, "## The rooms")[0] for name in re.findall(r"`([^`]+)`", row[1])]


def test_the_rooms_are_those_of_the_code() -> None:
    there = {f"{p.name}/" for p in (PROJECT / "pipelines").iterdir() if p.is_dir() and p.name != "__pycache__"}
    there |= {p.name for p in (PROJECT / "pipelines").glob("[!_]*.py")}
    assert set(rooms()) == there


def test_a_value_goes_through_each_room_once() -> None:
    way = ARCHITECTURE.split("## The way of one value\n", 1)[1].split("\n## ", 1)[0]
    steps = re.findall(r"\*\*`(\w+/)`\*\*", way)
    assert len(steps) == len(set(steps)) > 7
    assert set(steps) <= set(rooms())


# --- the texts themselves


def test_the_readme_is_short() -> None:
    assert len(README.splitlines()) <= 135


def sentences(path: Path) -> Iterator[str]:
    """The sentences of a doc, and the cells of its tables."""
    for paragraph in re.split(r"\n\s*\n|\n(?=[|#*-] ?|\d+\. )| \| ", without_fences(text_of(path))):
        yield from re.split(r"(?<=[.:;]) ", " ".join(paragraph.split()).strip("|* -"))


def test_nothing_is_said_twice() -> None:
    said_where: dict[str, set[str]] = {}
    for path in ENGLISH:
        for sentence in sentences(path):
            if len(sentence) > 60:
                said_where.setdefault(sentence, set()).add(name_of(path))
    assert len(said_where) > 200
    assert {sentence: where for sentence, where in said_where.items() if len(where) > 1} == {}
