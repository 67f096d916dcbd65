"""What the README says of the code is so: settings, commands, and each message that its page on operation explains."""

import ast
import re
from pathlib import Path

import pytest
from typer.main import get_command

from pipelines.cli import app
from pipelines.common.settings import Settings

PROJECT = Path(__file__).resolve().parents[3]
README = (PROJECT / "README.md").read_text(encoding="utf-8")
# Names of files and settings, not messages.
NO_MESSAGE = {"wmo_regio.yml:12", "journaal.ndjson"}


def rows(heading: str) -> list[list[str]]:
    """The cells of each row of the first table after ``heading``."""
    after = README.split(heading, 1)[1]
    table = re.search(r"(?:^\|.*\n)+", after, re.MULTILINE)
    assert table
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table[0].splitlines()[2:]]


def said() -> list[str]:
    """Every text in the code; what a message fills in stands as an ellipsis."""
    texts = []
    for path in (PROJECT / "pipelines").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                texts.append("".join(str(v.value) if isinstance(v, ast.Constant) else "…" for v in node.values))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                texts.append(node.value)
    return texts


SAID = said()
MESSAGES = [m for row in rows("### What a message means") for m in re.findall(r"`([^`]+)`", row[0])]


def test_the_page_explains_messages() -> None:
    assert len(MESSAGES) > 30


@pytest.mark.parametrize("message", [m for m in MESSAGES if m not in NO_MESSAGE])
def test_each_message_that_is_explained_is_one_that_the_code_says(message: str) -> None:
    pattern = re.compile(".*".join(re.escape(part) for part in message.split("...")), re.DOTALL)
    assert [text for text in SAID if pattern.search(text)] != []


def test_every_setting_has_a_row() -> None:
    explained = {name for row in rows("## Run it") for name in re.findall(r"`([A-Z_]+)`", row[0])}
    assert {name.upper() for name in Settings.model_fields} <= explained


def test_every_command_is_named() -> None:
    commands = get_command(app).commands  # type: ignore[attr-defined]
    assert {name for name in commands if f"`monitor {name}" not in README} == set()
