"""`monitor rapport` writes one file, and never over another without being told to."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from pipelines.cli import app
from tests.support.municipal_page import release_with_page


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, beside a warehouse with a release."""
    release_with_page(tmp_path / "warehouse")
    monkeypatch.setenv("MONITOR_WAREHOUSE", str(tmp_path / "warehouse"))
    (tmp_path / "werk").mkdir()
    monkeypatch.chdir(tmp_path / "werk")
    return tmp_path / "werk"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["rapport", *arguments])


def test_by_itself_the_file_has_the_code_for_a_name_and_comes_here(here: Path) -> None:
    done = run("Aalten")
    assert done.exit_code == 0, done.output
    assert done.output.startswith("GM0197.html: GM0197 in release 20260101T030000.000Z-aaaaaaaa")
    assert [path.name for path in here.iterdir()] == ["GM0197.html"]
    assert "<h1>Aalten &amp; omgeving</h1>" in (here / "GM0197.html").read_text(encoding="utf-8")


def test_it_can_go_into_a_folder_or_a_file(here: Path) -> None:
    (here / "raad").mkdir()
    assert run("GM0197", "--naar", "raad").exit_code == 0
    assert run("GM0197", "--naar", "raad/aalten.html").exit_code == 0
    assert {path.name for path in (here / "raad").iterdir()} == {"GM0197.html", "aalten.html"}


def test_a_file_that_is_there_stays_unless_it_may_be_replaced(here: Path) -> None:
    (here / "GM0197.html").write_text("aantekeningen", encoding="utf-8")
    done = run("GM0197")
    assert (done.exit_code, done.output.count("\n")) == (1, 1)
    assert "GM0197.html is there already: name another file with --naar, or replace it with --force." in done.output
    assert (here / "GM0197.html").read_text(encoding="utf-8") == "aantekeningen"
    assert run("GM0197", "--force").exit_code == 0
    assert "Aalten" in (here / "GM0197.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("Alten",), "Did you mean Aalten?"),
        (("Utrecht",), "has no gemeente/GM0344.html"),
        (("GM0197", "--naar", "weg/aalten.html"), "There is no folder weg to write aalten.html in"),
    ],
)
def test_what_cannot_be_done_is_a_sentence_and_leaves_nothing(
    arguments: tuple[str, ...], said: str, here: Path
) -> None:
    done = run(*arguments)
    assert done.exit_code == 1
    assert said in done.output
    assert list(here.iterdir()) == []


def test_without_a_release_it_says_how_to_make_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONITOR_WAREHOUSE", str(tmp_path / "leeg"))
    done = run("GM0197")
    assert (done.exit_code, done.output) == (1, "There is no release yet: run `make refresh`.\n")
