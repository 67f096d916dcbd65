"""The journal keeps every act, in order, whatever a crash leaves behind."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines.common import troubles
from pipelines.releases.journal import Journal, JournalError


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path)


def reasons(journal: Journal) -> list[str]:
    return [entry.reason for entry in journal.entries()]


def test_before_the_first_act_it_is_empty(journal: Journal) -> None:
    assert journal.entries() == []


def test_an_act_says_when_what_who_and_why(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(troubles.getpass, "getuser", lambda: "jansen")
    written = journal.append("terugdraaien", "r2", "cijfers van ës-Gravenhage\nkloppen niet", inputs="b", to="r1")
    assert journal.entries() == [written]
    assert (written.act, written.release, written.by, written.to) == ("terugdraaien", "r2", "jansen", "r1")
    age = datetime.now(UTC) - datetime.fromisoformat(written.moment)
    assert 0 <= age.total_seconds() < 60
    (line,) = journal.path.read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["reden"] == "cijfers van ës-Gravenhage\nkloppen niet"


def test_it_only_grows(journal: Journal) -> None:
    journal.append("vasthouden", "r1", "een")
    before = journal.path.read_bytes()
    journal.append("vrijgeven", "r1", "twee")
    assert journal.path.read_bytes().startswith(before)
    assert reasons(journal) == ["een", "twee"]


@pytest.mark.parametrize("cut", [1, 20, 80])
def test_a_last_line_that_a_crash_cut_short_never_happened(journal: Journal, cut: int) -> None:
    journal.append("vasthouden", "r1", "een")
    whole = journal.path.read_bytes()
    journal.append("vasthouden", "r2", "twee")
    journal.path.write_bytes(journal.path.read_bytes()[: len(whole) + cut])
    assert reasons(journal) == ["een"]
    journal.append("vasthouden", "r3", "drie")
    assert reasons(journal) == ["een", "drie"]


def test_a_last_line_that_lacks_only_its_end_counts(journal: Journal) -> None:
    journal.append("vasthouden", "r1", "een")
    journal.path.write_bytes(journal.path.read_bytes().rstrip(b"\n"))
    assert reasons(journal) == ["een"]
    journal.append("vasthouden", "r2", "twee")
    assert reasons(journal) == ["een", "twee"]


def test_any_other_damage_is_told_with_its_line_since_it_may_hide_a_hold(journal: Journal) -> None:
    for name in ("een", "twee", "drie"):
        journal.append("vasthouden", name, name)
    lines = journal.path.read_bytes().splitlines(keepends=True)
    journal.path.write_bytes(lines[0] + b"\0" * 20 + b"\n" + lines[2])
    with pytest.raises(JournalError, match=r"Line 2 of .*journaal\.ndjson cannot be read.*nothing is published"):
        journal.entries()


def test_what_cannot_be_written_is_told_before_anything_is_done(journal: Journal) -> None:
    journal.path.mkdir()
    with pytest.raises(JournalError, match=r"^Nothing was done: .*journaal\.ndjson cannot be written"):
        journal.append("vasthouden", "r1", "een")


def test_acts_of_several_processes_at_once_all_stand_whole(journal: Journal) -> None:
    script = (
        "import sys; from pathlib import Path; from pipelines.releases.journal import Journal\n"
        "for i in range(20): Journal(Path(sys.argv[1])).append('vasthouden', sys.argv[2], str(i))"
    )
    command = [sys.executable, "-c", script, str(journal.path.parent)]
    running = [subprocess.Popen([*command, name]) for name in ("a", "b", "c")]
    assert [process.wait(60) for process in running] == [0, 0, 0]
    acts = [(entry.release, entry.reason) for entry in journal.entries()]
    for name in ("a", "b", "c"):
        assert [reason for release, reason in acts if release == name] == [str(i) for i in range(20)]
