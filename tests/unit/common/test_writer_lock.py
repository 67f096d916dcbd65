"""One writer per warehouse: who comes second waits or is told who was first, and a dead writer blocks nobody."""

import errno
import fcntl
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipelines.common.lock import WriterLock, WriterLockError
from pipelines.common.places import LOCK_FILE
from pipelines.common.settings import PROJECT

# Takes the lock, starts a child that outlives it, says so, and waits to be killed.
HOLDER = """
import subprocess, sys
from pathlib import Path
from pipelines.common.lock import WriterLock
with WriterLock(Path(sys.argv[1]), "refresh", run_id="nacht"):
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=sys.stdin)
    print(child.pid, flush=True)
    child.wait()
"""


@contextmanager
def other_writer(warehouse: Path) -> Iterator["tuple[subprocess.Popen[str], int]"]:
    """Another process that holds the lock, and the id of its child."""
    command = [sys.executable, "-c", HOLDER, str(warehouse)]
    other = subprocess.Popen(command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert other.stdout
    try:
        yield other, int(other.stdout.readline())
    finally:
        other.kill()
        other.communicate()


def alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists() if Path("/proc/self").exists() else os.kill(pid, 0) is None


def test_the_second_writer_is_told_who_the_first_is(tmp_path: Path) -> None:
    with other_writer(tmp_path) as (other, _), pytest.raises(WriterLockError) as refused, WriterLock(tmp_path, "x"):
        pass
    said = str(refused.value)
    assert said.startswith(f"{tmp_path} is being written by refresh (run nacht), process {other.pid} on ")
    assert said.endswith("try again when that has ended, or end that process if it is stuck")


def test_a_killed_writer_blocks_nobody_even_while_its_child_lives_on(tmp_path: Path) -> None:
    with other_writer(tmp_path) as (other, child):
        other.kill()
        other.wait()
        assert alive(child)
        note = json.loads((tmp_path / LOCK_FILE).read_text(encoding="utf-8"))
        assert note["pid"] == other.pid
        with WriterLock(tmp_path, "x"):
            assert alive(child)


def test_who_waits_gets_the_lock_when_the_first_ends_and_told_for_whom_it_waited(tmp_path: Path) -> None:
    told: list[str] = []
    with other_writer(tmp_path) as (other, _):
        threading.Timer(0.7, other.kill).start()
        with WriterLock(tmp_path, "refresh", wait=30, tell=told.append):
            assert (tmp_path / LOCK_FILE).stat().st_size > 0
    (sentence,) = told
    assert sentence.startswith(f"Waiting for refresh (run nacht), process {other.pid} on ")


def test_waiting_has_an_end(tmp_path: Path) -> None:
    with (
        other_writer(tmp_path),
        pytest.raises(WriterLockError, match="still after 0 minutes of waiting; try again"),
        WriterLock(tmp_path, "refresh", wait=1.2),
    ):
        pass


def test_two_writers_in_one_process_exclude_each_other_too(tmp_path: Path) -> None:
    with WriterLock(tmp_path, "refresh", run_id="een"):
        with pytest.raises(WriterLockError, match=r"refresh \(run een\)"), WriterLock(tmp_path, "refresh", run_id="2"):
            pass
        # Not even the refused one, when it closed its file, gave the lock of the first away.
        with pytest.raises(WriterLockError), WriterLock(tmp_path, "refresh", run_id="drie"):
            pass
    with WriterLock(tmp_path, "refresh"):
        pass


def test_a_holder_that_left_no_note_is_named_as_such(tmp_path: Path) -> None:
    with WriterLock(tmp_path, "refresh"):
        (tmp_path / LOCK_FILE).write_text("{", encoding="utf-8")
        with pytest.raises(WriterLockError, match="which did not say who it is"), WriterLock(tmp_path, "rollback"):
            pass


@pytest.mark.parametrize("code", [errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL])
def test_a_file_system_that_cannot_lock_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    def refuse(descriptor: int, operation: int) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(WriterLockError, match=r"cannot lock a file .* put MONITOR_WAREHOUSE on a local disk"):
        WriterLock(tmp_path, "refresh").__enter__()


def test_a_warehouse_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "bestand").write_text("")
    with pytest.raises(WriterLockError, match=r"cannot be opened for writing .* point MONITOR_WAREHOUSE elsewhere"):
        WriterLock(tmp_path / "bestand", "refresh").__enter__()
