"""What stands for Python in the tests of commands is as a new process, to whoever starts it and to what it runs."""

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.support.warm_python import WarmPython


@pytest.fixture(scope="module")
def python(warm_python: WarmPython) -> str:
    return warm_python.executable


def test_it_has_the_words_folder_environment_and_streams_of_whoever_starts_it(python: str, tmp_path: Path) -> None:
    code = (
        "import os, sys; found = os.environ['SOORT'], 'HOME' in os.environ; "
        "print(sys.argv, os.getcwd(), *found, sys.stdin.read()); sys.exit(3)"
    )
    done = subprocess.run(
        [python, "-c", code, "één woord"],
        cwd=tmp_path,
        env={"SOORT": "los"},
        input="gelezen",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == f"{['-c', 'één woord']} {tmp_path} los False gelezen\n"
    assert (done.stderr, done.returncode) == ("", 3)


def test_a_module_is_found_where_python_looks_and_nothing_of_another_run_is_left(python: str, tmp_path: Path) -> None:
    for number in (1, 2):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "eigen.py").write_text(f"print({number}, __name__)", encoding="utf-8")
        done = subprocess.run([python, "-m", "eigen"], cwd=folder, capture_output=True, text=True, check=True)
        assert done.stdout == f"{number} __main__\n"


def test_it_has_the_descriptors_it_was_given_and_no_others(python: str) -> None:
    reads, writes = os.pipe()
    command = [python, "-c", "import os; print(*sorted(map(int, os.listdir('/dev/fd'))))"]
    done = subprocess.run(command, pass_fds=[writes], capture_output=True, text=True, check=True)
    for end in (reads, writes):
        os.close(end)
    # The folder itself is read with the lowest number that is free.
    assert done.stdout == f"0 1 2 3 {writes}\n"


def test_an_error_is_told_and_a_signal_ends_both(python: str) -> None:
    wrong = subprocess.run([python, "-c", "1 / 0"], capture_output=True, text=True, check=False)
    assert wrong.returncode == 1
    assert "ZeroDivisionError" in wrong.stderr
    killed = subprocess.run([python, "-c", "import os; os.kill(os.getpid(), 9)"], check=False)
    assert killed.returncode == -signal.SIGKILL


def test_it_ends_when_what_stands_for_it_is_killed(python: str) -> None:
    code = "import os, time; print(os.getpid(), flush=True); time.sleep(60)"
    with subprocess.Popen([python, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        number = int(process.stdout.readline())
        assert number != process.pid
        process.kill()
    until = time.monotonic() + 30
    while (there := Path(f"/proc/{number}").exists()) and time.monotonic() < until:
        time.sleep(0.05)
    assert not there
