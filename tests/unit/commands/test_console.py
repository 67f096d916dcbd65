"""What commands print is whole, in any encoding, at any width, in a pipe and in a terminal."""

import io
import os
import pty
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from pipelines.commands.console import make_console, make_progress, print_rows, show_everything
from pipelines.common.settings import PROJECT
from pipelines.releases.store import Release
from tests.support.made_up_releases import stored_release

SAID = "Súdwest-Fryslân … \u2013 \u2018a\u2019 \u201cb\u201d \u280b"


@pytest.fixture
def release(tmp_path: Path) -> Release:
    return stored_release(tmp_path, 1, "a")


def environment(warehouse: Path, **more: str) -> dict[str, str]:
    left = {
        name: text for name, text in os.environ.items() if not name.startswith(("LC_", "LANG", "COLUMNS", "PYTHON"))
    }
    own = {"MONITOR_WAREHOUSE": str(warehouse), "DAGSTER_HOME": str(warehouse / "dagster"), "PYTHONPATH": str(PROJECT)}
    return left | own | more


def in_a_pipe(warehouse: Path, *command: str, **more: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "pipelines.cli", *command],
        capture_output=True,
        env=environment(warehouse, **more),
        check=False,
    )
    return (done.stdout + done.stderr).decode("latin-1")


def in_a_terminal(warehouse: Path, *command: str, **more: str) -> str:
    """What a terminal gets to show of a command."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "pipelines.cli", *command],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=environment(warehouse, **more),
    ):
        os.close(theirs)
        said = b""
        while part := _read(ours):
            said += part
    os.close(ours)
    return said.decode("latin-1").replace("\r\n", "\n")


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except OSError:
        # The end of a terminal on Linux.
        return b""


def test_what_an_encoding_lacks_is_shown_in_signs_that_it_has() -> None:
    said = {}
    for encoding in ("utf-8", "iso-8859-1", "cp1252", "ascii"):
        stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
        show_everything(stream)
        stream.write(SAID + "\udce9")
        stream.flush()
        said[encoding] = stream.buffer.getvalue().decode(encoding)  # type: ignore[attr-defined]
    assert said == {
        "utf-8": SAID + "\\udce9",
        "iso-8859-1": "Súdwest-Fryslân ... - 'a' \"b\" \\u280b\\udce9",
        "cp1252": "Súdwest-Fryslân … \u2013 \u2018a\u2019 \u201cb\u201d \\u280b\\udce9",
        "ascii": "S\\xfadwest-Frysl\\xe2n ... - 'a' \"b\" \\u280b\\udce9",
    }


@pytest.mark.parametrize("width", [1, 20, 40, 80])
def test_every_cell_is_whole_however_narrow_the_terminal_is(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    console = make_console()
    with console.capture() as captured:
        print_rows(
            console,
            ("", "release", "held"),
            [("*", "20260101T030000.000Z-aaaaaaaa", "since [bold] a\nb"), ("", "b", "")],
        )
    assert captured.get().splitlines() == [
        "   release                        held",
        "*  20260101T030000.000Z-aaaaaaaa  since [bold] a b",
        "   b",
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1", "ascii"])
def test_what_moves_while_a_refresh_runs_can_be_shown(encoding: str) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    console = Console(file=stream, force_terminal=True, width=12, legacy_windows=False)
    with make_progress(console) as progress:
        progress.add_task("een lange omschrijving van een stap", total=3)
        progress.refresh()
    stream.flush()
    assert b"een" in stream.buffer.getvalue()  # type: ignore[attr-defined]


ELSEWHERE = [
    {"PYTHONIOENCODING": "iso-8859-1"},
    {"PYTHONIOENCODING": "ascii", "COLUMNS": "20"},
    {"LC_ALL": "C", "TERM": "dumb"},
    {"NO_COLOR": "1", "COLUMNS": "40"},
]


# A pipe has no width of its own and no colours to leave out: of it only what it makes of other encodings.
@pytest.mark.parametrize(
    ("show", "settings"),
    [*((in_a_terminal, settings) for settings in ELSEWHERE), *((in_a_pipe, settings) for settings in ELSEWHERE[1:3])],
)
def test_releases_lists_each_with_its_moment_and_the_mark_of_the_current(
    tmp_path: Path, release: Release, show: Callable[..., str], settings: dict[str, str]
) -> None:
    said = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", show(tmp_path, "releases", **settings))
    assert said.splitlines()[1].rstrip() == f"*  {release.release_id}  2026-01-01T03:00:00  opname  1       0"


@pytest.mark.parametrize("show", [in_a_pipe, in_a_terminal])
def test_what_a_person_wrote_is_shown_also_where_the_terminal_lacks_its_signs(
    tmp_path: Path, show: Callable[..., str]
) -> None:
    old = stored_release(tmp_path, 1, "a")
    stored_release(tmp_path, 2, "b")
    said = show(tmp_path, "hold", old.release_id, "--reason", "[bold] klopt niet … é", PYTHONIOENCODING="iso-8859-1")
    assert "[bold] klopt niet ... é" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("command", [["--help"], ["refresh", "--help"], ["nietbestaand"], ["verify", "é…"]])
def test_help_and_mistakes_can_be_shown_in_every_encoding(tmp_path: Path, command: list[str]) -> None:
    said = in_a_terminal(tmp_path, *command, PYTHONIOENCODING="ascii", COLUMNS="40")
    assert said.strip()
    assert "Traceback" not in said
    assert "UnicodeEncodeError" not in said
